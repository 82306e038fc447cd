import { Fragment, useMemo } from 'react';
import { formatCompact, formatCost, formatCount, formatDuration, formatSeconds } from '../../contract/format.ts';
import { pairToolCalls } from '../../contract/messages/pair-tool-calls.ts';
import { parseContent } from '../../contract/messages/parse-messages.ts';
import type { ObservationDetail, ObservationNode } from '../../contract/observation.ts';
import type { Score } from '../../contract/score.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import { ObservationTypeIcon, observationTypeColour, observationTypeName } from '../lib/observation-type.tsx';
import { Timestamp } from '../lib/timestamp.tsx';
import { Badge } from '../ui/badge.tsx';
import { Callout } from '../ui/callout.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { ContentView } from './content-view.tsx';
import { DetailTabs, useTextMode } from './detail.tsx';
import { EventsTab, Stack } from './events-tab.tsx';
import { exceptionsIn } from './exception.ts';
import { JsonTab } from './json-tab.tsx';
import { MetadataFacts, SourceFacts } from './metadata-tab.tsx';
import { ScoresTab } from './scores-tab.tsx';
import { DetailSection } from './section.tsx';
import { UsageTab } from './usage-tab.tsx';
import { useStep } from './use-trace.ts';

export interface StepDetailProps {
  projectId: string;
  traceId: string;
  tree: StepTree;
  position: number;
  scores: readonly Score[];
}

/** One step: its facts at once (from the skeleton), its texts as soon as they are there. */
export function StepDetail({ projectId, traceId, tree, position, scores }: StepDetailProps) {
  const node = tree.steps[position]!;
  const { data, error, refetch, isPending } = useStep(projectId, traceId, node.id);
  const own = useMemo(() => scores.filter(({ observationId }) => observationId === node.id), [scores, node.id]);
  return (
    <section aria-label={`Step ${node.name}`} className="flex h-full min-h-0 flex-col">
      <StepHeader node={node} step={data} orphan={tree.orphans.has(position)} ring={tree.rings.has(position)} />
      {isPending ? (
        <div className="p-4" aria-busy="true">
          <SkeletonLines lines={4} />
          <SkeletonLines lines={6} className="mt-8" />
        </div>
      ) : error && !data ? (
        <ErrorState title="The step could not be loaded" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <DetailTabs
          tabs={[
            { value: 'preview', label: 'Preview', content: () => <StepPreview key={data.id} step={data} /> },
            { value: 'json', label: 'JSON', fill: true, content: () => <JsonTab key={data.id} whole={data} /> },
            {
              value: 'metadata',
              label: 'Metadata',
              content: () => (
                <>
                  <DetailSection title="Metadata">
                    <MetadataFacts metadata={data.metadata} />
                  </DetailSection>
                  <DetailSection title="Source">
                    <SourceFacts source={data.source} />
                  </DetailSection>
                </>
              ),
            },
            {
              value: 'events',
              label: 'Events & links',
              count: data.events.length + data.links.length,
              content: () => (
                <EventsTab projectId={projectId} startTime={data.startTime} events={data.events} links={data.links} />
              ),
            },
            { value: 'usage', label: 'Usage & cost', content: () => <UsageTab step={data} /> },
            { value: 'scores', label: 'Scores', count: own.length, content: () => <ScoresTab scores={own} tree={tree} /> },
          ]}
        />
      ) : null}
    </section>
  );
}

function StepHeader({
  node,
  step,
  orphan,
  ring,
}: {
  node: ObservationNode;
  step: ObservationDetail | undefined;
  orphan: boolean;
  ring: boolean;
}) {
  return (
    <header className="shrink-0 px-4 pt-3 pb-2">
      <div className="flex min-w-0 items-center gap-2">
        <ObservationTypeIcon type={node.type} className="size-4" />
        <h2 className="min-w-0 truncate font-semibold text-md" title={node.name}>
          {node.name}
        </h2>
        <CopyButton text={node.id} label="Copy the step's id" />
      </div>
      <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-sm">
        <span style={{ color: observationTypeColour(node.type) }} className="font-medium">
          {observationTypeName(node.type)}
        </span>
        {(node.level === 'ERROR' || node.level === 'WARNING') && (
          <Badge tone={node.level === 'ERROR' ? 'danger' : 'warning'}>{node.level.toLowerCase()}</Badge>
        )}
        {node.duration !== null && <span>{formatDuration(node.duration)}</span>}
        {node.firstToken !== null && (
          <Tooltip content="Time to first token">
            <span>first token {formatDuration(node.firstToken)}</span>
          </Tooltip>
        )}
        {node.model && <span className="[overflow-wrap:anywhere]">{node.model}</span>}
        {node.totalTokens > 0 && (
          <Tooltip
            content={`${formatCount(node.inputTokens)} in, ${formatCount(node.outputTokens)} out, ${formatCount(node.totalTokens)} in total`}
          >
            <span>
              {node.inputTokens + node.outputTokens > 0
                ? `${formatCompact(node.inputTokens)} → ${formatCompact(node.outputTokens)} tokens`
                : `${formatCompact(node.totalTokens)} tokens`}
            </span>
          </Tooltip>
        )}
        {node.totalCost !== null && <span>{formatCost(node.totalCost)}</span>}
        {step && <Timestamp time={step.startTime} />}
        {step?.promptName && (
          <span>
            prompt {step.promptName}
            {step.promptVersion !== null && ` v${step.promptVersion}`}
          </span>
        )}
        {step?.version && <span>version {step.version}</span>}
        {orphan && (
          <Tooltip content="It names a parent that was never received.">
            <Badge tone="warning" tabIndex={0}>
              parent missing
            </Badge>
          </Tooltip>
        )}
        {ring && (
          <Tooltip content="By what was sent it is its own ancestor; it is shown at the top.">
            <Badge tone="warning" tabIndex={0}>
              own ancestor
            </Badge>
          </Tooltip>
        )}
      </div>
    </header>
  );
}

function StepPreview({ step }: { step: ObservationDetail }) {
  const [mode] = useTextMode();
  const { input, output, called } = useMemo(() => {
    const input = parseContent(step.input, 'input');
    const output = parseContent(step.output, 'output');
    const paired = input.kind === 'chat' ? { ...input, messages: pairToolCalls(input.messages) } : input;
    const answered = output.kind === 'chat' ? { ...output, messages: pairToolCalls(output.messages) } : output;
    const names = [paired, answered].flatMap((content) =>
      content.kind === 'chat'
        ? content.messages.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? [part.name] : [])))
        : [],
    );
    return { input: paired, output: answered, called: new Set([...names, ...step.toolCalls.map(({ name }) => name)]) };
  }, [step]);
  const tools = step.toolDefinitions.length > 0 ? step.toolDefinitions : input.kind === 'chat' ? input.tools : [];
  return (
    <>
      <Failure step={step} />
      <ContentView title="Input" content={input} value={step.input} mode={mode} tools={tools} called={called} />
      <ContentView title="Output" content={output} value={step.output} mode={mode} />
      {step.timeToFirstToken !== null &&
        step.latency !== null &&
        step.outputTokens > 0 &&
        step.latency > step.timeToFirstToken && (
          <p className="text-faint text-xs">
            {formatSeconds((step.latency - step.timeToFirstToken) / step.outputTokens)} per output token after the first at{' '}
            {formatSeconds(step.timeToFirstToken)}
          </p>
        )}
    </>
  );
}

/** What went wrong, where it went wrong: the status message and the exceptions with their stacks. */
function Failure({ step }: { step: ObservationDetail }) {
  const exceptions = exceptionsIn(step.events);
  const failed = step.level === 'ERROR';
  if (!step.statusMessage && exceptions.length === 0 && !failed) return null;
  return (
    <Callout tone={failed || exceptions.length > 0 ? 'danger' : step.level === 'WARNING' ? 'warning' : 'info'} className="mb-5">
      <p className="whitespace-pre-wrap font-medium [overflow-wrap:anywhere]">
        {step.statusMessage ?? (failed ? 'The step failed; no message was recorded.' : 'An exception was recorded.')}
      </p>
      {exceptions.map(({ type, message, stack }, index) => {
        const said = [type, message].filter(Boolean).join(': ');
        // Most SDKs copy the exception into the status message: once is enough.
        const news = said !== '' && said !== step.statusMessage && message !== step.statusMessage;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: recorded events never move
          <Fragment key={index}>
            {news && <p className="mt-1.5 text-sm [overflow-wrap:anywhere]">{said}</p>}
            {stack && <Stack text={stack} />}
          </Fragment>
        );
      })}
    </Callout>
  );
}
