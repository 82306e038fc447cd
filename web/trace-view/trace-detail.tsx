import { useMemo } from 'react';
import { pairToolCalls } from '../../contract/messages/pair-tool-calls.ts';
import { parseContent } from '../../contract/messages/parse-messages.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import type { TraceDetail } from '../../contract/trace.ts';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { ContentView } from './content-view.tsx';
import { DetailTabs, useTextMode } from './detail.tsx';
import { JsonTab } from './json-tab.tsx';
import { MetadataFacts } from './metadata-tab.tsx';
import { ScoresTab } from './scores-tab.tsx';
import { nextError } from './visible-steps.ts';

export interface TraceOverviewProps {
  trace: TraceDetail;
  tree: StepTree;
  onSelect(position: number): void;
}

/** The trace as a whole: its own input and output, metadata and all its scores. */
export function TraceOverview({ trace, tree, onSelect }: TraceOverviewProps) {
  const whole = useMemo(() => {
    const { observations: _, ...rest } = trace;
    return rest;
  }, [trace]);
  return (
    <section aria-label="The trace" className="flex h-full min-h-0 flex-col">
      <DetailTabs
        tabs={[
          { value: 'preview', label: 'Preview', content: () => <TracePreview trace={trace} tree={tree} onSelect={onSelect} /> },
          { value: 'json', label: 'JSON', fill: true, content: () => <JsonTab whole={whole} /> },
          { value: 'metadata', label: 'Metadata', content: () => <MetadataFacts metadata={trace.metadata} /> },
          {
            value: 'scores',
            label: 'Scores',
            count: trace.scores.length,
            content: () => <ScoresTab scores={trace.scores} tree={tree} onSelect={onSelect} />,
          },
        ]}
      />
    </section>
  );
}

function TracePreview({ trace, tree, onSelect }: TraceOverviewProps) {
  const [mode] = useTextMode();
  const [input, output] = useMemo(
    () =>
      (['input', 'output'] as const).map((side) => {
        const content = parseContent(trace[side], side);
        return content.kind === 'chat' ? { ...content, messages: pairToolCalls(content.messages) } : content;
      }),
    [trace],
  );
  const failed = trace.errorCount > 0 ? nextError(tree, -1) : -1;
  return (
    <>
      {failed >= 0 && (
        <Callout tone="danger" className="mb-5">
          <div className="flex items-start gap-3">
            <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              <span className="font-medium">{tree.steps[failed]!.name}</span> failed
              {tree.steps[failed]!.statusMessage ? `: ${tree.steps[failed]!.statusMessage}` : '.'}
              {trace.errorCount > 1 && <span className="text-muted"> and {trace.errorCount - 1} more</span>}
            </p>
            <Button size="xs" onClick={() => onSelect(failed)}>
              Go to the step
            </Button>
          </div>
        </Callout>
      )}
      <ContentView
        title="Input"
        content={input!}
        value={trace.input}
        mode={mode}
        tools={input!.kind === 'chat' ? input!.tools : []}
      />
      <ContentView title="Output" content={output!} value={trace.output} mode={mode} />
    </>
  );
}
