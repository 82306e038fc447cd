import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { useEffect } from 'react';
import { z } from 'zod';
import { OWN_PASSWORD_NEEDED } from '../contract/api/access.ts';
import { getExperiment } from '../contract/api/experiments.ts';
import { getSession } from '../contract/api/sessions.ts';
import { ApiError } from './lib/client.ts';
import { findProjectOfTrace } from './lib/find-trace.ts';
import { queryOf } from './lib/query.ts';
import { findProject, homeProject, meQuery, rememberProject } from './lib/session.ts';
import { useTheme } from './lib/theme.ts';
import { NotFound, Trouble } from './pages/not-found/index.tsx';
import { traceSearch } from './pages/trace/search-params.ts';
import { validateTracesSearch } from './pages/traces/search-params.ts';
import { Shell } from './shell/shell.tsx';
import { Toaster } from './ui/toaster.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';

interface Context {
  queryClient: QueryClient;
}

function Root() {
  const { shown } = useTheme();
  useEffect(() => {
    document.documentElement.dataset.theme = shown;
  }, [shown]);
  const { queryClient } = rootRoute.useRouteContext();
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <Outlet />
        <Toaster theme={shown} />
      </TooltipProvider>
    </QueryClientProvider>
  );
}

const rootRoute = createRootRouteWithContext<Context>()({
  component: Root,
  notFoundComponent: () => (
    <main className="h-full">
      <NotFound />
    </main>
  ),
});

/** A path of this app to go on to after sign-in; never another site. */
const next = z
  .string()
  .regex(/^\/(?![/\\])/)
  .optional()
  .catch(undefined);

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: z.object({ next }),
  component: lazyRouteComponent(() => import('./pages/sign-in/index.tsx'), 'SignInPage'),
});
const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  validateSearch: z.object({ next }),
  component: lazyRouteComponent(() => import('./pages/sign-in/index.tsx'), 'SignUpPage'),
});

const choosePasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/choose-password',
  validateSearch: z.object({ next }),
  component: lazyRouteComponent(() => import('./pages/sign-in/choose-password.tsx'), 'ChoosePasswordPage'),
});

/** Waits until it is known who is there; whoever is nobody yet signs in and comes back. */
async function requireMe({ context, location }: { context: Context; location: { href: string } }) {
  try {
    return { me: await context.queryClient.ensureQueryData(meQuery) };
  } catch (error) {
    const search = location.href === '/' ? {} : { next: location.href };
    if (error instanceof ApiError && error.status === 401) throw redirect({ to: '/sign-in', search });
    if (error instanceof ApiError && error.code === OWN_PASSWORD_NEEDED) throw redirect({ to: '/choose-password', search });
    throw error;
  }
}

/** Where the link of an invitation leads; what it holds stands behind `#`. */
const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  beforeLoad: requireMe,
  component: lazyRouteComponent(() => import('./pages/sign-in/invitation.tsx'), 'InvitationPage'),
});

/** Everything behind the sign-in. */
const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: requireMe,
  component: Shell,
  errorComponent: ({ error, reset }) => (
    <main className="h-full">
      <Trouble error={error} onRetry={reset} />
    </main>
  ),
});

const homeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: ({ context }) => {
    const project = homeProject(context.me);
    if (project) throw redirect({ to: '/project/$projectId/traces', params: { projectId: project.id }, replace: true });
    throw redirect({ to: '/new', search: {}, replace: true });
  },
});
const newRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/new',
  validateSearch: z.object({ organisation: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./pages/home/index.tsx'), 'NewProjectPage'),
});
const accountRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/index.tsx'), 'AccountPage'),
});
const organisationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/organisation/$organisationId/settings',
  loader: ({ context, params }) => {
    if (!context.me.organisations.some((organisation) => organisation.id === params.organisationId)) throw notFound();
  },
  notFoundComponent: () => <NotFound />,
  component: lazyRouteComponent(() => import('./pages/settings/organisation-settings.tsx'), 'OrganisationSettingsPage'),
});

/** A trace by its id alone, as older SDKs print its address: leads on into the project that holds it. */
const anyTraceRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/trace/$traceId',
  loader: async ({ context, params: { traceId } }) => {
    const projectId = await findProjectOfTrace(context.me, traceId);
    if (projectId === null) throw notFound();
    throw redirect({ to: '/project/$projectId/traces/$traceId', params: { projectId, traceId }, search: {}, replace: true });
  },
  notFoundComponent: () => <NotFound />,
});
const projectRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/project/$projectId',
  // In the loader, not before it: so the shell stays around the page that says so.
  loader: ({ context, params }) => {
    if (!findProject(context.me, params.projectId)) throw notFound();
    rememberProject(params.projectId);
  },
  notFoundComponent: () => <NotFound />,
});
const projectIndexRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/project/$projectId/traces', params, replace: true });
  },
});
const tracesRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/traces',
  validateSearch: validateTracesSearch,
  component: lazyRouteComponent(() => import('./pages/traces/index.tsx'), 'TracesPage'),
});
const traceRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/traces/$traceId',
  validateSearch: traceSearch,
  component: lazyRouteComponent(() => import('./pages/trace/index.tsx'), 'TracePage'),
});
/** What an address names, or the page that says that there is nothing. */
async function orNotFound<T>(found: Promise<T>): Promise<void> {
  try {
    await found;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw notFound();
    throw error;
  }
}

const sessionRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/sessions/$sessionId',
  loader: ({ context, params }) => orNotFound(context.queryClient.ensureQueryData(queryOf(getSession, params))),
  notFoundComponent: () => <NotFound />,
  component: lazyRouteComponent(() => import('./pages/session/index.tsx'), 'SessionPage'),
});
const runRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/datasets/$datasetId/runs/$runId',
  loader: ({ context, params: { projectId, runId: experimentId } }) =>
    orNotFound(context.queryClient.ensureQueryData(queryOf(getExperiment, { projectId, experimentId }))),
  notFoundComponent: () => <NotFound />,
  component: lazyRouteComponent(() => import('./pages/run/index.tsx'), 'RunPage'),
});
const setUpRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/setup/index.tsx'), 'SetUpPage'),
});
const settingsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/index.tsx'), 'SettingsPage'),
});
const settingsIndexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/project/$projectId/settings/general', params, replace: true });
  },
});
const settingsGeneralRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/general',
  component: lazyRouteComponent(() => import('./pages/settings/general.tsx'), 'GeneralSettings'),
});
const settingsKeysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./pages/settings/api-keys.tsx'), 'ApiKeySettings'),
});
const settingsMembersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/members',
  component: lazyRouteComponent(() => import('./pages/settings/members.tsx'), 'MemberSettings'),
});
const settingsModelsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/models',
  validateSearch: z.object({ q: z.string().max(200).optional().catch(undefined), model: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./pages/settings/models.tsx'), 'ModelSettings'),
});
const settingsAutomationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/automations',
  validateSearch: z.object({ automation: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./pages/settings/automations.tsx'), 'AutomationSettings'),
});
const settingsConnectionsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/llm-connections',
  component: lazyRouteComponent(() => import('./pages/settings/llm-connections.tsx'), 'LlmConnectionSettings'),
});
const settingsExportRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/export',
  component: lazyRouteComponent(() => import('./pages/settings/blob-export.tsx'), 'BlobExportSettings'),
});
const settingsSamplingRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/sampling',
  component: lazyRouteComponent(() => import('./pages/settings/sampling/index.tsx'), 'SamplingSettingsPage'),
});
const settingsIngestionRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/ingestion',
  component: lazyRouteComponent(() => import('./pages/settings/ingestion.tsx'), 'IngestionSettings'),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  signUpRoute,
  choosePasswordRoute,
  invitationRoute,
  appRoute.addChildren([
    homeRoute,
    newRoute,
    accountRoute,
    organisationRoute,
    anyTraceRoute,
    projectRoute.addChildren([
      projectIndexRoute,
      tracesRoute,
      traceRoute,
      sessionRoute,
      runRoute,
      setUpRoute,
      settingsRoute.addChildren([
        settingsIndexRoute,
        settingsGeneralRoute,
        settingsKeysRoute,
        settingsMembersRoute,
        settingsModelsRoute,
        settingsConnectionsRoute,
        settingsAutomationsRoute,
        settingsExportRoute,
        settingsSamplingRoute,
        settingsIngestionRoute,
      ]),
    ]),
  ]),
]);

/** The addresses of the app. A link that is hovered over loads its page's code. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: ({ error, reset }) => <Trouble error={error} onRetry={reset} />,
    defaultNotFoundComponent: () => <NotFound />,
    defaultPendingMs: 300,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
