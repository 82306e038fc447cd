import { Link, useNavigate } from '@tanstack/react-router';
import { Building2, Check, ChevronsUpDown, Plus } from 'lucide-react';
import { Fragment } from 'react';
import { type Me, mayAs, type Organisation, type Project } from '../lib/session.ts';
import { Badge } from '../ui/badge.tsx';
import { cn } from '../ui/cn.ts';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuLink,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../ui/dropdown-menu.tsx';
import { destinationIn } from './navigation.ts';

/** Two letters that stand for a name. */
function initials(name: string): string {
  const words = name.split(/[\s_-]+/).filter(Boolean);
  return ((words[0]?.[0] ?? '') + (words[1]?.[0] ?? words[0]?.[1] ?? '')).toUpperCase();
}

export interface ProjectSwitchProps {
  me: Me;
  current: { project: Project; organisation: Organisation };
  pathname: string;
  collapsed: boolean;
}

export function ProjectSwitch({ me, current, pathname, collapsed }: ProjectSwitchProps) {
  const navigate = useNavigate();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        aria-label={`Project ${current.project.name} of ${current.organisation.name}: switch`}
        className={cn(
          'flex h-10 w-full items-center gap-2 rounded-md px-1.5 text-left transition-colors hover:bg-hover data-[state=open]:bg-hover',
          collapsed && 'justify-center px-0',
        )}
      >
        <span
          aria-hidden
          className="flex size-6 shrink-0 items-center justify-center rounded-md bg-accent-soft font-semibold text-2xs text-accent"
        >
          {initials(current.project.name)}
        </span>
        {!collapsed && (
          <>
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium leading-4">{current.project.name}</span>
              <span className="block truncate text-faint text-xs">{current.organisation.name}</span>
            </span>
            <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
          </>
        )}
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" side={collapsed ? 'right' : 'bottom'} className="w-64">
        {me.organisations.map((organisation, index) => (
          <Fragment key={organisation.id}>
            {index > 0 && <DropdownMenuSeparator />}
            <DropdownMenuLabel className="truncate">{organisation.name}</DropdownMenuLabel>
            {organisation.projects.map((project) => (
              <DropdownMenuItem
                key={project.id}
                onSelect={() => void navigate({ to: destinationIn(pathname), params: { projectId: project.id } })}
              >
                <span className="flex items-center gap-2">
                  <span className="truncate">{project.name}</span>
                  {project.demo && <Badge size="sm">Demo</Badge>}
                  {project.id === current.project.id && <Check aria-label="open now" className="ml-auto size-3.5! text-accent" />}
                </span>
              </DropdownMenuItem>
            ))}
            {organisation.projects.length === 0 && <p className="px-2 py-1 text-faint">No projects yet</p>}
            <DropdownMenuLink>
              <Link
                to="/organisation/$organisationId/settings"
                params={{ organisationId: organisation.id }}
                search={{}}
                className="text-muted"
              >
                <Building2 aria-hidden /> Organisation settings
              </Link>
            </DropdownMenuLink>
            {mayAs(organisation.role, 'ADMIN') && (
              <DropdownMenuLink>
                <Link to="/new" search={{ organisation: organisation.id }} className="text-muted">
                  <Plus aria-hidden /> New project
                </Link>
              </DropdownMenuLink>
            )}
          </Fragment>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuLink>
          <Link to="/new" search={{}} className="text-muted">
            <Plus aria-hidden /> New organisation
          </Link>
        </DropdownMenuLink>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
