import { Link } from '@tanstack/react-router';
import { PanelLeft, Search } from 'lucide-react';
import type { Me, Organisation, Project } from '../lib/session.ts';
import type { useTheme } from '../lib/theme.ts';
import { IconButton } from '../ui/button.tsx';
import { cn } from '../ui/cn.ts';
import { Shortcut } from '../ui/kbd.tsx';
import { LogoMark } from '../ui/logo.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { DESTINATIONS, sectionOf } from './navigation.ts';
import { ProjectSwitch } from './project-switch.tsx';
import { UserMenu } from './user-menu.tsx';

export interface SidebarProps {
  me: Me;
  current: { project: Project; organisation: Organisation } | undefined;
  pathname: string;
  collapsed: boolean;
  onCollapse(collapsed: boolean): void;
  onSearch(): void;
  onShortcuts(): void;
  theme: ReturnType<typeof useTheme>;
}

const item =
  'flex h-7.5 w-full items-center gap-2.5 rounded-md px-2 text-muted transition-colors hover:bg-hover hover:text-fg [&_svg]:size-4 [&_svg]:shrink-0';

export function Sidebar({ me, current, pathname, collapsed, onCollapse, onSearch, onShortcuts, theme }: SidebarProps) {
  return (
    <aside
      aria-label="Sidebar"
      className={cn(
        'flex shrink-0 flex-col border-line border-r bg-sunken transition-[width] duration-150',
        collapsed ? 'w-13' : 'w-56',
      )}
    >
      <div className={cn('flex h-12 shrink-0 items-center px-2', collapsed ? 'justify-center' : 'justify-between')}>
        {collapsed ? (
          <IconButton label="Unfold the sidebar" shortcut="mod+b" side="right" onClick={() => onCollapse(false)}>
            <LogoMark className="size-5!" />
          </IconButton>
        ) : (
          <>
            <Link to="/" className="flex items-center gap-2 rounded-md px-1.5 py-1">
              <LogoMark />
              <span className="font-semibold text-md tracking-tight">Telltale</span>
            </Link>
            <IconButton label="Fold the sidebar" shortcut="mod+b" onClick={() => onCollapse(true)}>
              <PanelLeft aria-hidden />
            </IconButton>
          </>
        )}
      </div>

      <div className="flex flex-col gap-1.5 px-2">
        {current && <ProjectSwitch me={me} current={current} pathname={pathname} collapsed={collapsed} />}
        <Tooltip content={collapsed ? 'Search and commands' : null} shortcut="mod+k" side="right">
          <button
            type="button"
            aria-label="Search and commands"
            onClick={onSearch}
            className={cn(item, 'border border-line bg-surface shadow-xs', collapsed && 'justify-center px-0')}
          >
            <Search aria-hidden />
            {!collapsed && (
              <>
                <span className="flex-1 text-left text-faint">Search</span>
                <Shortcut keys="mod+k" />
              </>
            )}
          </button>
        </Tooltip>
      </div>

      <nav aria-label="Pages" className="mt-3 flex flex-col gap-0.5 px-2">
        {current &&
          DESTINATIONS.map(({ label, icon: Icon, to, section, keys }) => {
            const isHere = sectionOf(pathname) === section;
            return (
              <Tooltip key={section} content={collapsed ? label : null} shortcut={keys} side="right">
                <Link
                  to={to}
                  params={{ projectId: current.project.id }}
                  aria-label={label}
                  aria-current={isHere ? 'page' : undefined}
                  className={cn(item, isHere && 'bg-active font-medium text-fg', collapsed && 'justify-center px-0')}
                >
                  <Icon aria-hidden className={isHere ? 'text-accent' : undefined} />
                  {!collapsed && label}
                </Link>
              </Tooltip>
            );
          })}
      </nav>

      <div className="mt-auto border-line border-t p-2">
        <UserMenu me={me} collapsed={collapsed} theme={theme} onShortcuts={onShortcuts} />
      </div>
    </aside>
  );
}
