import type { Level } from '../../contract/observation.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { ProjectQuery } from './scope.ts';
import { PREVIEW_LENGTH } from './stored-values.ts';
import { isTelemetryKey, metadataContributions, TRACE_FOLD } from './trace-fold-sql.ts';

/** The fold of a trace without texts and metadata. Empty texts mean none; latency in seconds, cost in USD. */
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
] as const satisfies readonly (keyof typeof TRACE_FOLD)[];

/** Facts are selected under names that no column has, so that an expression never refers to another's result. */
const SELECT_FACTS = FACTS.map((fact) => `${TRACE_FOLD[fact]} AS t_${fact}`).join(',\n  ');

const cut = (text: string) => `substringUTF8(${text}, 1, ${PREVIEW_LENGTH})`;

type Prefixed = { trace_id: string; at: Micros } & Record<string, unknown>;

/**
 * Folds whole traces, wherever their rows lie in time, with input and output if asked for (`preview`: cut to PREVIEW_LENGTH).
 * Order is not promised; unknown ids are missing.
 */
export async function readTraceFacts(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
  texts: 'none' | 'preview' | 'whole' = 'none',
  rows?: RowRange,
): Promise<Map<string, TraceFacts>> {
  if (traceIds.length === 0) return new Map();
  const query = new ProjectQuery(projectId);
  const text = { none: () => "''", whole: (value: string) => value, preview: cut }[texts];
  const found = await query.ask<Prefixed>(
    reader,
    `SELECT trace_id, toUnixTimestamp64Micro(${TRACE_FOLD.timestamp}) AS at,
  ${SELECT_FACTS},
  ${text(TRACE_FOLD.input)} AS t_input, ${text(TRACE_FOLD.output)} AS t_output
${query.from('observations', `trace_id IN ${query.texts(traceIds)}`, within(query, rows))}
GROUP BY trace_id`,
  );
  return new Map(found.map((row) => [row.trace_id, unprefixed(row)]));
}

/** Where in time all rows of some traces are, both ends with it: nothing else is read. */
export interface RowRange {
  from: Micros;
  to: Micros;
}

const within = (query: ProjectQuery, rows: RowRange | undefined): string | undefined =>
  rows && `start_time >= ${query.time(rows.from)} AND start_time <= ${query.time(rows.to)}`;

function unprefixed(row: Prefixed): TraceFacts {
  const facts: Record<string, unknown> = { trace_id: row.trace_id, at: row.at };
  for (const fact of [...FACTS, 'input', 'output']) facts[fact] = row[`t_${fact}`];
  facts.public = Boolean(facts.public);
  facts.bookmarked = Boolean(facts.bookmarked);
  return facts as unknown as TraceFacts;
}

/** Metadata of traces, flat as stored (contract/metadata.ts). */
export async function readTraceMetadata(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
  rows?: RowRange,
): Promise<Map<string, Record<string, string>>> {
  const merged = new Map<string, Record<string, string>>(traceIds.map((id) => [id, {}]));
  if (traceIds.length === 0) return merged;
  const query = new ProjectQuery(projectId);
  const contributions = await query.ask<{ trace_id: string; kind: string; map: Record<string, string> }>(
    reader,
    metadataContributions(query.from('observations', `trace_id IN ${query.texts(traceIds)}`, within(query, rows))),
  );
  const withParentless = new Set(
    contributions.filter(({ kind }) => kind === 'root' || kind === 'parentless').map(({ trace_id }) => trace_id),
  );
  for (const { trace_id, kind, map } of contributions) {
    const into = merged.get(trace_id)!;
    if (kind === 'trace' || kind === 'said') Object.assign(into, map);
    else if (kind === (withParentless.has(trace_id) ? 'root' : 'appRoot')) {
      for (const key of Object.keys(map)) if (isTelemetryKey(key)) into[key] = map[key]!;
    }
  }
  return merged;
}
