import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { ProjectQuery } from './scope.ts';
import { TRACE_FOLD } from './trace-fold-sql.ts';

/** A session: it begins with the first trace or step that carries its id. */
export interface SessionFacts {
  id: string;
  createdAt: Micros;
  environment: string;
}

export interface SessionScope {
  from?: Micros | undefined;
  to?: Micros | undefined;
  environments?: readonly string[] | undefined;
}

const ENVIRONMENT = "argMinIf(environment, (start_time, id), environment NOT IN ('', 'default'))";

/** One numbered page of sessions, newest first, and the number of all. `from` is inclusive, `to` exclusive. */
export async function pageSessions(
  reader: AnalyticsReader,
  projectId: string,
  scope: SessionScope,
  page: { offset: number; limit: number },
): Promise<{ sessions: SessionFacts[]; total: number }> {
  const query = new ProjectQuery(projectId);
  const having = [
    scope.from === undefined ? undefined : `at >= ${query.integer(scope.from)}`,
    scope.to === undefined ? undefined : `at < ${query.integer(scope.to)}`,
    scope.environments && `env IN ${query.texts(scope.environments)}`,
  ].filter(Boolean);
  const set = `SELECT session_id, toUnixTimestamp64Micro(min(start_time)) AS at,
  if(${ENVIRONMENT} = '', 'default', ${ENVIRONMENT}) AS env
${query.from('observations', "session_id != ''")}
GROUP BY session_id${having.length > 0 ? `\nHAVING ${having.join(' AND ')}` : ''}`;
  const [rows, counted] = await Promise.all([
    query.ask<{ session_id: string; at: Micros; env: string }>(
      reader,
      `SELECT session_id, at, env FROM (\n${set}\n)
ORDER BY at DESC, session_id DESC LIMIT ${query.integer(page.limit)} OFFSET ${query.integer(page.offset)}`,
    ),
    query.ask<{ count: number }>(reader, `SELECT count() AS count FROM (\n${set}\n)`),
  ]);
  const sessions = rows.map(({ session_id, at, env }) => ({ id: session_id, createdAt: at, environment: env }));
  return { sessions, total: counted[0]?.count ?? 0 };
}

/** A session and the ids of its traces, oldest first; null when no trace or step carries its id. */
export async function getSession(
  reader: AnalyticsReader,
  projectId: string,
  sessionId: string,
): Promise<(SessionFacts & { traceIds: string[] }) | null> {
  const query = new ProjectQuery(projectId);
  const id = query.text(sessionId);
  const mentioned = query.from('observations', `session_id = ${id}`);
  const rows = await query.ask<{ trace_id: string; at: Micros; first: Micros; env: string; belongs: boolean }>(
    reader,
    `SELECT trace_id, toUnixTimestamp64Micro(${TRACE_FOLD.timestamp}) AS at, ${TRACE_FOLD.sessionId} = ${id} AS belongs,
  toUnixTimestamp64Micro(minIf(start_time, session_id = ${id})) AS first, ${TRACE_FOLD.environment} AS env
${query.from('observations', `trace_id IN (SELECT trace_id ${mentioned})`)}
GROUP BY trace_id ORDER BY at, trace_id`,
  );
  if (rows.length === 0) return null;
  const environment = rows.find(({ env }) => env !== 'default')?.env ?? 'default';
  const traceIds = rows.filter(({ belongs }) => belongs).map(({ trace_id }) => trace_id);
  return { id: sessionId, createdAt: Math.min(...rows.map(({ first }) => first)), environment, traceIds };
}
