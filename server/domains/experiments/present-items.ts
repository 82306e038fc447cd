import { isObject } from '../../../contract/json/parse.ts';
import type { TracedItem } from '../../query/experiments/page-traced-items.ts';
import { readSpansOfTraces } from '../../query/experiments/read-spans-of-traces.ts';
import { readTracedItems } from '../../query/experiments/read-traced-items.ts';
import { readObservations } from '../../query/read-observations.ts';
import { readTraceFacts, readTraceMetadata } from '../../query/read-traces.ts';
import { isoOf, isoOrNull, metadataOf, objectOf, orNull, parsedText } from '../../query/stored-values.ts';
import type { ObservationRow } from '../../store/analytics/rows.ts';
import type { RunLink } from '../datasets/index.ts';
import type { ExperimentItem, ExperimentsDeps } from './types.ts';

const WITHOUT: (keyof ObservationRow)[] = ['trace_input', 'trace_output', 'events', 'links', 'tool_definitions'];

const stepKey = (traceId: string, id: string) => JSON.stringify([traceId, id]);

async function readSteps({ store }: ExperimentsDeps, projectId: string, keys: readonly { traceId: string; id: string }[]) {
  const rows = await readObservations(
    store,
    projectId,
    keys.map(({ traceId, id }) => ({ trace_id: traceId, id })),
    WITHOUT,
  );
  return new Map(rows.map((row) => [stepKey(row.trace_id, row.id), row]));
}

/** What an item's step says of it. */
const stepPart = (row: ObservationRow) => ({
  endTime: isoOrNull(row.end_time),
  level: row.level,
  environment: row.environment || 'default',
  input: parsedText(row.input),
  output: parsedText(row.output),
  metadata: metadataOf(row.metadata),
});

const NO_STEP = { endTime: null, level: 'DEFAULT', input: null, output: null, metadata: {} } as const;

/** Items that their steps name. The step that stands for one may not have come yet: it ends last. */
export async function presentTraced(
  deps: ExperimentsDeps,
  projectId: string,
  items: readonly TracedItem[],
): Promise<Map<TracedItem, ExperimentItem>> {
  const itemKey = (item: { experimentId: string; traceId: string; id: string }) =>
    JSON.stringify([item.experimentId, item.traceId, item.id]);
  const [facts, steps] = await Promise.all([readTracedItems(deps.store, projectId, items), readSteps(deps, projectId, items)]);
  const byKey = new Map(facts.map((fact) => [itemKey(fact), fact]));
  const shown = new Map<TracedItem, ExperimentItem>();
  for (const item of items) {
    const fact = byKey.get(itemKey(item));
    // Deleted between the questions.
    if (!fact) continue;
    const step = steps.get(stepKey(item.traceId, item.id));
    shown.set(item, {
      id: item.id,
      traceId: item.traceId,
      startTime: isoOf(item.at),
      ...(step ? stepPart(step) : { ...NO_STEP, environment: fact.environment || 'default' }),
      experimentId: item.experimentId,
      experimentName: fact.experimentName,
      experimentDescription: orNull(fact.description),
      experimentMetadata: objectOf(fact.metadata),
      experimentItemId: item.itemId,
      experimentDatasetId: orNull(fact.datasetId),
      experimentItemVersion: isoOrNull(fact.itemVersion),
      experimentItemMetadata: objectOf(fact.itemMetadata),
      expectedOutput: parsedText(fact.expectedOutput),
    });
  }
  return shown;
}

/** Items that only links know: of a step where the link names one, else of a whole trace. */
export async function presentLinks(
  deps: ExperimentsDeps,
  projectId: string,
  links: readonly RunLink[],
): Promise<Map<RunLink, ExperimentItem>> {
  const toSteps = links.flatMap(({ traceId, observationId }) => (observationId === null ? [] : [{ traceId, id: observationId }]));
  const toTraces = [...new Set(links.filter(({ observationId }) => observationId === null).map(({ traceId }) => traceId))];
  const [runs, items, steps, spans, traces, metadata] = await Promise.all([
    deps.links.describe(projectId, [...new Set(links.map(({ runId }) => runId))]),
    deps.links.itemsOf(projectId, links),
    readSteps(deps, projectId, toSteps),
    readSpansOfTraces(deps.store, projectId, toTraces),
    readTraceFacts(deps.store, projectId, toTraces, 'whole'),
    readTraceMetadata(deps.store, projectId, toTraces),
  ]);

  const partOf = (link: RunLink) => {
    if (link.observationId !== null) {
      const step = steps.get(stepKey(link.traceId, link.observationId));
      return step && { id: step.id, startTime: isoOf(step.start_time), ...stepPart(step) };
    }
    const trace = traces.get(link.traceId);
    const span = spans.get(link.traceId);
    if (!trace || !span) return undefined;
    return {
      id: span.rootId || link.traceId,
      startTime: isoOf(span.began),
      endTime: isoOf(span.ended),
      level: trace.level,
      environment: trace.environment,
      input: parsedText(trace.input),
      output: parsedText(trace.output),
      metadata: metadataOf(metadata.get(link.traceId) ?? {}),
    };
  };

  const shown = new Map<RunLink, ExperimentItem>();
  for (const link of links) {
    const run = runs.get(link.runId);
    if (!run) continue;
    const item = items.get(link.id);
    shown.set(link, {
      // Of a trace that has not come yet, only the link is known.
      id: link.observationId ?? link.traceId,
      startTime: link.startedAt.toISOString(),
      ...NO_STEP,
      environment: 'default',
      ...partOf(link),
      traceId: link.traceId,
      experimentId: run.id,
      experimentName: run.name,
      experimentDescription: run.description,
      experimentMetadata: objectIn(run.metadata),
      experimentItemId: link.itemId,
      experimentDatasetId: run.datasetId,
      experimentItemVersion: item?.version.toISOString() ?? null,
      experimentItemMetadata: objectIn(item?.metadata),
      expectedOutput: item?.expectedOutput ?? null,
    });
  }
  return shown;
}

/** An object as it is; anything else is none. */
export const objectIn = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});
