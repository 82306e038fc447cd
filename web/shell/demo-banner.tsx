import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { removeDemo } from '../../contract/api/access.ts';
import { call } from '../lib/client.ts';
import { mayAs, type Project } from '../lib/session.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { toast } from '../ui/toaster.tsx';

/** Tells that nothing here is real, and takes it away. */
export function DemoBanner({ project }: { project: Project }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
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
          className="shrink-0 rounded-sm px-1.5 py-0.5 font-medium text-accent hover:bg-hover"
          onClick={() => setAsking(true)}
        >
          Remove the demo data
        </button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        danger
        title="Remove the demo data?"
        description={`Everything in “${project.name}” is deleted: traces, scores and sessions. The project and its API keys stay. This cannot be undone.`}
        action="Remove the demo data"
        onConfirm={async () => {
          await call(removeDemo, { projectId: project.id });
          await queries.invalidateQueries();
          toast.success('The demo data is gone', { description: 'The project is empty and ready for yours.' });
        }}
      />
    </aside>
  );
}
