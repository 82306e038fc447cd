import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { listApiKeys } from '../../../contract/api/access.ts';
import { getIngestion } from '../../../contract/api/ingestion.ts';
import { formatCount, formatDuration, NOTHING } from '../../../contract/format.ts';
import { queryOf } from '../../lib/query.ts';
import { mayAs, useProject } from '../../lib/session.ts';
import { Timestamp } from '../../lib/timestamp.tsx';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageBody, Section } from '../../ui/page.tsx';
import { StatusLight } from '../../ui/status-light.tsx';
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../../ui/table.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { checksOf, type Ingestion, reasonOf } from './checks.ts';
import { TableSkeleton } from './table-skeleton.tsx';

const VIA: Record<string, string> = {
  'otlp-http': 'OTLP over HTTP',
  'otlp-grpc': 'OTLP over gRPC',
  'langfuse-batch': 'Langfuse batch',
};
const SPOKEN = { idle: 'Not known', waiting: 'Waiting', good: 'Good', bad: 'Needs a look' };

/** Why is my trace not here? Follows the way of a span from the key to the store. */
export function IngestionSettings() {
  const { project } = useProject();
  const ingestion = useQuery({ ...queryOf(getIngestion, { projectId: project.id }), refetchInterval: 5000 });
  const keys = useQuery({ ...queryOf(listApiKeys, { projectId: project.id }), enabled: mayAs(project.role, 'MEMBER') });
  if (ingestion.isPending) {
    return (
      <PageBody>
        <Section
          title="Why is my trace not here?"
          description="The way of a span, station by station. Kept up to date every five seconds."
        >
          <TableSkeleton rows={6} />
        </Section>
      </PageBody>
    );
  }
  if (ingestion.isError && !ingestion.data) {
    return (
      <ErrorState title="The receipts could not be loaded" error={ingestion.error} onRetry={() => void ingestion.refetch()} />
    );
  }
  const { data } = ingestion;
  return (
    <PageBody className="max-w-5xl">
      <Section
        title="Why is my trace not here?"
        description="The way of a span, station by station. Kept up to date every five seconds."
      >
        <ul className="rounded-lg border border-line">
          {checksOf(data, keys.data?.data.length).map((check) => (
            <li key={check.title} className="flex items-baseline gap-3 border-line border-b px-3.5 py-2.5 last:border-b-0">
              <StatusLight tone={check.tone} />
              <p className="min-w-0 flex-1">
                <span className="sr-only">{SPOKEN[check.tone]}: </span>
                <span className="font-medium">{check.title}</span> <span className="text-muted">{check.detail}</span>
              </p>
            </li>
          ))}
        </ul>
      </Section>

      <Section
        title="Receipts"
        description={
          <>
            What came in by each key since the server started, <Timestamp time={data.since} as="ago" />.
          </>
        }
      >
        <Receipts keys={data.keys} />
      </Section>

      <Section title="Latest refusals" description="At most 50, the newest first. The rest of each request was kept.">
        <Refusals refusals={data.refusals} />
      </Section>

      <Section title="All of this is fine, and it is still not here?">
        <ul className="flex list-disc flex-col gap-1.5 pl-5 text-muted marker:text-faint">
          <li>
            <b className="font-medium text-fg">Flush before the process ends.</b> SDKs send in the background:{' '}
            <code>flush()</code> in scripts and serverless functions, <code>shutdown()</code> at the end.
          </li>
          <li>
            <b className="font-medium text-fg">Look at the time range and the environment</b> on the{' '}
            <Link
              to="/project/$projectId/traces"
              params={{ projectId: project.id }}
              className="text-accent underline underline-offset-2"
            >
              Traces
            </Link>{' '}
            page. A machine whose clock is wrong files its traces in the past or the future.
          </li>
          <li>
            <b className="font-medium text-fg">Sampling.</b> <code>LANGFUSE_SAMPLE_RATE</code> or <code>OTEL_TRACES_SAMPLER</code>{' '}
            below 1 leaves traces out on purpose.
          </li>
          <li>
            <b className="font-medium text-fg">Another exporter was first.</b> A process has one global tracer provider; the
            second one that registers is ignored. Add our exporter to the first.
          </li>
        </ul>
      </Section>
    </PageBody>
  );
}

function Receipts({ keys }: { keys: Ingestion['keys'] }) {
  if (keys.length === 0) {
    return (
      <EmptyState
        className="rounded-lg border border-line border-dashed py-9"
        icon={<Inbox aria-hidden />}
        title="Nothing has come in"
      >
        Receipts are counted in memory and start over with the server. What was stored before is on the Traces page.
      </EmptyState>
    );
  }
  return (
    <Table aria-label="Receipts by key">
      <TableHead>
        <tr>
          <TableHeader>Key</TableHeader>
          <TableHeader className="text-right">Accepted</TableHeader>
          <TableHeader className="text-right">Stored</TableHeader>
          <TableHeader className="text-right">Refused</TableHeader>
          <TableHeader className="text-right">Lag p50 / p99</TableHeader>
          <TableHeader>Last seen</TableHeader>
          <TableHeader>Sent by</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {keys.map((key) => {
          const refused = key.refused.reduce((total, { count }) => total + count, 0);
          return (
            <TableRow key={key.publicKey}>
              <TableCell>
                <code className="block max-w-44 truncate" title={key.publicKey}>
                  {key.publicKey}
                </code>
              </TableCell>
              <TableCell className="text-right">{formatCount(key.accepted)}</TableCell>
              <TableCell className="text-right">{formatCount(key.stored)}</TableCell>
              <TableCell className="text-right">
                {refused === 0 ? (
                  '0'
                ) : (
                  <Tooltip
                    content={key.refused.map(({ reason, count }) => `${reasonOf(reason).name}: ${formatCount(count)}`).join(', ')}
                  >
                    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip must be reachable by keyboard */}
                    <span tabIndex={0} className="font-medium text-danger">
                      {formatCount(refused)}
                    </span>
                  </Tooltip>
                )}
              </TableCell>
              <TableCell className="whitespace-nowrap text-right">
                {key.lag ? `${formatDuration(key.lag.p50)} / ${formatDuration(key.lag.p99)}` : NOTHING}
              </TableCell>
              <TableCell className="text-muted">{key.lastSeen ? <Timestamp time={key.lastSeen} as="ago" /> : NOTHING}</TableCell>
              <TableCell>
                <span className="flex flex-wrap gap-1 py-1.5">
                  {key.clients.map((client) => (
                    <Badge key={`${client.via} ${client.sdk}`} tone="outline" title={`${formatCount(client.count)} items`}>
                      {client.sdk ?? VIA[client.via] ?? client.via}
                    </Badge>
                  ))}
                </span>
              </TableCell>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

function Refusals({ refusals }: { refusals: Ingestion['refusals'] }) {
  if (refusals.length === 0) return <p className="text-muted">None since the server started.</p>;
  return (
    <ul className="rounded-lg border border-line">
      {refusals.map((refusal, index) => {
        const reason = reasonOf(refusal.reason);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two refusals may be alike in every field
          <li key={index} className="border-line border-b px-3.5 py-2.5 last:border-b-0">
            <p className="flex items-baseline gap-2">
              <Badge tone="danger">{reason.name}</Badge>
              <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{refusal.message}</span>
              <Timestamp time={refusal.time} as="ago" className="shrink-0 text-faint text-sm" />
            </p>
            <p className="mt-1 text-muted text-sm">{reason.advice}</p>
            <p className="mt-1 flex flex-wrap gap-x-3 text-faint text-xs">
              <span>{VIA[refusal.via] ?? refusal.via}</span>
              <code className="truncate">{refusal.publicKey}</code>
              {refusal.item && <code className="truncate">{refusal.item}</code>}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
