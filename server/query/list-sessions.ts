import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { ProjectQuery } from './scope.ts';

/** A session: it begins with its first trace. */
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

/** The first environment that was told. */
const ENVIRONMENT = "argMinIf(environment, (timestamp, trace_id), environment NOT IN ('', 'default'))";

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
  // Environments are asked for where they decide, else of the page alone.
  const env = scope.environments ? `, if(${ENVIRONMENT} = '', 'default', ${ENVIRONMENT}) AS env` : '';
  const rows = await query.ask<{ session_id: string; at: Micros; total: number }>(
    reader,
    `SELECT session_id, toUnixTimestamp64Micro(min(timestamp)) AS at, count() OVER () AS total${env}
${query.from('traces', "session_id != ''")}
GROUP BY session_id${having.length > 0 ? `\nHAVING ${having.join(' AND ')}` : ''}
ORDER BY at DESC, session_id DESC LIMIT ${query.integer(page.limit)} OFFSET ${query.integer(page.offset)}`,
  );
  if (rows.length === 0) {
    const total = page.offset === 0 && page.limit > 0 ? 0 : await countSessions(reader, projectId, scope);
    return { sessions: [], total };
  }
  const environments = await readEnvironments(
    reader,
    projectId,
    rows.map(({ session_id }) => session_id),
  );
  const sessions = rows.map(({ session_id, at }) => ({
    id: session_id,
    createdAt: at,
    environment: environments.get(session_id) ?? 'default',
  }));
  return { sessions, total: rows[0]!.total };
}

const countSessions = async (reader: AnalyticsReader, projectId: string, scope: SessionScope): Promise<number> =>
  (await pageSessions(reader, projectId, scope, { offset: 0, limit: 1 })).total;

async function readEnvironments(reader: AnalyticsReader, projectId: string, sessionIds: readonly string[]) {
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<{ session_id: string; env: string }>(
    reader,
    `SELECT session_id, ${ENVIRONMENT} AS env ${query.from('traces', `session_id IN ${query.texts(sessionIds)}`)} GROUP BY session_id`,
  );
  return new Map(rows.filter(({ env }) => env !== '').map(({ session_id, env }) => [session_id, env]));
}

/**
 * A session and the ids of its traces, oldest first; null when no trace or step carries its id. One that only steps name, whose traces
 * belong to other sessions, has no traces.
 */
export async function getSession(
  reader: AnalyticsReader,
  projectId: string,
  sessionId: string,
): Promise<(SessionFacts & { traceIds: string[] }) | null> {
  const query = new ProjectQuery(projectId);
  const ofSession = `session_id = ${query.text(sessionId)}`;
  const rows = await query.ask<{ trace_id: string; at: Micros; env: string }>(
    reader,
    `SELECT trace_id, toUnixTimestamp64Micro(timestamp) AS at, environment AS env ${query.from('traces', ofSession)}
ORDER BY at, trace_id`,
  );
  if (rows.length > 0) {
    const environment = rows.find(({ env }) => env !== 'default')?.env ?? 'default';
    return { id: sessionId, createdAt: rows[0]!.at, environment, traceIds: rows.map(({ trace_id }) => trace_id) };
  }
  const named = await query.ask<{ at: Micros; env: string }>(
    reader,
    `SELECT toUnixTimestamp64Micro(start_time) AS at, environment AS env ${query.from('observations', ofSession)}
ORDER BY start_time LIMIT 1`,
  );
  return named[0] ? { id: sessionId, createdAt: named[0].at, environment: named[0].env, traceIds: [] } : null;
}
