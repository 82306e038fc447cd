import { useQuery } from '@tanstack/react-query';
import { getProject } from '../../../contract/api/access.ts';
import { queryOf } from '../../lib/query.ts';
import { mayAs, type Project } from '../../lib/session.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Section } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { MetadataForm } from './metadata-form.tsx';
import { RetentionForm } from './retention-form.tsx';

/** How long a project keeps its facts, and its notes for programs. */
export function ProjectSettings({ project }: { project: Project }) {
  const settings = useQuery(queryOf(getProject, { projectId: project.id }));
  const disabled = !mayAs(project.role, 'ADMIN');
  if (settings.isError) {
    return (
      <ErrorState
        title="The settings could not be loaded"
        error={settings.error}
        onRetry={() => void settings.refetch()}
        className="mb-9"
      />
    );
  }
  const waiting = <Skeleton className="h-8 w-80" />;
  return (
    <>
      <Section title="Retention" description="How long traces with their steps, scores, events and media are kept.">
        {settings.data ? <RetentionForm settings={settings.data} disabled={disabled} /> : waiting}
      </Section>
      <Section title="Metadata" description="A JSON object for programs that manage projects. Telltale itself does not read it.">
        {settings.data ? <MetadataForm settings={settings.data} disabled={disabled} /> : waiting}
      </Section>
    </>
  );
}
