import type { AnalyticsReader } from '../store/analytics/port.ts';

/** Whether anything was written since a moment (Unix ms), in any project: for `/health` of an instance, which belongs to none. */
export async function hasRecentEvents(analytics: AnalyticsReader, since: number): Promise<boolean> {
  const sql = 'SELECT 1 AS found FROM observations WHERE updated_at >= fromUnixTimestamp64Micro({since:Int64}) LIMIT 1';
  return (await analytics.query(sql, { since: since * 1000 })).length > 0;
}
