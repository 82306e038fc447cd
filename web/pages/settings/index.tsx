import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useProject } from '../../lib/session.ts';
import { cn } from '../../ui/cn.ts';
import { Page, PageHeader } from '../../ui/page.tsx';

const PARTS = [
  { label: 'General', to: '/project/$projectId/settings/general' },
  { label: 'API keys', to: '/project/$projectId/settings/api-keys' },
  { label: 'Members', to: '/project/$projectId/settings/members' },
  { label: 'LLM connections', to: '/project/$projectId/settings/llm-connections' },
  { label: 'Models and prices', to: '/project/$projectId/settings/models' },
  { label: 'Automations', to: '/project/$projectId/settings/automations' },
  { label: 'Export', to: '/project/$projectId/settings/export' },
  { label: 'Sampling', to: '/project/$projectId/settings/sampling' },
  { label: 'Ingestion', to: '/project/$projectId/settings/ingestion' },
] as const;

export function SettingsPage() {
  const { project } = useProject();
  const { pathname } = useLocation();
  return (
    <Page>
      <PageHeader title="Settings" detail={project.name} />
      <div className="flex min-h-0 flex-1">
        <nav aria-label="Settings" className="flex w-44 shrink-0 flex-col gap-0.5 border-line border-r p-2 pt-3">
          {PARTS.map(({ label, to }) => {
            const isHere = pathname.endsWith(to.slice(to.lastIndexOf('/')));
            return (
              <Link
                key={to}
                to={to}
                params={{ projectId: project.id }}
                aria-current={isHere ? 'page' : undefined}
                className={cn(
                  'flex h-7.5 items-center rounded-md px-2.5 text-muted hover:bg-hover hover:text-fg',
                  isHere && 'bg-active font-medium text-fg',
                )}
              >
                {label}
              </Link>
            );
          })}
        </nav>
        <div className="flex min-w-0 flex-1 flex-col">
          <Outlet />
        </div>
      </div>
    </Page>
  );
}
