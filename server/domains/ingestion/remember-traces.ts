import { ProjectQuery } from '../../query/scope.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';

/**
 * Whether anything was ever stored in a project. Asked again and again by the set-up page until the answer is yes; a yes is remembered,
 * so that from then on it costs nothing.
 */
export function rememberTraces(analytics: AnalyticsReader): (projectId: string) => Promise<boolean> {
  const known = new Set<string>();
  return async (projectId) => {
    if (known.has(projectId)) return true;
    const query = new ProjectQuery(projectId);
    const sql = `SELECT 1 AS found ${query.fromUnmerged('observations')} LIMIT 1`;
    const rows = await analytics.query<{ found: number }>(sql, query.params);
    if (rows.length > 0) known.add(projectId);
    return rows.length > 0;
  };
}
