import type { BlobExportFieldGroup } from '../../../contract/blob-export.ts';
import type { WholeTrace } from '../../query/changed-facts.ts';
import type { StoredScore } from '../../query/read-scores.ts';
import type { TraceFacts } from '../../query/read-traces.ts';
import { isoOf, isoOrNull, metadataOf, objectOf, orNull, parsedText } from '../../query/stored-values.ts';
import type { ObservationRow } from '../../store/analytics/rows.ts';

/** What a column of an exported file holds; `json` is a value of any shape, a text of JSON where a file has none. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'time' | 'json';

/** A column of an exported file and where its values come from. */
export interface Field<Source> {
  name: string;
  kind: FieldKind;
  of(source: Source): unknown;
}

const field = <Source>(name: string, kind: FieldKind, of: (source: Source) => unknown): Field<Source> => ({ name, kind, of });

/** A row with the project that it is of. */
export interface OfProject<Row> {
  projectId: string;
  row: Row;
}

const trace = (name: string, kind: FieldKind, of: (trace: WholeTrace['facts']) => unknown) =>
  field<OfProject<WholeTrace>>(name, kind, ({ row }) => of(row.facts));

export const TRACE_FIELDS: readonly Field<OfProject<WholeTrace>>[] = [
  trace('id', 'text', ({ trace_id }) => trace_id),
  field('project_id', 'text', ({ projectId }) => projectId),
  trace('timestamp', 'time', ({ at }) => isoOf(at)),
  trace('name', 'text', ({ name }) => orNull(name)),
  trace('environment', 'text', ({ environment }) => environment),
  trace('user_id', 'text', ({ userId }) => orNull(userId)),
  trace('session_id', 'text', ({ sessionId }) => orNull(sessionId)),
  trace('release', 'text', ({ release }) => orNull(release)),
  trace('version', 'text', ({ version }) => orNull(version)),
  trace('tags', 'json', ({ tags }) => tags),
  trace('public', 'boolean', (facts) => facts.public),
  trace('bookmarked', 'boolean', ({ bookmarked }) => bookmarked),
  trace('input', 'json', ({ input }) => parsedText(input)),
  trace('output', 'json', ({ output }) => parsedText(output)),
  field('metadata', 'json', ({ row }) => metadataOf(row.metadata)),
  trace('level', 'text', ({ level }) => level),
  trace('latency', 'number', ({ latency }) => latency),
  trace('total_cost', 'number', ({ totalCost }) => totalCost),
  trace('input_tokens', 'number', ({ inputTokens }) => inputTokens),
  trace('output_tokens', 'number', ({ outputTokens }) => outputTokens),
  trace('total_tokens', 'number', ({ totalTokens }) => totalTokens),
  trace('observation_count', 'number', ({ observationCount }) => observationCount),
  trace('created_at', 'time', ({ createdAt }) => isoOf(createdAt)),
  trace('updated_at', 'time', ({ updatedAt }) => isoOf(updatedAt)),
];

/** A step, with the fold of its trace where it is asked for. */
export interface Step {
  row: ObservationRow;
  trace: TraceFacts | undefined;
}

const step = (name: string, kind: FieldKind, of: (row: ObservationRow) => unknown): Field<Step> =>
  field(name, kind, ({ row }) => of(row));
/** What the step says itself, or else its trace. */
const ofTrace = (name: string, own: keyof ObservationRow, ofTrace: keyof TraceFacts): Field<Step> =>
  field(name, 'text', (source) => orNull(String(source.row[own] || (source.trace?.[ofTrace] ?? ''))));
const seconds = (from: number, to: number | null) => (to === null ? null : (to - from) / 1e6);

/** The groups of contract §1.3 and Appendix A, in the order of the file. */
export const STEP_FIELDS: Record<BlobExportFieldGroup, readonly Field<Step>[]> = {
  core: [
    step('id', 'text', ({ id }) => id),
    step('trace_id', 'text', ({ trace_id }) => trace_id),
    step('project_id', 'text', ({ project_id }) => project_id),
    step('type', 'text', ({ type }) => type),
    step('parent_observation_id', 'text', ({ parent_id }) => orNull(parent_id)),
    step('start_time', 'time', ({ start_time }) => isoOf(start_time)),
    step('end_time', 'time', ({ end_time }) => isoOrNull(end_time)),
  ],
  basic: [
    step('name', 'text', ({ name }) => name),
    step('level', 'text', ({ level }) => level),
    step('status_message', 'text', ({ status_message }) => orNull(status_message)),
    step('version', 'text', ({ version }) => orNull(version)),
    step('environment', 'text', ({ environment }) => environment),
    field('bookmarked', 'boolean', ({ row, trace }) => trace?.bookmarked ?? Boolean(row.bookmarked)),
    field('public', 'boolean', ({ row, trace }) => trace?.public ?? Boolean(row.public)),
    ofTrace('user_id', 'user_id', 'userId'),
    ofTrace('session_id', 'session_id', 'sessionId'),
  ],
  time: [
    step('completion_start_time', 'time', ({ completion_start_time }) => isoOrNull(completion_start_time)),
    step('created_at', 'time', ({ created_at }) => isoOf(created_at)),
    step('updated_at', 'time', ({ updated_at }) => isoOf(updated_at)),
  ],
  io: [step('input', 'json', ({ input }) => parsedText(input)), step('output', 'json', ({ output }) => parsedText(output))],
  metadata: [step('metadata', 'json', ({ metadata }) => metadataOf(metadata))],
  model: [
    step('provided_model_name', 'text', ({ model }) => orNull(model)),
    step('internal_model_id', 'text', ({ price_model_id }) => orNull(price_model_id)),
    step('model_parameters', 'json', ({ model_parameters }) => objectOf(model_parameters)),
  ],
  usage: [
    step('usage_details', 'json', ({ usage_details }) => usage_details),
    step('cost_details', 'json', ({ cost_details }) => cost_details),
    step('total_cost', 'number', ({ total_cost }) => total_cost),
    step('usage_pricing_tier_name', 'text', ({ price_tier_name }) => orNull(price_tier_name)),
  ],
  prompt: [
    step('prompt_id', 'text', ({ prompt_id }) => orNull(prompt_id)),
    step('prompt_name', 'text', ({ prompt_name }) => orNull(prompt_name)),
    step('prompt_version', 'number', ({ prompt_version }) => prompt_version),
  ],
  metrics: [
    step('latency', 'number', ({ start_time, end_time }) => seconds(start_time, end_time)),
    step('time_to_first_token', 'number', (row) => seconds(row.start_time, row.completion_start_time)),
  ],
  tools: [
    step('tool_definitions', 'json', ({ tool_definitions }) => tool_definitions),
    step('tool_calls', 'json', ({ tool_calls }) => tool_calls),
    step('tool_call_names', 'json', ({ tool_call_names }) => tool_call_names),
  ],
  trace_context: [
    field('tags', 'json', ({ row, trace }) => (row.tags.length > 0 ? row.tags : (trace?.tags ?? []))),
    ofTrace('release', 'release', 'release'),
    ofTrace('trace_name', 'trace_name', 'name'),
  ],
};

const score = (name: string, kind: FieldKind, of: (score: StoredScore) => unknown) =>
  field<OfProject<StoredScore>>(name, kind, ({ row }) => of(row));

export const SCORE_FIELDS: readonly Field<OfProject<StoredScore>>[] = [
  score('id', 'text', ({ id }) => id),
  field('project_id', 'text', ({ projectId }) => projectId),
  score('timestamp', 'time', ({ timestamp }) => isoOf(timestamp)),
  score('name', 'text', ({ name }) => name),
  score('data_type', 'text', ({ data_type }) => data_type),
  score('source', 'text', ({ source }) => source),
  score('value', 'number', ({ data_type, value }) => (data_type === 'TEXT' ? null : value)),
  score('string_value', 'text', ({ string_value }) => orNull(string_value)),
  score('comment', 'text', ({ comment }) => orNull(comment)),
  score('metadata', 'json', ({ metadata }) => metadataOf(metadata)),
  score('environment', 'text', ({ environment }) => environment),
  score('trace_id', 'text', ({ trace_id }) => orNull(trace_id)),
  score('observation_id', 'text', ({ observation_id }) => orNull(observation_id)),
  score('session_id', 'text', ({ session_id }) => orNull(session_id)),
  score('dataset_run_id', 'text', ({ dataset_run_id }) => orNull(dataset_run_id)),
  score('config_id', 'text', ({ config_id }) => orNull(config_id)),
  score('queue_id', 'text', ({ queue_id }) => orNull(queue_id)),
  score('author_user_id', 'text', ({ author_user_id }) => orNull(author_user_id)),
  score('created_at', 'time', ({ created_at }) => isoOf(created_at)),
  score('updated_at', 'time', ({ updated_at }) => isoOf(updated_at)),
];
