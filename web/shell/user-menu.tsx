import { Link } from '@tanstack/react-router';
import { BookOpen, ChevronsUpDown, CircleUser, Keyboard, LogOut, Monitor, Moon, SquareTerminal, Sun } from 'lucide-react';
import { homeProject, type Me } from '../lib/session.ts';
import type { ThemeChoice, useTheme } from '../lib/theme.ts';
import { cn } from '../ui/cn.ts';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuLink,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../ui/dropdown-menu.tsx';
import { useSignOut } from './use-sign-out.ts';

const THEMES = [
  { value: 'system', label: 'As the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
] as const;

export interface UserMenuProps {
  me: Me;
  collapsed: boolean;
  theme: ReturnType<typeof useTheme>;
  onShortcuts(): void;
}

export function UserMenu({ me, collapsed, theme, onShortcuts }: UserMenuProps) {
  const signOut = useSignOut();
  const shown = me.user.name || me.user.email;
  const project = homeProject(me);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        aria-label={`Account of ${shown}`}
        className={cn(
          'flex h-9 w-full items-center gap-2 rounded-md px-1.5 text-left transition-colors hover:bg-hover data-[state=open]:bg-hover',
          collapsed && 'justify-center px-0',
        )}
      >
        <span
          aria-hidden
          className="flex size-6 shrink-0 items-center justify-center rounded-full border border-line bg-surface font-medium text-2xs text-muted"
        >
          {shown[0]?.toUpperCase()}
        </span>
        {!collapsed && (
          <>
            <span className="min-w-0 flex-1 truncate">{shown}</span>
            <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
          </>
        )}
      </DropdownMenuTrigger>
      <DropdownMenuContent side="top" align="start" className="w-56">
        <div className="px-2 py-1.5">
          <p className="truncate font-medium">{me.user.name}</p>
          <p className="truncate text-muted text-sm">{me.user.email}</p>
        </div>
        <DropdownMenuSeparator />
        <DropdownMenuLabel>Theme</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={theme.choice} onValueChange={(value) => theme.choose(value as ThemeChoice)}>
          {THEMES.map(({ value, label, icon: Icon }) => (
            <DropdownMenuRadioItem key={value} value={value}>
              <Icon aria-hidden className="text-muted" /> {label}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
        <DropdownMenuSeparator />
        <DropdownMenuLink>
          <Link to="/account">
            <CircleUser aria-hidden /> Account
          </Link>
        </DropdownMenuLink>
        <DropdownMenuLink>
          <a href="/api/reference" target="_blank" rel="noreferrer">
            <BookOpen aria-hidden /> API reference
          </a>
        </DropdownMenuLink>
        {project && (
          <DropdownMenuLink>
            <Link to="/project/$projectId/setup" params={{ projectId: project.id }} hash="tools">
              <SquareTerminal aria-hidden /> MCP and command line
            </Link>
          </DropdownMenuLink>
        )}
        <DropdownMenuItem icon={<Keyboard aria-hidden />} shortcut="?" onSelect={onShortcuts}>
          Shortcuts
        </DropdownMenuItem>
        <DropdownMenuItem icon={<LogOut aria-hidden />} onSelect={() => void signOut()}>
          Sign out
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <p className="px-2 py-1 text-faint text-xs">Telltale {me.server.version}</p>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
