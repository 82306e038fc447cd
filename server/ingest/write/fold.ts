import { parseJson } from '../../../contract/json/parse.ts';
import type { Level, ObservationType } from '../../../contract/observation.ts';
import { type EventRow, emptyObservation, type Micros, type ObservationRow, type ScoreRow } from '../../store/analytics/rows.ts';
import { microsOf } from '../langfuse/fields.ts';
import { traceIdWithout } from '../langfuse/trace-id.ts';
import type { Usage } from '../langfuse/usage.ts';
import { type Body, firstText, lastContent, lastSaid, lastText, mergedMetadata, unionOfTexts } from './merge-fields.ts';
import { isUpdate, orderEvents } from './order-events.ts';

/**
 * Folds the events of one entity into its row (contract §2.2-§2.4). All three functions are pure and do not mind the order of their
 * events or events that are there twice: what decides is the order of `orderEvents`. The row has no price and `row_version` 0.
 *
 * What the first event says stays: time (of an observation, what its first create says), environment. The trace of an observation or score is the first that was named, because an
 * update may come without one. Everything else is the last value that was said.
 */

/** @returns null for no events */
export function foldObservation(events: readonly EventRow[]): ObservationRow | null {
  const log = readLog(events);
  if (!log) return null;
  const { ordered, bodies, first } = log;
  const row = emptyObservation(first.project_id, traceOf(first, bodies), first.entity_id);
  fillCommon(row, log);
  row.type = typeOf(ordered, bodies);
  row.parent_id = lastText(bodies, 'parentObservationId');
  // An update may bear an earlier time than its create; what the create says of the start still counts.
  const told = Math.max(
    0,
    ordered.findIndex((event) => !isUpdate(event)),
  );
  row.start_time = startOf(ordered[told]!, bodies[told]!);
  row.end_time = notBefore(row.start_time, lastTime(bodies, 'endTime'));
  row.completion_start_time = lastTime(bodies, 'completionStartTime');
  row.level = lastSaid<Level>(bodies, 'level') ?? 'DEFAULT';
  row.status_message = lastText(bodies, 'statusMessage');
  row.model = lastText(bodies, 'model');
  const parameters = lastSaid<object>(bodies, 'modelParameters');
  row.model_parameters = parameters ? JSON.stringify(parameters) : '';
  row.prompt_name = lastText(bodies, 'promptName');
  row.prompt_version = lastSaid<number>(bodies, 'promptVersion') ?? null;
  row.prompt_id = row.prompt_name === '' ? '' : lastText(bodies, 'promptId');
  fillUsage(row, bodies);
  return row;
}

/** The row of type TRACE: what was said of the trace itself. @returns null for no events */
export function foldTrace(events: readonly EventRow[]): ObservationRow | null {
  const log = readLog(events);
  if (!log) return null;
  const { bodies, first } = log;
  const row = emptyObservation(first.project_id, first.entity_id, first.entity_id);
  fillCommon(row, log);
  row.type = 'TRACE';
  row.start_time = startOf(first, bodies[0]!);
  row.trace_name = row.name;
  row.release = lastText(bodies, 'release');
  row.user_id = lastText(bodies, 'userId');
  row.session_id = lastText(bodies, 'sessionId');
  row.edited = unionOfTexts(bodies, 'edited');
  const lastEdit = bodies.findLastIndex((body) => Array.isArray(body.edited) && body.edited.includes('tags'));
  row.tags = unionOfTexts(bodies.slice(Math.max(0, lastEdit)), 'tags');
  row.public = lastSaid<boolean>(bodies, 'public') ?? false;
  row.bookmarked = lastSaid<boolean>(bodies, 'bookmarked') ?? false;
  return row;
}

/** @returns null for no events */
export function foldScore(events: readonly EventRow[]): ScoreRow | null {
  const log = readLog(events);
  if (!log) return null;
  const { bodies, first, last } = log;
  return {
    project_id: first.project_id,
    id: first.entity_id,
    timestamp: startOf(first, bodies[0]!),
    name: lastText(bodies, 'name'),
    data_type: lastSaid<ScoreRow['data_type']>(bodies, 'dataType') ?? 'NUMERIC',
    source: lastSaid<ScoreRow['source']>(bodies, 'source') ?? 'API',
    // Value and its text belong together: both from the last event.
    value: (bodies.at(-1)!.value as number | null | undefined) ?? null,
    string_value: (bodies.at(-1)!.stringValue as string | null | undefined) ?? '',
    comment: lastText(bodies, 'comment'),
    metadata: mergedMetadata(bodies),
    trace_id: firstText(bodies, 'traceId'),
    observation_id: lastText(bodies, 'observationId'),
    session_id: lastText(bodies, 'sessionId'),
    dataset_run_id: lastText(bodies, 'datasetRunId'),
    execution_trace_id: lastText(bodies, 'executionTraceId'),
    config_id: lastText(bodies, 'configId'),
    queue_id: lastText(bodies, 'queueId'),
    author_user_id: lastText(bodies, 'authorUserId'),
    environment: environmentOf(bodies),
    via: 'langfuse-batch',
    api_key: last.api_key,
    created_at: log.created,
    updated_at: log.updated,
    row_version: 0,
    is_deleted: 0,
  };
}

/**
 * Every start that an entity's row may have been written with while some of its events were not there yet: each event's own, since each
 * may have been the first one then. Sorted, without duplicates.
 */
export const possibleStarts = (events: readonly EventRow[]): Micros[] =>
  [...new Set(events.map((event) => startOf(event, bodyOf(event))))].sort((a, b) => a - b);

/** Every trace id that an observation's row may have been written with, likewise. */
export function possibleTraces(events: readonly EventRow[]): string[] {
  return [...new Set(events.map((event) => traceOf(event, [bodyOf(event)])))];
}

interface Log {
  ordered: readonly EventRow[];
  bodies: readonly Body[];
  first: EventRow;
  last: EventRow;
  created: Micros;
  updated: Micros;
}

function readLog(events: readonly EventRow[]): Log | null {
  const ordered = orderEvents(events);
  const [first] = ordered;
  if (!first) return null;
  const received = ordered.map((event) => event.received_at);
  return {
    ordered,
    bodies: ordered.map(bodyOf),
    first,
    last: ordered.at(-1)!,
    created: received.reduce((a, b) => Math.min(a, b)),
    updated: received.reduce((a, b) => Math.max(a, b)),
  };
}

/** Bodies are asked for up to three times (row, starts, traces) and may be large. */
const parsed = new WeakMap<EventRow, Body>();

function bodyOf(event: EventRow): Body {
  const known = parsed.get(event);
  if (known) return known;
  const body = parseJson(event.body) as Body;
  parsed.set(event, body);
  return body;
}

function fillCommon(row: ObservationRow, { bodies, last, created, updated }: Log): void {
  row.name = lastText(bodies, 'name');
  row.version = lastText(bodies, 'version');
  row.environment = environmentOf(bodies);
  row.input = lastContent(bodies, 'input');
  row.output = lastContent(bodies, 'output');
  row.metadata = mergedMetadata(bodies);
  row.via = 'langfuse-batch';
  row.sdk_name = last.sdk_name;
  row.sdk_version = last.sdk_version;
  row.api_key = last.api_key;
  row.created_at = created;
  row.updated_at = updated;
}

/** The first event's own time (`startTime`, of traces and scores `timestamp`), else the time of that event. */
function startOf(first: EventRow, body: Body): Micros {
  const said = body[first.entity === 'observation' ? 'startTime' : 'timestamp'];
  return (typeof said === 'string' ? microsOf(said) : null) ?? first.event_time;
}

const traceOf = (event: EventRow, bodies: readonly Body[]): string =>
  firstText(bodies, 'traceId') || traceIdWithout(event.project_id, event.entity_id);

const environmentOf = (bodies: readonly Body[]): string => (bodies[0]!.environment as string | undefined) || 'default';

function lastTime(bodies: readonly Body[], key: string): Micros | null {
  const said = lastSaid<string>(bodies, key);
  return typeof said === 'string' ? microsOf(said) : null;
}

const notBefore = (start: Micros, end: Micros | null): Micros | null => (end === null ? null : Math.max(start, end));

/**
 * A create says what a step is. `generation-update` and `span-update` serve steps of every other type as well (agents, tools, … have no
 * updates of their own, contract §2.2), so they decide only while no create is known.
 */
function typeOf(ordered: readonly EventRow[], bodies: readonly Body[]): ObservationType {
  let type: ObservationType = 'SPAN';
  let byCreate = false;
  ordered.forEach((event, index) => {
    const said = bodies[index]!.type as ObservationType | undefined;
    const decides = !isUpdate(event) || said !== undefined;
    if (byCreate && !decides) return;
    byCreate ||= decides;
    type = said ?? (event.event_type.replace(/-(create|update)$/, '').toUpperCase() as ObservationType);
  });
  return type;
}

/** Usage and cost as given: `usageDetails` and `costDetails` win over the old `usage` (contract §5.9). */
function fillUsage(row: ObservationRow, bodies: readonly Body[]): void {
  const details = lastSaid<Record<string, number>>(bodies, 'usageDetails');
  const costs = lastSaid<Record<string, number>>(bodies, 'costDetails');
  const usage = lastSaid<Usage>(bodies, 'usage') ?? {};
  row.usage_details = details ? { ...details } : pick({ input: usage.input, output: usage.output, total: usage.total });
  row.cost_details = costs ? { ...costs } : pick({ input: usage.inputCost, output: usage.outputCost, total: usage.totalCost });
  row.cost_provided = Object.keys(row.cost_details).length > 0;
}

const pick = (given: Record<string, number | undefined>): Record<string, number> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, number] => entry[1] !== undefined));
