import { z } from 'zod';
import { ExactNumber } from '../../../contract/json/exact-number.ts';
import { OBSERVATION_TYPES } from '../../../contract/observation.ts';
import { anything, environment, id, level, text, time } from './fields.ts';
import { costDetails, usage, usageDetails } from './usage.ts';

/**
 * Bodies of the batch protocol (contract §2.2, Appendix A) as they are checked and as they are kept in the event log: an `EventRow`'s
 * `body` is the JSON of one of the output types here. A key that was not sent is absent; an explicit null stays null, because it
 * overwrites (contract §2.3). Times are ISO-8601 UTC. Unknown keys are ignored.
 */

const observationFields = {
  traceId: id.nullish(),
  name: text,
  startTime: time.nullish(),
  metadata: anything,
  input: anything,
  output: anything,
  level,
  statusMessage: text,
  parentObservationId: text,
  version: text,
  environment,
};

const modelParameter = z.union([
  z.string(),
  z.number(),
  z.instanceof(ExactNumber),
  z.boolean(),
  z.null(),
  z.array(z.string()),
  z.record(z.string(), z.string()),
]);

const generationFields = {
  endTime: time.nullish(),
  completionStartTime: time.nullish(),
  model: text,
  modelParameters: z.record(z.string(), modelParameter).nullish(),
  usage,
  usageDetails,
  costDetails,
  promptName: text,
  promptVersion: z.number().int().min(0).max(2_147_483_647).nullish(),
};

/** A prompt link names a version, or it is none. */
function promptIsWhole(body: { promptName?: string | null; promptVersion?: number | null }, context: z.RefinementCtx) {
  const named = (body.promptName ?? '') !== '';
  const numbered = body.promptVersion !== undefined && body.promptVersion !== null;
  if (named === numbered) return;
  context.addIssue({
    code: 'custom',
    path: [named ? 'promptVersion' : 'promptName'],
    message: 'promptName and promptVersion must come together',
  });
}

export const spanBody = z.object({ id, ...observationFields, endTime: time.nullish() });
export const eventBody = z.object({ id, ...observationFields });
export const generationBody = z.object({ id, ...observationFields, ...generationFields }).superRefine(promptIsWhole);
/** Body of the old `observation-create` and `observation-update`: it says its type itself. */
export const typedObservationBody = z
  .object({ id: id.nullish(), type: z.enum(OBSERVATION_TYPES), ...observationFields, ...generationFields })
  .superRefine(promptIsWhole);

export const traceBody = z.object({
  id: id.nullish(),
  timestamp: time.nullish(),
  name: z.string().max(1000, 'may have at most 1000 characters').nullish(),
  userId: text,
  input: anything,
  output: anything,
  sessionId: text,
  release: text,
  version: text,
  metadata: anything,
  tags: z.array(z.string()).nullish(),
  environment,
  public: z.boolean().nullish(),
  /** Not part of the protocol: the web app sets it through the same event. */
  bookmarked: z.boolean().optional().catch(undefined),
  /** Likewise: which fields of this event stand as they are instead of being united with what others say. */
  edited: z
    .array(z.enum(['tags', 'public']))
    .optional()
    .catch(undefined),
});

export const sdkLogBody = z.object({ log: anything });

/** What is kept of a `trace-create`. */
export type TraceBody = Omit<z.output<typeof traceBody>, 'id'> & { id: string };

/**
 * What is kept of an observation event. `type` is there only in `observation-create` / `-update`; otherwise the event's type tells.
 * `usage` and `usageDetails` are both kept: given `usageDetails` win over `usage`, whichever event brought them (contract §5.9).
 * `promptId` is set by the door: the id of the linked prompt version, null when there is no such version.
 */
export type ObservationBody = Partial<Omit<z.output<typeof typedObservationBody>, 'id'>> & {
  id: string;
  promptId?: string | null;
};
