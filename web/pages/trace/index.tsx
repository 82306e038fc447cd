import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { TraceView } from '../../trace-view/trace-view.tsx';
import { buttonStyle } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';

const ROUTE = '/app/project/$projectId/traces/$traceId';

/** One trace, whole. */
export function TracePage() {
  const { projectId, traceId } = useParams({ from: ROUTE });
  const { observation, view } = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: '/project/$projectId/traces/$traceId' });
  const back = () => void navigate({ to: '/project/$projectId/traces', params: { projectId }, search: {} });
  useShortcuts([
    { keys: 'esc', label: 'Back to the traces', group: 'Trace', run: () => (history.length > 1 ? history.back() : back()) },
  ]);
  return (
    <Page>
      <TraceView
        key={traceId}
        projectId={projectId}
        traceId={traceId}
        observationId={observation}
        view={view ?? 'tree'}
        heading="h1"
        before={
          <Tooltip content="Back to the traces" shortcut="esc">
            <Link
              to="/project/$projectId/traces"
              params={{ projectId }}
              search={{}}
              aria-label="Back to the traces"
              className={`-ml-1.5 ${buttonStyle({ variant: 'ghost', size: 'icon' })}`}
            >
              <ArrowLeft aria-hidden />
            </Link>
          </Tooltip>
        }
        // The step is part of the address, but not every step that is passed is a place to come back to.
        onSelect={(next) =>
          void navigate({ search: (now) => ({ ...now, observation: next }), replace: true, resetScroll: false })
        }
        onView={(next) =>
          void navigate({
            search: (now) => ({ ...now, view: next === 'tree' ? undefined : next }),
            replace: true,
            resetScroll: false,
          })
        }
        onDeleted={back}
      />
    </Page>
  );
}
