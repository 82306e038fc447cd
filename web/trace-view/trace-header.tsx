import { Link } from '@tanstack/react-router';
import { Bookmark, Globe, Plus, Trash2, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { printCondition } from '../../contract/filter/print.ts';
import { formatCompact, formatCost, formatCount, formatSeconds } from '../../contract/format.ts';
import type { TraceDetail } from '../../contract/trace.ts';
import { mayAs, useProject } from '../lib/session.ts';
import { Timestamp } from '../lib/timestamp.tsx';
import { Badge } from '../ui/badge.tsx';
import { IconButton } from '../ui/button.tsx';
import { cn } from '../ui/cn.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { toast } from '../ui/toaster.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { useDeleteTraces, useUpdateTrace } from './use-trace.ts';

export interface TraceHeaderProps {
  projectId: string;
  trace: TraceDetail;
  /** Heading of the page, or of a panel on one. */
  heading: 'h1' | 'h2';
  /** Buttons before and behind the trace's own. */
  before?: ReactNode;
  after?: ReactNode;
  onDeleted(): void;
}

const failed = (what: string) => (error: Error) => toast.error(what, { description: error.message });

/** What the trace is, and what can be done with it. */
export function TraceHeader({ projectId, trace, heading: Heading, before, after, onDeleted }: TraceHeaderProps) {
  const { project } = useProject();
  const mayChange = mayAs(project.role, 'MEMBER');
  const update = useUpdateTrace(projectId, trace.id);
  const remove = useDeleteTraces(projectId);
  const [asking, setAsking] = useState(false);
  const change = (what: Parameters<typeof update.mutate>[0]) =>
    update.mutate(what, { onError: failed('The change was not saved') });
  return (
    <header className="shrink-0 border-line border-b px-4 pt-2 pb-2">
      <div className="flex min-w-0 items-center gap-1.5">
        {before}
        <Heading className="min-w-0 truncate font-semibold text-md" title={trace.name ?? trace.id}>
          {trace.name ?? 'Trace'}
        </Heading>
        <span className="flex min-w-0 items-center">
          <code className="max-w-44 truncate text-faint text-xs">{trace.id}</code>
          <CopyButton text={trace.id} label="Copy the trace id" />
        </span>
        <div className="ml-auto flex shrink-0 items-center gap-0.5">
          <IconButton
            label={trace.bookmarked ? 'Remove the bookmark' : 'Bookmark'}
            aria-pressed={trace.bookmarked}
            disabled={!mayChange}
            onClick={() => change({ bookmarked: !trace.bookmarked })}
          >
            <Bookmark aria-hidden className={cn(trace.bookmarked && 'fill-accent text-accent')} />
          </IconButton>
          <IconButton
            label={trace.public ? 'Public: everybody with the address can read it. Make it private' : 'Make it public'}
            aria-pressed={trace.public}
            disabled={!mayChange}
            onClick={() => change({ public: !trace.public })}
          >
            <Globe aria-hidden className={cn(trace.public && 'text-accent')} />
          </IconButton>
          <IconButton label="Delete the trace" disabled={!mayChange} onClick={() => setAsking(true)}>
            <Trash2 aria-hidden />
          </IconButton>
          {after}
        </div>
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-sm">
        <Timestamp time={trace.timestamp} />
        {trace.level !== 'DEFAULT' && trace.level !== 'DEBUG' && (
          <Badge tone={trace.level === 'ERROR' ? 'danger' : 'warning'}>
            {trace.level === 'ERROR' ? plural(trace.errorCount, 'error') : plural(trace.warningCount, 'warning')}
          </Badge>
        )}
        <Tooltip content="From the first start to the last end">
          <span>{formatSeconds(trace.latency)}</span>
        </Tooltip>
        {trace.totalCost !== null && <span>{formatCost(trace.totalCost)}</span>}
        {trace.totalTokens > 0 && (
          <Tooltip
            content={`${formatCount(trace.inputTokens)} in, ${formatCount(trace.outputTokens)} out, ${formatCount(trace.totalTokens)} in total`}
          >
            <span>{formatCompact(trace.totalTokens)} tokens</span>
          </Tooltip>
        )}
        <span>{plural(trace.observationCount, 'step')}</span>
        {trace.userId && <FilterLink projectId={projectId} column="userId" value={trace.userId} label="user" />}
        {trace.sessionId && <FilterLink projectId={projectId} column="sessionId" value={trace.sessionId} label="session" />}
        <Badge tone="outline">{trace.environment}</Badge>
        {trace.version && <span>version {trace.version}</span>}
        {trace.release && <span>release {trace.release}</span>}
        <Tags tags={trace.tags} onChange={mayChange ? (tags) => change({ tags }) : undefined} />
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete this trace?"
        description={`Its ${plural(trace.observationCount, 'step')} and ${plural(trace.scores.length, 'score')} go with it. This cannot be undone.`}
        action="Delete"
        danger
        onConfirm={async () => {
          await remove.mutateAsync([trace.id]);
          toast.success('The trace is deleted');
          onDeleted();
        }}
      />
    </header>
  );
}

const plural = (count: number, word: string) => `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`;

/** Leads to the traces of the same user or session. */
function FilterLink({
  projectId,
  column,
  value,
  label,
}: {
  projectId: string;
  column: 'userId' | 'sessionId';
  value: string;
  label: string;
}) {
  return (
    <Link
      to="/project/$projectId/traces"
      params={{ projectId }}
      search={{ q: printCondition({ type: 'stringOptions', column, operator: 'any of', value: [value] }), range: 'all' }}
      className="max-w-52 truncate underline-offset-2 hover:text-fg hover:underline"
      title={`Traces of ${label} ${value}`}
    >
      {label} <span className="text-fg">{value}</span>
    </Link>
  );
}

function Tags({ tags, onChange }: { tags: readonly string[]; onChange?: (tags: string[]) => void }) {
  const [adding, setAdding] = useState(false);
  const add = (text: string) => {
    const tag = text.trim();
    setAdding(false);
    if (tag && !tags.includes(tag)) onChange?.([...tags, tag]);
  };
  return (
    <span className="inline-flex flex-wrap items-center gap-1">
      {tags.map((tag) => (
        <Badge key={tag} className="max-w-40">
          <span className="truncate">{tag}</span>
          {onChange && (
            <button
              type="button"
              aria-label={`Remove the tag ${tag}`}
              className="-mr-0.5 rounded-xs text-faint hover:text-fg"
              onClick={() => onChange(tags.filter((other) => other !== tag))}
            >
              <X aria-hidden />
            </button>
          )}
        </Badge>
      ))}
      {onChange &&
        (adding ? (
          <input
            // biome-ignore lint/a11y/noAutofocus: it appears because somebody asked to type into it
            autoFocus
            aria-label="New tag"
            maxLength={200}
            className="h-5 w-24 rounded-sm border border-line-strong bg-surface px-1.5 text-xs"
            onBlur={(event) => add(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') add(event.currentTarget.value);
              if (event.key === 'Escape') {
                event.stopPropagation();
                event.nativeEvent.stopImmediatePropagation();
                setAdding(false);
              }
            }}
          />
        ) : (
          <button
            type="button"
            className="inline-flex h-5 items-center gap-0.5 rounded-sm px-1 text-faint text-xs hover:bg-hover hover:text-fg"
            onClick={() => setAdding(true)}
          >
            <Plus aria-hidden className="size-3" /> tag
          </button>
        ))}
    </span>
  );
}
