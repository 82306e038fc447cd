import type { FilterCondition } from '../../contract/filter/condition.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import { ProjectQuery } from './scope.ts';
import { rowsInEnvironment } from './trace-share.ts';
import { IS_STEP } from './trace-summary.ts';

/** Ids of the steps and of the scores of traces, in order of time; of those only that fit conditions on the environment. */
export async function readTraceMembers(
  reader: AnalyticsReader,
  projectId: string,
  traceIds: readonly string[],
  environment: readonly FilterCondition[] = [],
): Promise<Map<string, { observations: string[]; scores: string[] }>> {
  const members = new Map(traceIds.map((id) => [id, { observations: [] as string[], scores: [] as string[] }]));
  if (traceIds.length === 0) return members;
  const ask = (table: 'observations' | 'scores', time: string, condition?: string) => {
    const query = new ProjectQuery(projectId);
    return query.ask<{ trace_id: string; ids: string[] }>(
      reader,
      `SELECT trace_id, arrayMap(x -> tupleElement(x, 2), arraySort(groupArray((${time}, id)))) AS ids
${query.from(table, `trace_id IN ${query.texts(traceIds)}`, condition, ...rowsInEnvironment(query, environment))}
GROUP BY trace_id`,
    );
  };
  const [observations, scores] = await Promise.all([
    ask('observations', 'start_time', IS_STEP),
    ask('scores', 'timestamp', "data_type != 'CORRECTION'"),
  ]);
  for (const { trace_id, ids } of observations) members.get(trace_id)!.observations = ids;
  for (const { trace_id, ids } of scores) members.get(trace_id)!.scores = ids;
  return members;
}
