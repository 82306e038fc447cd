import { z } from 'zod';
import { CLAIMABLE_SCORE_SOURCES, SCORE_DATA_TYPES, SCORE_SOURCES } from '../../../../contract/score.ts';
import type { Door } from '../../../ingest/door.ts';
import { notFound } from '../../../lib/errors.ts';
import { getScore, listScores } from '../../../query/list-scores.ts';
import type { StoredScore } from '../../../query/read-scores.ts';
import type { ReadDeps } from '../../langfuse/read-routes.ts';
import { SCORE_V3_FIELDS, scoreV3Body } from '../../langfuse/score-body.ts';
import { scoreV3Scope } from '../../langfuse/scores-v3.ts';
import { id, json, time } from '../fields.ts';
import { type Tool, type ToolCaller, tool } from '../tool.ts';
import { observationUrl, traceUrl } from '../urls.ts';

export interface ScoreToolsDeps extends Pick<ReadDeps, 'store'> {
  door: Pick<Door, 'acceptScore'>;
}

const createInput = z.object({
  id: z.string().optional().describe('Of the score; one that exists is changed. Made when absent.'),
  name: z.string().min(1).describe('What is judged, e.g. "correctness". With configId the name of the config counts.'),
  value: z
    .union([z.number(), z.string()])
    .describe('Number for NUMERIC, 0 or 1 for BOOLEAN, text for CATEGORICAL, TEXT and CORRECTION.'),
  traceId: z.string().optional().describe('Exactly one of traceId, sessionId and datasetRunId.'),
  sessionId: z.string().optional(),
  datasetRunId: z.string().optional(),
  observationId: z.string().optional().describe('A step of the trace; only with traceId.'),
  dataType: z.enum(SCORE_DATA_TYPES).optional().describe('Absent: NUMERIC for a number, CATEGORICAL for a text.'),
  configId: z.string().optional().describe('Score config that the score must keep to.'),
  comment: z.string().optional().describe('Why.'),
  metadata: json.optional(),
  environment: z.string().optional(),
  queueId: z.string().optional().describe('Annotation queue in which the score was given.'),
  source: z.enum(CLAIMABLE_SCORE_SOURCES).optional().describe('API unless told; ANNOTATION needs configId.'),
});

const ids = (what: string) => z.array(z.string()).min(1).optional().describe(`Any of these ${what}.`);

/** Unknown names are refused (contract §6). */
const listInput = z.strictObject({
  limit: z.number().int().min(1).max(100).default(50).describe('Rows of a page.'),
  cursor: z.string().optional().describe('meta.cursor of the page before.'),
  scoreIds: ids('ids'),
  name: ids('names'),
  source: z.array(z.enum(SCORE_SOURCES)).min(1).optional(),
  dataType: z.array(z.enum(SCORE_DATA_TYPES)).min(1).optional(),
  environment: ids('environments'),
  configId: ids('score configs'),
  queueId: ids('annotation queues'),
  authorUserId: ids('people'),
  value: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional()
    .describe('Any of these values; needs exactly one dataType of NUMERIC, BOOLEAN and CATEGORICAL.'),
  valueMin: z.number().optional().describe('Least value, inclusive; needs dataType ["NUMERIC"].'),
  valueMax: z.number().optional().describe('Greatest value, inclusive; needs dataType ["NUMERIC"].'),
  traceId: ids('traces').describe('traceId, sessionId and experimentId exclude each other.'),
  sessionId: ids('sessions'),
  observationId: ids('observations').describe('Needs traceId.'),
  experimentId: ids('experiments (dataset runs)'),
  fromTimestamp: time.optional().describe('Given at this time or later.'),
  toTimestamp: time.optional().describe('Given before this time.'),
});

const ALL_FIELDS = new Set<string>(SCORE_V3_FIELDS);

const urlOf = (
  caller: ToolCaller,
  { traceId, observationId }: { traceId?: string | undefined; observationId?: string | undefined },
) => {
  if (!traceId) return {};
  return { url: observationId ? observationUrl(caller, traceId, observationId) : traceUrl(caller, traceId) };
};

/** Judgements on traces, observations, sessions and dataset runs (contract §1.5, §5.3, §6). */
export function scoreTools({ store, door }: ScoreToolsDeps): Tool[] {
  const present = (caller: ToolCaller, row: StoredScore) => ({
    ...scoreV3Body(caller.projectId, row, ALL_FIELDS),
    ...urlOf(caller, { traceId: row.trace_id, observationId: row.observation_id }),
  });

  return [
    tool({
      name: 'createScore',
      description:
        'Score a trace, an observation, a session or a dataset run, or change the score of an id. It can be read when this returns.',
      effect: 'changes',
      input: createInput,
      async run(score, caller) {
        const { projectId, publicKey, sdkName, sdkVersion } = caller;
        const sender = { projectId, publicKey, scope: 'full', via: 'api', sdkName, sdkVersion } as const;
        const created = await door.acceptScore(score, sender, CLAIMABLE_SCORE_SOURCES, JSON.stringify(score).length);
        return { ...created, ...urlOf(caller, score) };
      },
    }),
    tool({
      name: 'getScore',
      description: 'Get one score.',
      effect: 'reads',
      input: z.object({ scoreId: id('score') }),
      async run({ scoreId }, caller) {
        const score = await getScore(store, caller.projectId, scoreId);
        if (!score) throw notFound('Score not found within authorized project');
        return present(caller, score);
      },
    }),
    tool({
      name: 'listScores',
      description: 'List scores, newest first. For averages and distributions use queryMetrics with one of the views of scores.',
      effect: 'reads',
      input: listInput,
      async run({ limit, cursor, scoreIds, value, ...asked }, caller) {
        const scope = scoreV3Scope({ ...asked, id: scoreIds, value: value?.map(String) });
        const { scores, nextCursor } = await listScores(store, caller.projectId, scope, { limit, cursor });
        return {
          data: scores.map((score) => present(caller, score)),
          meta: { limit, ...(nextCursor !== null && { cursor: nextCursor }) },
        };
      },
    }),
  ];
}
