/** List routes of the public API with the filters that people use, asked one after the other over HTTP. */
import { quantile, timed } from './queries.ts';

export interface ListMeasure {
  name: string;
  /** Milliseconds over HTTP. */
  p50: number;
  p95: number;
  /** Rows in the answer. */
  rows: number;
}

const since = (days: number) => new Date(Date.now() - days * 86_400e3).toISOString();
const json = (filter: unknown) => encodeURIComponent(JSON.stringify(filter));

const LISTS: Record<string, string> = {
  'GET /traces, newest': '/traces?limit=50&fields=core',
  'GET /traces of a user': '/traces?limit=50&userId=user-7&fields=core,metrics',
  'GET /traces by name, 7 days': `/traces?limit=50&name=flow%203&fromTimestamp=${since(7)}&fields=core`,
  'GET /traces with errors, 1 day': `/traces?limit=50&fromTimestamp=${since(1)}&filter=${json([{ type: 'number', column: 'errorCount', operator: '>', value: 0 }])}`,
  'GET /v2/observations, generations': '/v2/observations?limit=50&type=GENERATION&fields=core,basic,usage',
  'GET /v2/observations by metadata, 1 day': `/v2/observations?limit=50&fromStartTime=${since(1)}&filter=${json([{ type: 'stringObject', column: 'metadata', key: 'region', operator: '=', value: 'eu' }])}`,
  'GET /observations of a name, 1 day': `/observations?limit=50&name=step%204&fromStartTime=${since(1)}`,
  'GET /v3/scores by name': '/v3/scores?limit=50&name=quality&dataType=NUMERIC&valueMin=0.9',
  'GET /v2/scores of a user': '/v2/scores?limit=50&userId=user-10',
  'GET /sessions': '/sessions?limit=50',
};

/** Asks every list `rounds` times after one to warm up. @throws Error when an answer is no 200, or has no rows */
export async function measureLists(server: { url: string; authorization: string }, rounds = 10): Promise<ListMeasure[]> {
  const measures: ListMeasure[] = [];
  for (const [name, path] of Object.entries(LISTS)) {
    const ask = async () => {
      const response = await fetch(`${server.url}/api/public${path}`, { headers: { authorization: server.authorization } });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${name} answered ${response.status}: ${text.slice(0, 300)}`);
      return (JSON.parse(text) as { data: unknown[] }).data.length;
    };
    const rows = await ask();
    if (rows === 0) throw new Error(`${name} found nothing: it measures nothing.`);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await timed(ask));
    measures.push({ name, rows, p50: quantile(times, 0.5), p95: quantile(times, 0.95) });
  }
  return measures;
}

/** Fills the store with a score for every tenth trace that `loadObservations` made in that project. */
export const loadScores = (command: (sql: string) => Promise<void>, observations: number, project: string): Promise<void> =>
  command(`INSERT INTO scores (project_id, id, timestamp, name, data_type, source, value, trace_id, environment, via, created_at, updated_at, row_version)
SELECT '${project}', concat('score-', toString(number)), now64(6) - toIntervalSecond(number * 7 % ${30 * 86_400}),
  ['quality', 'tone'][number % 2 + 1], 'NUMERIC', 'API', (number % 100) / 100, lower(hex(MD5(toString(number * 10)))), 'default', 'api', now64(6), now64(6), 1
FROM numbers(${Math.floor(observations / 80)})`);
