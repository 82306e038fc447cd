import { Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { z } from 'zod';
import { findProject, homeProject, useMe } from '../lib/session.ts';
import { useShortcuts } from '../lib/shortcuts.ts';
import { useStored } from '../lib/stored.ts';
import { useTheme } from '../lib/theme.ts';
import { DemoBanner } from './demo-banner.tsx';
import { DESTINATIONS } from './navigation.ts';
import { Palette } from './palette.tsx';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { Sidebar } from './sidebar.tsx';

/** Everything around a page once somebody is signed in. */
export function Shell() {
  const me = useMe();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { projectId } = useParams({ strict: false });
  const [collapsed, setCollapsed] = useStored('sidebar-collapsed', z.boolean(), false);
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [sheetOpen, setSheetOpen] = useState(false);
  const theme = useTheme();

  // Pages without a project (account, organisation) keep the sidebar of the one that was open.
  const current = useMemo(() => {
    const inAddress = projectId === undefined ? undefined : findProject(me, projectId);
    if (inAddress) return inAddress;
    const home = homeProject(me);
    return home && findProject(me, home.id);
  }, [me, projectId]);

  useShortcuts([
    {
      keys: 'mod+k',
      label: 'Search and commands',
      group: 'Everywhere',
      inDialog: true,
      run: () => setPaletteOpen((open) => !open),
    },
    { keys: '?', label: 'Show the shortcuts', group: 'Everywhere', run: () => setSheetOpen(true) },
    { keys: 'mod+b', label: 'Fold or unfold the sidebar', group: 'Everywhere', run: () => setCollapsed(!collapsed) },
    {
      keys: 'mod+shift+l',
      label: 'Switch between light and dark',
      group: 'Everywhere',
      run: () => theme.choose(theme.shown === 'dark' ? 'light' : 'dark'),
    },
    ...DESTINATIONS.map((destination) => ({
      keys: destination.keys,
      label: `Go to ${destination.label}`,
      group: 'Go',
      run: () => {
        if (current) void navigate({ to: destination.to, params: { projectId: current.project.id } });
      },
    })),
  ]);

  return (
    <div className="flex h-full">
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-on-accent focus-visible:translate-y-0"
      >
        Skip to the content
      </a>
      <Sidebar
        me={me}
        current={current}
        pathname={pathname}
        collapsed={collapsed}
        onCollapse={setCollapsed}
        onSearch={() => setPaletteOpen(true)}
        onShortcuts={() => setSheetOpen(true)}
        theme={theme}
      />
      <div className="flex min-w-0 flex-1 flex-col">
        {current?.project.demo && current.project.id === projectId && <DemoBanner project={current.project} />}
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 focus-visible:outline-none">
          <Outlet />
        </main>
      </div>
      <Palette
        open={paletteOpen}
        onOpenChange={setPaletteOpen}
        me={me}
        current={current}
        pathname={pathname}
        theme={theme}
        onShortcuts={() => setSheetOpen(true)}
      />
      <ShortcutSheet open={sheetOpen} onOpenChange={setSheetOpen} />
    </div>
  );
}
