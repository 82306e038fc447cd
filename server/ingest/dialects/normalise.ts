import type { Level, ObservationType } from '../../../contract/observation.ts';
import { billUsage } from '../../../contract/usage/bill-usage.ts';
import { emptyObservation, type Micros, type ObservationRow } from '../../store/analytics/rows.ts';
import type { DecodedExport, DecodedSpan } from '../otlp/decoded.ts';
import type { NormalisedExport, Refusal, Sender } from '../types.ts';
import { bitsOf, HAS } from './attribute-keys.ts';
import { environmentOf } from './environment.ts';
import { readExperiment } from './experiment.ts';
import { fillTools } from './fill-tools.ts';
import { findIo } from './find-io.ts';
import { completionStart } from './first-token.ts';
import { genAiFailed } from './gen-ai.ts';
import type { Usage } from './generic-usage.ts';
import { langfuseLevel } from './langfuse.ts';
import { langSmithLevel } from './langsmith.ts';
import { liveKitLevel, liveKitToolFailed } from './livekit.ts';
import { addAttributes, addSaidMetadata, addTelemetry } from './metadata.ts';
import { plainInput, plainTraceName, plainVersion } from './plain.ts';
import {
  COST_RULES,
  MODEL_PARAMETER_RULES,
  MODEL_RULES,
  NAME_RULES,
  PROMPT_RULES,
  RESPONSE_ID_RULES,
  TYPE_RULES,
  USAGE_RULES,
} from './rules.ts';
import { serviceTier } from './service-tier.ts';
import { firstOf, toObject, toText, unquoted } from './span.ts';
import { type FoundTools, findTools, moveIntoInput } from './tool-definitions.ts';
import { isPublic, isTrue, sessionOf, tagsOf, userOf } from './trace-fields.ts';
import { liftAssociations } from './traceloop.ts';

const KINDS = ['', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** Contract §0.5. */
const MAX_TRACE_NAME = 1000;

/**
 * Makes whole rows, without price, of a decoded export. Pure; it never throws: a span that a rule cannot cope with is kept with what is
 * certain. `nowMicros` is the row version and the time of spans without any.
 */
export function normaliseExport(decoded: DecodedExport, sender: Sender, nowMicros: Micros): NormalisedExport {
  const direct = isDirect(sender);
  const rows: ObservationRow[] = new Array(decoded.spans.length);
  const refused = [...decoded.refused];
  for (let i = 0; i < decoded.spans.length; i++) {
    const span = liftAssociations(decoded.spans[i]!);
    const row = certainRow(span, sender, nowMicros);
    try {
      const odd = fillRow(row, span, direct);
      rows[i] = row;
      if (odd && odd.length > 0) refused.push(oddCounts(i, span.spanId, odd));
    } catch {
      rows[i] = keepRaw(certainRow(span, sender, nowMicros), span);
    }
  }
  const odd = oddTimes(decoded);
  if (odd) refused.push(odd);
  return { rows, refused };
}

/**
 * Whether the sender derives a trace from its spans alone (contract §3.1): Langfuse's Python SDK from 4, its JavaScript SDK from 5, or
 * whoever says ingestion version 4. All others tell the trace by its root span and by trace attributes on any span (§3.11).
 */
export function isDirect(sender: Sender): boolean {
  if ((sender.ingestionVersion ?? 0) >= 4) return true;
  const major = Number.parseInt(sender.sdkVersion, 10);
  return (sender.sdkName === 'python' && major >= 4) || (sender.sdkName === 'javascript' && major >= 5);
}

/** Times before this (March 1970) are times of today in milliseconds or microseconds, where nanoseconds are asked for. */
const EARLIEST_LIKELY: Micros = Date.UTC(1970, 2, 1) * 1000;

/** Spans whose start says 1970, once for an export: they are kept, and found nowhere near today. */
function oddTimes({ spans }: DecodedExport): Refusal | undefined {
  const odd = spans.filter(({ startTime }) => startTime !== null && startTime < EARLIEST_LIKELY);
  const [first] = odd;
  if (!first) return undefined;
  return {
    index: first.index,
    item: first.spanId,
    reason: 'odd_time',
    message: `startTimeUnixNano: lies in 1970 for ${odd.length} of ${spans.length} spans; it must be in nanoseconds, not in milli- or microseconds`,
    kept: true,
  };
}

/** A span that is kept, and counts of it that are not. */
const oddCounts = (index: number, item: string, counts: readonly string[]): Refusal => ({
  index,
  item,
  reason: 'invalid_count',
  message: `${counts.join(', ')}: not counted`,
  kept: true,
});

/** What needs no rule. */
function certainRow(span: DecodedSpan, sender: Sender, now: Micros): ObservationRow {
  const row = emptyObservation(sender.projectId, span.traceId, span.spanId);
  row.parent_id = span.parentSpanId;
  row.kind = KINDS[span.kind] ?? '';
  row.name = span.name;
  row.start_time = span.startTime ?? span.endTime ?? now;
  row.end_time = Math.max(span.endTime ?? row.start_time, row.start_time);
  if (span.statusCode === 2) row.level = 'ERROR';
  row.status_message = span.statusMessage;
  const resource = span.resource.attributes;
  row.service_name = toText(resource.get('service.name'));
  row.service_version = toText(resource.get('service.version'));
  row.telemetry_sdk_language = toText(resource.get('telemetry.sdk.language'));
  row.scope_name = span.scope.name;
  row.scope_version = span.scope.version;
  row.via = sender.via;
  row.sdk_name = sender.sdkName;
  row.sdk_version = sender.sdkVersion;
  row.api_key = sender.publicKey;
  row.created_at = now;
  row.updated_at = now;
  row.row_version = now;
  return row;
}

/** The last resort: every attribute as it came. */
function keepRaw(row: ObservationRow, span: DecodedSpan): ObservationRow {
  for (const [key, value] of span.attributes) row.metadata[`attributes.${key}`] = toText(value);
  return row;
}

/** @returns counts that were refused */
function fillRow(row: ObservationRow, span: DecodedSpan, direct: boolean): readonly string[] | undefined {
  const bits = bitsOf(span.attributes);
  row.type = firstOf<DecodedSpan, ObservationType>(TYPE_RULES, span) ?? 'SPAN';
  const name = firstOf(NAME_RULES, span);
  if (name !== undefined) row.name = toText(name);
  fillState(row, span);
  const odd = fillModel(row, span);
  fillTraceFields(row, span);
  const moved = fillText(row, span, bits);
  fillMetadata(row, span, bits, moved, direct);
  fillTools(row);
  if (bits & HAS.experiment) readExperiment(row, span.attributes);
  if (span.events.length > 0) row.events = eventsText(span);
  if (span.links.length > 0) row.links = linksText(span);
  return odd;
}

/** Environment, release, version, level, status, first token. Contract §3.4. */
function fillState(row: ObservationRow, span: DecodedSpan): void {
  const { attributes, resource } = span;
  row.environment = environmentOf(span);
  row.release = toText(attributes.get('langfuse.release') || resource.attributes.get('langfuse.release'));
  row.version = toText(attributes.get('langfuse.version') || resource.attributes.get('service.version') || plainVersion(span));
  row.level = levelOf(span);
  const said = toText(attributes.get('langfuse.observation.status_message')) || span.statusMessage;
  row.status_message = said || (row.level === 'ERROR' ? exceptionOf(span) || toText(attributes.get('error.type')) : '');
  row.completion_start_time = completionStart(span, row.start_time);
}

const levelOf = (span: DecodedSpan): Level =>
  langfuseLevel(span) ??
  (span.statusCode === 2
    ? 'ERROR'
    : (liveKitToolFailed(span) ?? langSmithLevel(span) ?? genAiFailed(span) ?? liveKitLevel(span) ?? 'DEFAULT'));

/** Better than the original on purpose: an error without a message shows what was thrown. The last exception is the one that ended it. */
function exceptionOf(span: DecodedSpan): string {
  for (let i = span.events.length - 1; i >= 0; i--) {
    const { name, attributes } = span.events[i]!;
    if (name === 'exception') return toText(attributes.get('exception.message') || attributes.get('exception.type'));
  }
  return '';
}

/** Model, its parameters, prompt, usage and cost. Contract §3.4, §3.6 to §3.8. */
function fillModel(row: ObservationRow, span: DecodedSpan): readonly string[] | undefined {
  const said = firstOf(MODEL_PARAMETER_RULES, span);
  const tier = serviceTier(span, said);
  const parameters = tier === undefined ? said : { ...said, service_tier: tier };
  if (parameters) row.model_parameters = parametersText(parameters);
  if (row.type === 'GENERATION') {
    const prompt = firstOf(PROMPT_RULES, span);
    if (prompt) {
      row.prompt_name = prompt.name;
      row.prompt_version = prompt.version;
    }
  }
  row.response_id = toText(firstOf(RESPONSE_ID_RULES, span));
  row.model = unquoted(toText(firstOf(MODEL_RULES, span)));
  const usage = firstOf(USAGE_RULES, span);
  if (usage) fillUsage(row, usage);
  const cost = firstOf(COST_RULES, span);
  if (cost && !isUnknownCost(cost, row, span)) fillCost(row, cost);
  return usage?.refused;
}

/** Instrumentations without a price for a model write a cost of 0 beside its tokens: that is no cost. What Langfuse's SDK says is meant. */
const isUnknownCost = (cost: Record<string, number>, row: ObservationRow, span: DecodedSpan): boolean =>
  row.total_tokens > 0 &&
  Object.values(cost).every((usd) => usd === 0) &&
  !span.attributes.has('langfuse.observation.cost_details');

/** Contract §3.6 and §9.10: texts and numbers stay, everything else becomes JSON text. */
function parametersText(parameters: Record<string, unknown>): string {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(parameters)) {
    const value = parameters[key];
    kept[key] = typeof value === 'string' || typeof value === 'number' || value === null ? value : toText(value);
  }
  return toText(kept);
}

/** Usage as given, with its total; what it comes to is read from it alone, here and whenever the row is priced. */
function fillUsage(row: ObservationRow, { details }: Usage): void {
  if (Object.keys(details).length === 0) return;
  const bill = billUsage(details);
  details.total = bill.total;
  row.usage_details = details;
  row.input_tokens = bill.input;
  row.output_tokens = bill.output;
  row.total_tokens = bill.total;
}

/** Cost that the sender gave: nothing is computed later (contract §5.9, step 4). */
function fillCost(row: ObservationRow, cost: Record<string, number>): void {
  const types = Object.keys(cost);
  if (types.length === 0) return;
  cost.total ??= types.reduce((sum, type) => sum + cost[type]!, 0);
  row.cost_details = cost;
  row.total_cost = cost.total;
  row.cost_provided = true;
}

function fillTraceFields(row: ObservationRow, span: DecodedSpan): void {
  const { attributes } = span;
  row.trace_name = (toText(attributes.get('langfuse.trace.name')) || (plainTraceName(span) ?? '')).slice(0, MAX_TRACE_NAME);
  row.user_id = userOf(span);
  row.session_id = sessionOf(span);
  row.tags = tagsOf(span);
  row.public = isPublic(span);
  row.is_app_root = isTrue(attributes, 'langfuse.internal.is_app_root') || isTrue(attributes, 'langfuse.internal.as_root');
  row.trace_input = toText(attributes.get('langfuse.trace.input'));
  row.trace_output = toText(attributes.get('langfuse.trace.output'));
}

const isRoot = (row: ObservationRow) => row.parent_id === '' || row.is_app_root;

/** Input and output, tool definitions moved into the input. Returns where those were. Contract §3.5, §3.9. */
function fillText(row: ObservationRow, span: DecodedSpan, bits: number): FoundTools | undefined {
  const found = findIo({ attributes: span.attributes, events: span.events, scopeName: span.scope.name });
  const input = found?.input ?? plainInput(span);
  row.output = toText(found?.output);
  const said: Record<string, string> = {};
  if (bits & (HAS.observationMetadata | HAS.sharedMetadata)) addSaidMetadata(said, span, 'observation', bits);
  const tools =
    bits & (HAS.toolDefinition | HAS.toolSchema) || said.tools !== undefined ? findTools(span.attributes, bits, said) : undefined;
  row.input = toText(tools ? moveIntoInput(input, tools.tools) : input);
  // The trace keeps the input as its root told it.
  if (tools && isRoot(row) && row.trace_input === '') row.trace_input = toText(input);
  return tools;
}

function fillMetadata(
  row: ObservationRow,
  span: DecodedSpan,
  bits: number,
  tools: FoundTools | undefined,
  direct: boolean,
): void {
  addSaidMetadata(row.metadata, span, 'observation', bits);
  if (direct) addSaidMetadata(row.metadata, span, 'trace', bits);
  if (tools?.fromMetadata) delete row.metadata.tools;
  addTelemetry(row.metadata, span);
  addAttributes(row.metadata, span, tools);

  if (isRoot(row)) {
    if (direct) addSaidMetadata(row.trace_metadata, span, 'observation', bits);
    addSaidMetadata(row.trace_metadata, span, 'trace', bits);
    if (tools && !span.scope.name.startsWith('langfuse-sdk')) {
      for (const key of [...tools.keys, ...Object.keys(tools.replaced)]) {
        row.trace_metadata[`attributes.${key}`] = toText(span.attributes.get(key));
      }
    }
  } else if (direct) addSaidMetadata(row.trace_metadata, span, 'trace only', bits);
  else if (bits & HAS.traceUpdate) {
    addSaidMetadata(row.trace_metadata, span, 'trace', bits);
    addTelemetry(row.trace_metadata, span);
  }
}

const isoTime = (micros: Micros) => new Date(Math.floor(micros / 1000)).toISOString();

function eventsText(span: DecodedSpan): string {
  const fallback = span.startTime ?? span.endTime ?? 0;
  return toText(
    span.events.map((event) => ({
      name: event.name,
      time: isoTime(event.time ?? fallback),
      attributes: toObject(event.attributes),
    })),
  );
}

const linksText = (span: DecodedSpan): string =>
  toText(span.links.map((link) => ({ traceId: link.traceId, spanId: link.spanId, attributes: toObject(link.attributes) })));
