import { useNavigate } from '@tanstack/react-router';
import {
  ArrowRightLeft,
  Building2,
  CircleUser,
  CornerDownRight,
  FolderOutput,
  Gauge,
  Keyboard,
  KeyRound,
  LogOut,
  Monitor,
  Moon,
  Receipt,
  Sparkles,
  Sun,
  Users,
} from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Me, Organisation, Project } from '../lib/session.ts';
import type { useTheme } from '../lib/theme.ts';
import { Command, CommandDialog, CommandEmpty, CommandGroup, CommandInput, CommandItem, CommandList } from '../ui/command.tsx';
import { DESTINATIONS, destinationIn } from './navigation.ts';
import { traceIdIn } from './trace-id.ts';
import { useSignOut } from './use-sign-out.ts';

const SETTINGS = [
  { label: 'API keys', icon: KeyRound, to: '/project/$projectId/settings/api-keys' },
  { label: 'Members', icon: Users, to: '/project/$projectId/settings/members' },
  { label: 'Models and prices', icon: Receipt, to: '/project/$projectId/settings/models' },
  { label: 'LLM connections', icon: Sparkles, to: '/project/$projectId/settings/llm-connections' },
  { label: 'Export to blob storage', icon: FolderOutput, to: '/project/$projectId/settings/export' },
  { label: 'Ingestion: why is my trace not here?', icon: Gauge, to: '/project/$projectId/settings/ingestion' },
] as const;

export interface PaletteProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  me: Me;
  current: { project: Project; organisation: Organisation } | undefined;
  pathname: string;
  theme: ReturnType<typeof useTheme>;
  onShortcuts(): void;
}

/** Go anywhere and do anything that is not bound to one page, by typing. */
export function Palette({ open, onOpenChange, me, current, pathname, theme, onShortcuts }: PaletteProps) {
  const navigate = useNavigate();
  const signOut = useSignOut();
  const [typed, setTyped] = useState('');
  useEffect(() => {
    if (!open) setTyped('');
  }, [open]);
  const run = (action: () => unknown) => () => {
    onOpenChange(false);
    void action();
  };
  const traceId = current && traceIdIn(typed);
  const others = me.organisations.flatMap((organisation) =>
    organisation.projects.filter((project) => project.id !== current?.project.id).map((project) => ({ organisation, project })),
  );
  return (
    <CommandDialog open={open} onOpenChange={onOpenChange} label="Search and commands">
      <Command label="Search and commands" loop>
        <CommandInput placeholder="Go to a page, paste a trace id …" value={typed} onValueChange={setTyped} />
        <CommandList>
          <CommandEmpty>Nothing has that name. A trace is found by its id here, by its words on the Traces page.</CommandEmpty>
          {current && traceId && (
            <CommandGroup heading="Trace">
              <CommandItem
                // Matches whatever was typed, so that it is never filtered out.
                value={`trace ${typed}`}
                icon={<CornerDownRight aria-hidden />}
                onSelect={run(() =>
                  navigate({ to: '/project/$projectId/traces/$traceId', params: { projectId: current.project.id, traceId } }),
                )}
              >
                Open trace <code className="truncate text-muted">{traceId}</code>
              </CommandItem>
            </CommandGroup>
          )}
          {current && (
            <CommandGroup heading="Go to">
              {DESTINATIONS.map(({ label, icon: Icon, to, keys }) => (
                <CommandItem
                  key={to}
                  icon={<Icon aria-hidden />}
                  shortcut={keys}
                  onSelect={run(() => navigate({ to, params: { projectId: current.project.id } }))}
                >
                  {label}
                </CommandItem>
              ))}
              {SETTINGS.map(({ label, icon: Icon, to }) => (
                <CommandItem
                  key={to}
                  icon={<Icon aria-hidden />}
                  keywords={['settings']}
                  onSelect={run(() => navigate({ to, params: { projectId: current.project.id } }))}
                >
                  {label}
                </CommandItem>
              ))}
              <CommandItem
                icon={<Building2 aria-hidden />}
                onSelect={run(() =>
                  navigate({
                    to: '/organisation/$organisationId/settings',
                    params: { organisationId: current.organisation.id },
                    search: {},
                  }),
                )}
              >
                Organisation settings
              </CommandItem>
              <CommandItem icon={<CircleUser aria-hidden />} onSelect={run(() => navigate({ to: '/account' }))}>
                Account
              </CommandItem>
            </CommandGroup>
          )}
          {others.length > 0 && (
            <CommandGroup heading="Switch project">
              {others.map(({ organisation, project }) => (
                <CommandItem
                  key={project.id}
                  value={`project ${project.name} ${organisation.name} ${project.id}`}
                  icon={<ArrowRightLeft aria-hidden />}
                  onSelect={run(() => navigate({ to: destinationIn(pathname), params: { projectId: project.id } }))}
                >
                  {project.name} <span className="truncate text-faint">{organisation.name}</span>
                </CommandItem>
              ))}
            </CommandGroup>
          )}
          <CommandGroup heading="Do">
            <CommandItem
              icon={theme.shown === 'dark' ? <Sun aria-hidden /> : <Moon aria-hidden />}
              keywords={['theme', 'dark', 'light', 'mode']}
              shortcut="mod+shift+l"
              onSelect={run(() => theme.choose(theme.shown === 'dark' ? 'light' : 'dark'))}
            >
              Switch to the {theme.shown === 'dark' ? 'light' : 'dark'} theme
            </CommandItem>
            {theme.choice !== 'system' && (
              <CommandItem icon={<Monitor aria-hidden />} keywords={['theme']} onSelect={run(() => theme.choose('system'))}>
                Use the theme of the system
              </CommandItem>
            )}
            <CommandItem icon={<Keyboard aria-hidden />} shortcut="?" onSelect={run(onShortcuts)}>
              Show the shortcuts
            </CommandItem>
            <CommandItem icon={<LogOut aria-hidden />} onSelect={run(signOut)}>
              Sign out
            </CommandItem>
          </CommandGroup>
        </CommandList>
      </Command>
    </CommandDialog>
  );
}
