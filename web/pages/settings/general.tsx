import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteProject, updateProject } from '../../../contract/api/access.ts';
import { call } from '../../lib/client.ts';
import { ROLE_NAMES } from '../../lib/roles.ts';
import { mayAs, meQuery, useProject } from '../../lib/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { PageBody, Section } from '../../ui/page.tsx';
import { toast } from '../../ui/toaster.tsx';
import { ProjectSettings } from './project-settings.tsx';
import { RenameForm } from './rename-form.tsx';

export function GeneralSettings() {
  const { project, organisation } = useProject();
  const [deleting, setDeleting] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <PageBody>
      <Section title="Project">
        <RenameForm
          key={project.id}
          name={project.name}
          disabled={!mayAs(project.role, 'ADMIN')}
          rename={(name) => call(updateProject, { projectId: project.id, name })}
        />
        <dl className="mt-5 grid max-w-md grid-cols-[7rem_1fr] items-center gap-y-2">
          <dt className="text-muted">Project id</dt>
          <dd className="flex items-center gap-1">
            <code>{project.id}</code>
            <CopyButton text={project.id} label="Copy the project id" />
          </dd>
          <dt className="text-muted">Organisation</dt>
          <dd>{organisation.name}</dd>
          <dt className="text-muted">Your role</dt>
          <dd>{ROLE_NAMES[project.role]}</dd>
        </dl>
      </Section>
      <ProjectSettings key={project.id} project={project} />
      {mayAs(project.role, 'OWNER') && (
        <Section
          title="Delete this project"
          description="Its traces, scores, settings and API keys go with it. This cannot be undone."
        >
          <Button variant="danger-quiet" className="border border-danger/40" onClick={() => setDeleting(true)}>
            Delete the project …
          </Button>
          <ConfirmDialog
            open={deleting}
            onOpenChange={setDeleting}
            danger
            typed={project.name}
            title={`Delete “${project.name}”?`}
            description="All its traces, scores, settings and API keys are deleted. Apps that send to it will be refused. This cannot be undone."
            action="Delete the project"
            onConfirm={async () => {
              await call(deleteProject, { projectId: project.id });
              // Leave before the project goes from the list: its pages cannot be shown without it.
              await navigate({ to: '/account' });
              await queries.fetchQuery({ ...meQuery, staleTime: 0 });
              await navigate({ to: '/' });
              toast.success(`“${project.name}” is deleted`);
            }}
          />
        </Section>
      )}
    </PageBody>
  );
}
