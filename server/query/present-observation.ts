import { parseIfJson } from '../../contract/json/parse.ts';
import type { ObservationDetail, ObservationSummary, ObservationType } from '../../contract/observation.ts';
import type { ObservationRow } from '../store/analytics/rows.ts';
import type { TraceFacts } from './read-traces.ts';
import { isoOf, isoOrNull, listOf, metadataOf, objectOf, orNull, PREVIEW_LENGTH, parsedText } from './stored-values.ts';

const seconds = (from: number, to: number | null) => (to === null ? null : (to - from) / 1e6);

/** What summary and detail have in common. What the step does not say of its trace comes from the trace's fold. */
function common(row: ObservationRow, trace: TraceFacts | undefined): Omit<ObservationSummary, 'inputPreview' | 'outputPreview'> {
  return {
    id: row.id,
    traceId: row.trace_id,
    parentObservationId: orNull(row.parent_id),
    type: row.type as ObservationType,
    name: row.name,
    level: row.level,
    statusMessage: orNull(row.status_message),
    startTime: isoOf(row.start_time),
    endTime: isoOrNull(row.end_time),
    latency: seconds(row.start_time, row.end_time),
    timeToFirstToken: seconds(row.start_time, row.completion_start_time),
    model: orNull(row.model),
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    totalTokens: row.total_tokens,
    totalCost: row.total_cost,
    environment: row.environment,
    version: orNull(row.version),
    promptName: orNull(row.prompt_name),
    promptVersion: row.prompt_version,
    traceName: orNull(row.trace_name || (trace?.name ?? '')),
    userId: orNull(row.user_id || (trace?.userId ?? '')),
    sessionId: orNull(row.session_id || (trace?.sessionId ?? '')),
    tags: row.tags.length > 0 ? [...row.tags].sort() : (trace?.tags ?? []),
  };
}

/** A stored step as lists show it. */
export function presentSummary(row: ObservationRow, trace: TraceFacts | undefined): ObservationSummary {
  return { ...common(row, trace), inputPreview: preview(row.input), outputPreview: preview(row.output) };
}

const preview = (text: string) => orNull([...text.slice(0, 2 * PREVIEW_LENGTH)].slice(0, PREVIEW_LENGTH).join(''));

/** Prices of the model that priced a row, USD per unit by usage type; null when the price book has it no more. */
export type FindPrices = (
  projectId: string,
  modelId: string,
  tierId: string,
) => Promise<Record<string, number> | null> | Record<string, number> | null;

/** A stored step whole. */
export function presentDetail(
  row: ObservationRow,
  trace: TraceFacts | undefined,
  prices: Record<string, number> | null,
): ObservationDetail {
  return {
    ...common(row, trace),
    completionStartTime: isoOrNull(row.completion_start_time),
    input: parsedText(row.input),
    output: parsedText(row.output),
    metadata: metadataOf(row.metadata),
    modelParameters: objectOf(row.model_parameters),
    usageDetails: row.usage_details,
    costDetails: row.cost_details,
    price: {
      modelId: orNull(row.price_model_id),
      modelName: orNull(row.price_model_name),
      tierName: orNull(row.price_tier_name),
      prices: prices ?? {},
      provided: row.cost_provided,
      usageEstimated: row.usage_estimated,
    },
    repeat: repeatOf(row),
    promptId: orNull(row.prompt_id),
    release: orNull(row.release || (trace?.release ?? '')),
    events: listOf(row.events) as ObservationDetail['events'],
    links: listOf(row.links) as ObservationDetail['links'],
    toolDefinitions: Object.entries(row.tool_definitions).map(([name, text]) => toolDefinition(name, text)),
    toolCalls: row.tool_calls.map((text, i) => toolCall(text, row.tool_call_names[i] ?? '', i)),
    source: {
      via: row.via,
      sdkName: orNull(row.sdk_name),
      sdkVersion: orNull(row.sdk_version),
      scopeName: orNull(row.scope_name),
      scopeVersion: orNull(row.scope_version),
      serviceName: orNull(row.service_name),
    },
    ingestedAt: isoOf(row.created_at),
  };
}

/** Bit 0 of a row's mark: its tokens do not count; bit 1: its cost does not. */
const repeatOf = ({ repeats, repeat_of: of, repeat_reason: reason }: ObservationRow): ObservationDetail['repeat'] =>
  repeats === 0 ? null : { of, reason, usage: (repeats & 1) > 0, cost: (repeats & 2) > 0 };

function toolDefinition(name: string, text: string): ObservationDetail['toolDefinitions'][number] {
  const stored = objectOf(text);
  const parameters = typeof stored.parameters === 'string' ? parseIfJson(stored.parameters) : (stored.parameters ?? null);
  return { name, description: typeof stored.description === 'string' ? orNull(stored.description) : null, parameters };
}

function toolCall(text: string, name: string, i: number): ObservationDetail['toolCalls'][number] {
  const stored = objectOf(text);
  return {
    id: typeof stored.id === 'string' ? stored.id : '',
    name: typeof stored.name === 'string' && stored.name !== '' ? stored.name : name,
    arguments: typeof stored.arguments === 'string' ? parseIfJson(stored.arguments) : (stored.arguments ?? null),
    type: typeof stored.type === 'string' ? stored.type : '',
    index: typeof stored.index === 'number' ? stored.index : i,
  };
}
