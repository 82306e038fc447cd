import * as scoresApi from '../../contract/api/scores.ts';
import * as tracesApi from '../../contract/api/traces.ts';
import type { FilterCondition } from '../../contract/filter/condition.ts';
import { callOperation } from '../client/own-api.ts';
import { pagesOf } from '../client/pages.ts';
import type { Server } from '../command.ts';
import type { ListScope } from '../list-scope.ts';

export const EXPORTED = ['traces', 'observations', 'scores'] as const;
export type Exported = (typeof EXPORTED)[number];

export type ExportedRow = Record<string, unknown>;

/** Some rows, newest first, and where the next ones begin; null after the last. */
export interface ExportPage {
  rows: ExportedRow[];
  next: string | null;
}

const trace = [
  ...[
    'id',
    'timestamp',
    'name',
    'userId',
    'sessionId',
    'environment',
    'release',
    'version',
    'tags',
    'level',
    'latency',
    'totalCost',
  ],
  ...[
    'inputTokens',
    'outputTokens',
    'totalTokens',
    'observationCount',
    'errorCount',
    'warningCount',
    'models',
    'bookmarked',
    'public',
  ],
  ...['scores', 'input', 'output', 'metadata'],
];
const observation = [
  ...[
    'id',
    'traceId',
    'parentObservationId',
    'type',
    'name',
    'level',
    'statusMessage',
    'startTime',
    'endTime',
    'completionStartTime',
  ],
  ...['latency', 'timeToFirstToken', 'model', 'modelParameters', 'inputTokens', 'outputTokens', 'totalTokens', 'totalCost'],
  ...[
    'usageDetails',
    'costDetails',
    'promptName',
    'promptVersion',
    'environment',
    'version',
    'traceName',
    'userId',
    'sessionId',
    'tags',
  ],
  ...['input', 'output', 'metadata'],
];
const score = [
  ...[
    'id',
    'timestamp',
    'name',
    'dataType',
    'value',
    'stringValue',
    'source',
    'comment',
    'traceId',
    'observationId',
    'sessionId',
  ],
  ...['datasetRunId', 'configId', 'queueId', 'authorUserId', 'environment', 'metadata'],
];

/** Columns of a row, in their order; every row has all of them. */
export const COLUMNS: Record<Exported, readonly string[]> = { traces: trace, observations: observation, scores: score };

const PAGE = 100;
const SCORES_PAGE = 500;

/** One page of what was asked for, after `cursor`. */
export async function exportPage(
  server: Server,
  what: Exported,
  scope: ListScope,
  cursor: string | undefined,
): Promise<ExportPage> {
  const { http } = server;
  const projectId = await server.projectId();
  const filter = scope.filter.length > 0 ? scope.filter : undefined;
  if (what === 'scores') {
    const input = { projectId, from: scope.from, to: scope.to, filter, cursor, limit: SCORES_PAGE };
    const { data, nextCursor } = await callOperation(http, scoresApi.listScores, input);
    return { rows: data.map((each) => pick(each, score)), next: nextCursor };
  }
  const input = { projectId, ...scope, filter, cursor, limit: PAGE };
  if (what === 'traces') {
    const { data, nextCursor } = await callOperation(http, tracesApi.listTraces, input);
    const whole = await readWhole(server, '/api/public/traces', data, { fields: 'core,io' }, ({ id }) => String(id));
    return { rows: data.map((each) => pick({ ...whole.get(each.id), ...each }, trace)), next: nextCursor };
  }
  const { data, nextCursor } = await callOperation(http, tracesApi.listObservations, input);
  const keyOf = (row: ExportedRow) => JSON.stringify([row.traceId, row.id]);
  const whole = await readWhole(server, '/api/public/observations', data, {}, keyOf);
  return { rows: data.map((each) => pick({ ...whole.get(keyOf(each)), ...each }, observation)), next: nextCursor };
}

const pick = (row: ExportedRow, columns: readonly string[]): ExportedRow =>
  Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));

/** Addresses longer than servers and proxies take are not made. */
const MAX_IDS_LENGTH = 4000;

/** What lists cut short (input, output, metadata), by the key of a row. Rows that went meanwhile are not there. */
async function readWhole(
  { http }: Server,
  path: string,
  listed: readonly { id: string }[],
  query: Record<string, string>,
  keyOf: (row: ExportedRow) => string,
): Promise<Map<string, ExportedRow>> {
  const whole = new Map<string, ExportedRow>();
  for (const ids of groupsOf([...new Set(listed.map(({ id }) => id))])) {
    const condition: FilterCondition = { type: 'stringOptions', column: 'id', operator: 'any of', value: ids };
    const pages = pagesOf<ExportedRow>(http, { path, query: { ...query, filter: JSON.stringify([condition]) } });
    for await (const rows of pages) for (const row of rows) whole.set(keyOf(row), row);
  }
  return whole;
}

function groupsOf(ids: readonly string[]): string[][] {
  const groups: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const more = encodeURIComponent(JSON.stringify(id)).length + 3;
    if (length + more > MAX_IDS_LENGTH) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1)!.push(id);
    length += more;
  }
  return groups;
}
