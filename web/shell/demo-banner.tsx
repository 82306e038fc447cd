import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { removeDemo } from '../../contract/api/access.ts';
import { call } from '../lib/client.ts';
import { mayAs, type Project } from '../lib/session.ts';
import { toast } from '../ui/toaster.tsx';

/** Tells that nothing here is real, and takes it away. */
export function DemoBanner({ project }: { project: Project }) {
  const [removing, setRemoving] = useState(false);
  const queries = useQueryClient();
  // No question asked: only made-up traces go, and the reader's own stay.
  const remove = async () => {
    setRemoving(true);
    try {
      await call(removeDemo, { projectId: project.id });
      await queries.invalidateQueries();
      toast.success('The demo data is gone', { description: 'Your own traces, the project and its keys are as they were.' });
    } catch (error) {
      toast.error('The demo data could not be removed', { description: error instanceof Error ? error.message : undefined });
      setRemoving(false);
    }
  };
  return (
    <aside
      aria-label="Demo data"
      className="flex min-h-9 shrink-0 items-center gap-2 border-line border-b bg-accent-soft px-4 py-1 text-sm"
    >
      <FlaskConical aria-hidden className="size-3.5 shrink-0 text-accent" />
      <p className="min-w-0 flex-1">
        <span className="font-medium">This is demo data:</span> two weeks of made-up traffic.{' '}
        <Link
          to="/project/$projectId/setup"
          params={{ projectId: project.id }}
          className="text-accent underline underline-offset-2"
        >
          Send your own traces
        </Link>
      </p>
      {mayAs(project.role, 'ADMIN') && (
        <button
          type="button"
          disabled={removing}
          className="shrink-0 rounded-sm px-1.5 py-0.5 font-medium text-accent hover:bg-hover disabled:opacity-60"
          onClick={remove}
        >
          {removing ? 'Removing …' : 'Remove the demo data'}
        </button>
      )}
    </aside>
  );
}
