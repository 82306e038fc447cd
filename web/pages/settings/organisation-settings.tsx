import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { updateOrganisation } from '../../../contract/api/access.ts';
import { call } from '../../lib/client.ts';
import { mayAs, useMe } from '../../lib/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page, PageBody, PageHeader, Section } from '../../ui/page.tsx';
import { MemberList } from './member-list.tsx';
import { OrganisationKeys } from './organisation-keys.tsx';
import { RenameForm } from './rename-form.tsx';

const route = getRouteApi('/app/organisation/$organisationId/settings');

export function OrganisationSettingsPage() {
  const me = useMe();
  const { organisationId } = route.useParams();
  const organisation = me.organisations.find((candidate) => candidate.id === organisationId);
  if (!organisation) return null;
  const mayChange = mayAs(organisation.role, 'ADMIN');
  const newProject = mayChange && (
    <Button asChild>
      <Link to="/new" search={{ organisation: organisation.id }}>
        <Plus aria-hidden /> New project
      </Link>
    </Button>
  );
  return (
    <Page>
      <PageHeader title="Organisation settings" detail={organisation.name} />
      <PageBody>
        <Section title="Organisation">
          <RenameForm
            key={organisation.id}
            name={organisation.name}
            disabled={!mayChange}
            rename={(name) => call(updateOrganisation, { organisationId: organisation.id, name })}
          />
        </Section>
        <Section title="Projects" actions={newProject}>
          {organisation.projects.length === 0 ? (
            <EmptyState className="rounded-lg border border-line border-dashed" title="No projects" actions={newProject}>
              A project holds the traces of one application and has its own API keys.
            </EmptyState>
          ) : (
            <ul className="rounded-lg border border-line">
              {organisation.projects.map((project) => (
                <li key={project.id} className="flex h-10 items-center gap-2 border-line border-b px-3 last:border-b-0">
                  <Link
                    to="/project/$projectId/traces"
                    params={{ projectId: project.id }}
                    className="font-medium underline-offset-3 hover:underline"
                  >
                    {project.name}
                  </Link>
                  {project.demo && <Badge size="sm">Demo</Badge>}
                  <Link
                    to="/project/$projectId/settings/general"
                    params={{ projectId: project.id }}
                    aria-label={`Settings of ${project.name}`}
                    className="ml-auto text-muted underline-offset-3 hover:text-fg hover:underline"
                  >
                    Settings
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </Section>
        {organisation.role !== 'NONE' && <MemberList organisation={organisation} />}
        {mayChange && <OrganisationKeys organisation={organisation} />}
      </PageBody>
    </Page>
  );
}
