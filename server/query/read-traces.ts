import type { Level } from '../../contract/observation.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { ProjectQuery } from './scope.ts';
import { TRACE } from './trace-summary.ts';

/** The summary of a trace without texts and metadata. Empty texts mean none; latency in seconds, cost in USD. */
export interface TraceFacts {
  trace_id: string;
  at: Micros;
  name: string;
  userId: string;
  sessionId: string;
  environment: string;
  version: string;
  release: string;
  tags: string[];
  public: boolean;
  bookmarked: boolean;
  level: Level;
  models: string[];
  latency: number | null;
  totalCost: number | null;
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  observationCount: number;
  errorCount: number;
  warningCount: number;
  createdAt: Micros;
  updatedAt: Micros;
  /** As stored; empty also when texts were not asked for. */
  input: string;
  output: string;
}

const FACTS = [
  'name',
  'userId',
  'sessionId',
  'environment',
  'version',
  'release',
  'tags',
  'public',
  'bookmarked',
  'level',
  'models',
  'latency',
  'totalCost',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'observationCount',
  'errorCount',
  'warningCount',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof typeof TRACE)[];

/** Facts are selected under names that no column has, so that an expression never refers to another's result. */
const SELECT_FACTS = FACTS.map((fact) => `${TRACE[fact]} AS t_${fact}`).join(',\n  ');

type Prefixed = { trace_id: string; at: Micros } & Record<string, unknown>;

/**
 * Traces by their ids, with input and output if asked for (`preview`: their beginnings). Order is not promised; unknown ids are missing.
 */
export async function readTraceFacts(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
  texts: 'none' | 'preview' | 'whole' = 'none',
  range?: RowRange,
): Promise<Map<string, TraceFacts>> {
  if (traceIds.length === 0) return new Map();
  const query = new ProjectQuery(projectId);
  const asked = { none: '', preview: PREVIEWS, whole: PLACES }[texts];
  const rows = await query.ask<Prefixed>(
    reader,
    `SELECT trace_id, toUnixTimestamp64Micro(timestamp) AS at,
  ${SELECT_FACTS}${asked}
${fromTracesOf(query, traceIds, range)}`,
  );
  const found = new Map(rows.map((row) => [row.trace_id, unprefixed(row)]));
  if (texts === 'whole') await readWholeTexts(reader, projectId, rows, found, range);
  return found;
}

const PREVIEWS = `,\n  ${TRACE.input} AS t_input, ${TRACE.output} AS t_output`;
const PLACES = ',\n  input_row AS input_id, input_column AS input_of, output_row AS output_id, output_column AS output_of';

const fromTracesOf = (query: ProjectQuery, traceIds: readonly string[], range: RowRange | undefined) =>
  query.from('traces', within(query, 'timestamp', range), `trace_id IN ${query.texts(traceIds)}`);

type TextColumn = 'input' | 'output' | 'trace_input' | 'trace_output';
const TEXT_COLUMNS: readonly TextColumn[] = ['input', 'output', 'trace_input', 'trace_output'];

/** The texts that summaries hold the beginnings of, from the rows that hold them whole. */
async function readWholeTexts(
  reader: AnalyticsReader,
  projectId: string,
  places: readonly Prefixed[],
  traces: ReadonlyMap<string, TraceFacts>,
  range: RowRange | undefined,
): Promise<void> {
  const ids = [...new Set(places.flatMap((row) => [String(row.input_id), String(row.output_id)]))].filter((id) => id !== '');
  if (ids.length === 0) return;
  const query = new ProjectQuery(projectId);
  type Texts = Record<TextColumn, string> & { trace_id: string; id: string };
  const rows = await query.ask<Texts>(
    reader,
    `SELECT trace_id, id, ${TEXT_COLUMNS.join(', ')}
${query.from('observations', `trace_id IN ${query.texts([...traces.keys()])}`, `id IN ${query.texts(ids)}`, within(query, 'start_time', range))}
ORDER BY type = 'TRACE' DESC`,
  );
  const byTrace = Map.groupBy(rows, ({ trace_id }) => trace_id);
  for (const place of places) {
    const facts = traces.get(place.trace_id)!;
    // A step may have the id of its trace; what is said of the trace itself comes first.
    const textOf = (id: unknown, column: unknown) =>
      (byTrace.get(place.trace_id) ?? [])
        .filter((row) => row.id === id)
        .map((row) => row[column as TextColumn])
        .find((text) => text !== '') ?? '';
    facts.input = textOf(place.input_id, place.input_of);
    facts.output = textOf(place.output_id, place.output_of);
  }
}

/** Where in time all rows of some traces are, both ends with it: nothing else is read. */
export interface RowRange {
  from: Micros;
  to: Micros;
}

export const within = (
  query: ProjectQuery,
  column: 'timestamp' | 'start_time',
  range: RowRange | undefined,
): string | undefined => range && `${column} >= ${query.time(range.from)} AND ${column} <= ${query.time(range.to)}`;

function unprefixed(row: Prefixed): TraceFacts {
  const facts: Record<string, unknown> = { trace_id: row.trace_id, at: row.at };
  for (const fact of [...FACTS, 'input', 'output']) facts[fact] = row[`t_${fact}`] ?? (fact in NO_TEXTS ? '' : null);
  facts.public = Boolean(facts.public);
  facts.bookmarked = Boolean(facts.bookmarked);
  return facts as unknown as TraceFacts;
}

const NO_TEXTS = { input: '', output: '' };

/** Metadata of traces, flat as stored (contract/metadata.ts). */
export async function readTraceMetadata(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
  range?: RowRange,
): Promise<Map<string, Record<string, string>>> {
  const found = new Map<string, Record<string, string>>(traceIds.map((id) => [id, {}]));
  if (traceIds.length === 0) return found;
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<{ trace_id: string; metadata: Record<string, string> }>(
    reader,
    `SELECT trace_id, metadata ${fromTracesOf(query, traceIds, range)}`,
  );
  for (const { trace_id, metadata } of rows) found.set(trace_id, metadata);
  return found;
}
