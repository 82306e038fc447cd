import { z } from 'zod';
import { checkCondition } from './filter/columns.ts';
import { filterCondition } from './filter/condition.ts';

/** Percentiles of the duration beyond which a trace may count as slow. */
export const SLOW_PERCENTILES = [90, 95, 99] as const;

/** Longest and shortest time without news after which a trace counts as whole, seconds. */
export const SETTLE_SECONDS = { min: 60, max: 86_400, default: 300 } as const;

const share = z.number().min(0).max(1);

/** Which traces a rule is about. */
export const samplingMatch = z.discriminatedUnion('kind', [
  /** Any step failed. */
  z.object({ kind: z.literal('errors') }),
  /** As long as, or longer than, that percentile of the traces of the same name over the last day. */
  z.object({ kind: z.literal('slow'), percentile: z.union(SLOW_PERCENTILES.map((level) => z.literal(level))) }),
  /** All conditions hold, as in the list of traces: user, tags, scores, release, latency in seconds, cost. */
  z.object({
    kind: z.literal('filter'),
    filter: z
      .array(filterCondition)
      .min(1)
      .max(20)
      .superRefine((conditions, context) => {
        conditions.forEach((condition, i) => {
          const problem = checkCondition('traces', condition);
          if (problem) context.addIssue({ code: 'custom', path: [i], message: problem });
        });
      }),
  }),
]);

/** One rule: of the traces that match, this share is kept and the others are deleted. 1: keep all; 0: noise. */
export const samplingRule = z.strictObject({ name: z.string().trim().min(1).max(100), match: samplingMatch, keep: share });
export type SamplingRule = z.infer<typeof samplingRule>;

/** Rules of a project in their order: the first that matches decides; `rest` is the share kept of what no rule matches. */
export const samplingSettings = z.strictObject({
  enabled: z.boolean(),
  rules: z
    .array(samplingRule)
    .max(50)
    .superRefine((rules, context) => {
      rules.forEach(({ name }, i) => {
        if (rules.findIndex((other) => other.name === name) < i)
          context.addIssue({ code: 'custom', path: [i, 'name'], message: `there is another rule named "${name}"` });
      });
    }),
  rest: share,
  settleSeconds: z.number().int().min(SETTLE_SECONDS.min).max(SETTLE_SECONDS.max).default(SETTLE_SECONDS.default),
});
export type SamplingSettings = z.infer<typeof samplingSettings>;

/** Nothing is dropped. */
export const NO_SAMPLING: SamplingSettings = {
  enabled: false,
  rules: [],
  rest: 1,
  settleSeconds: SETTLE_SECONDS.default,
};

/** What somebody who switches sampling on starts from: the failed and the slow whole, a hundredth of the rest. */
export const SUGGESTED_SAMPLING: SamplingSettings = {
  enabled: true,
  rules: [
    { name: 'errors', match: { kind: 'errors' }, keep: 1 },
    { name: 'slow', match: { kind: 'slow', percentile: 95 }, keep: 1 },
  ],
  rest: 0.01,
  settleSeconds: SETTLE_SECONDS.default,
};

/** Name under which the traces that no rule matches are counted, and that of traces which somebody needs. */
export const REST = 'rest';
export const PROTECTED = 'protected';
