import type { ObservationNode, ObservationType } from '../../contract/observation.ts';
import { LEVELS } from '../../contract/observation.ts';
import type { TraceDetail } from '../../contract/trace.ts';
import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros } from '../store/analytics/rows.ts';
import { presentTrace } from './list-traces.ts';
import { presentScore, readScoresOfTraces } from './read-scores.ts';
import { readTraceFacts, readTraceMetadata } from './read-traces.ts';
import { ProjectQuery } from './scope.ts';
import { metadataOf, orNull, parsedText } from './stored-values.ts';
import { IS_STEP } from './trace-summary.ts';

/** A trace with the skeleton of its steps, or null when nothing of it was received. */
export async function getTrace(reader: AnalyticsReader, projectId: string, traceId: string): Promise<TraceDetail | null> {
  const [facts, metadata, steps, scores] = await Promise.all([
    readTraceFacts(reader, projectId, [traceId], 'whole'),
    readTraceMetadata(reader, projectId, [traceId]),
    readSkeleton(reader, projectId, traceId),
    readScoresOfTraces(reader, projectId, [traceId]),
  ]);
  const fact = facts.get(traceId);
  if (!fact) return null;
  return {
    ...presentTrace(fact),
    input: parsedText(fact.input),
    output: parsedText(fact.output),
    metadata: metadataOf(metadata.get(traceId) ?? {}),
    scores: scores.map(presentScore),
    observations: nodesOf(steps, fact.at),
  };
}

/** The narrow columns of a trace's steps in start order, each column as one array: 50,000 steps are one row of the answer. */
interface Skeleton {
  id: string[];
  parent: string[];
  type: ObservationType[];
  name: string[];
  level: number[];
  start: Micros[];
  end: (Micros | null)[];
  firstToken: (Micros | null)[];
  model: string[];
  inputTokens: number[];
  outputTokens: number[];
  totalTokens: number[];
  cost: (number | null)[];
  status: string[];
}

/** Nullable columns go through tuples because groupArray leaves out null. */
async function readSkeleton(reader: AnalyticsReader, projectId: string, traceId: string): Promise<Skeleton> {
  const query = new ProjectQuery(projectId);
  const nullable = (value: string) => `arrayMap(x -> tupleElement(x, 1), groupArray(tuple(${value})))`;
  const [row] = await query.ask<Skeleton>(
    reader,
    `SELECT groupArray(s.id) AS id, groupArray(s.parent_id) AS parent, groupArray(s.type) AS type, groupArray(s.name) AS name,
  groupArray(s.level_number) AS level, groupArray(s.start) AS start, ${nullable('s.end')} AS end,
  ${nullable('s.first_token')} AS firstToken, groupArray(s.model) AS model, groupArray(s.input_tokens) AS inputTokens,
  groupArray(s.output_tokens) AS outputTokens, groupArray(s.total_tokens) AS totalTokens, ${nullable('s.total_cost')} AS cost,
  groupArray(s.status) AS status
FROM (
  SELECT id, parent_id, type, name, toInt8(level) AS level_number, toUnixTimestamp64Micro(start_time) AS start,
    toUnixTimestamp64Micro(end_time) AS end, toUnixTimestamp64Micro(completion_start_time) AS first_token, model,
    input_tokens, output_tokens, total_tokens, total_cost, substringUTF8(status_message, 1, 300) AS status
  ${query.from('observations', `trace_id = ${query.text(traceId)}`, IS_STEP)}
  ORDER BY start_time, id
) AS s`,
  );
  return row!;
}

function nodesOf(steps: Skeleton, origin: Micros): ObservationNode[] {
  const known = new Set(steps.id);
  return steps.id.map((id, i) => {
    const start = steps.start[i]!;
    const end = steps.end[i] ?? null;
    const firstToken = steps.firstToken[i] ?? null;
    const parentId = orNull(steps.parent[i]!);
    return {
      id,
      parentId,
      type: steps.type[i]!,
      name: steps.name[i]!,
      level: LEVELS[steps.level[i]!]!,
      start: (start - origin) / 1000,
      duration: end === null ? null : (end - start) / 1000,
      firstToken: firstToken === null ? null : (firstToken - start) / 1000,
      model: orNull(steps.model[i]!),
      inputTokens: steps.inputTokens[i]!,
      outputTokens: steps.outputTokens[i]!,
      totalTokens: steps.totalTokens[i]!,
      totalCost: steps.cost[i] ?? null,
      statusMessage: orNull(steps.status[i]!),
      orphan: parentId !== null && !known.has(parentId),
    };
  });
}
