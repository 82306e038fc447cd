import { useQuery } from '@tanstack/react-query';
import { getSampling, listSamplingChanges } from '../../../../contract/api/sampling.ts';
import { formatCount, formatPercent } from '../../../../contract/format.ts';
import { queryOf } from '../../../lib/query.ts';
import { mayAs, useProject } from '../../../lib/session.ts';
import { Timestamp } from '../../../lib/timestamp.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { PageBody, Section } from '../../../ui/page.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../../ui/table.tsx';
import { TableSkeleton } from '../table-skeleton.tsx';
import { totalsByRule } from './draft.ts';
import { SamplingForm } from './form.tsx';
import { RuleCounts } from './preview.tsx';

/** Which traces are kept once they are whole. */
export function SamplingSettingsPage() {
  const { project } = useProject();
  const sampling = useQuery(queryOf(getSampling, { projectId: project.id }));
  if (sampling.isError) {
    return <ErrorState title="The rules could not be loaded" error={sampling.error} onRetry={() => void sampling.refetch()} />;
  }
  const { data } = sampling;
  return (
    <PageBody className="max-w-5xl">
      <Section
        title="Sampling"
        description="Every trace is stored and shown at once. When nothing more came of it for a while, the first rule that matches says how much of its kind is kept; the others are deleted."
      >
        {data ? (
          <SamplingForm
            key={data.settings.version}
            projectId={project.id}
            saved={data.settings}
            disabled={!mayAs(project.role, 'ADMIN')}
          />
        ) : (
          <TableSkeleton rows={3} />
        )}
      </Section>
      {data && (
        <Section title="What the rules did" description="Over the last 30 days.">
          {data.counts.length > 0 ? (
            <RuleCounts label="Decisions by rule" counts={totalsByRule(data.counts)} />
          ) : (
            <p className="text-muted">Nothing was decided yet.</p>
          )}
        </Section>
      )}
      {data && data.settings.version > 0 && mayAs(project.role, 'MEMBER') && <Changes projectId={project.id} />}
    </PageBody>
  );
}

/** Who changed the rules, and to what. */
function Changes({ projectId }: { projectId: string }) {
  const changes = useQuery(queryOf(listSamplingChanges, { projectId, limit: 20 }));
  return (
    <Section title="Changes" description="The newest 20; the API has the others.">
      {changes.isError ? (
        <ErrorState title="The changes could not be loaded" error={changes.error} onRetry={() => void changes.refetch()} />
      ) : !changes.data ? (
        <TableSkeleton rows={2} />
      ) : (
        <Table aria-label="Changes">
          <TableHead>
            <tr>
              <TableHeader>Version</TableHeader>
              <TableHeader>When</TableHeader>
              <TableHeader>Rules</TableHeader>
              <TableHeader>Everything else</TableHeader>
            </tr>
          </TableHead>
          <TableBody>
            {changes.data.data.map(({ version, changedAt, enabled, rules, rest }) => (
              <TableRow key={version}>
                <TableCell className="tabular-nums">{formatCount(version)}</TableCell>
                <TableCell className="whitespace-nowrap text-muted">
                  {changedAt && <Timestamp time={changedAt} as="ago" />}
                </TableCell>
                <TableCell className="max-w-96 truncate">
                  {enabled ? rules.map(({ name, keep }) => `${name} ${formatPercent(keep)}`).join(', ') || 'None' : 'Off'}
                </TableCell>
                <TableCell className="tabular-nums">{enabled ? formatPercent(rest) : ''}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}
