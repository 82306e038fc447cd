import { z } from 'zod';
import { storable } from './storable.ts';

export const FEEDBACK_TARGET_TYPES = ['skill', 'mcp-tool', 'cli', 'docs', 'public-api', 'other'] as const;

/** What a person or an agent says of a part of this server (contract §1.19). */
export const submitFeedbackInput = z.object({
  targetType: z.enum(FEEDBACK_TARGET_TYPES),
  target: storable.min(1).max(200),
  feedback: storable.min(1).max(3000),
  goal: storable.max(1500).nullish(),
  referenceUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullish(),
});
export type SubmitFeedbackInput = z.output<typeof submitFeedbackInput>;

/** Times are ISO-8601 UTC with ms. */
export const feedback = z.object({
  id: z.string(),
  targetType: z.enum(FEEDBACK_TARGET_TYPES),
  target: z.string(),
  feedback: z.string(),
  goal: z.string().nullable(),
  referenceUrl: z.string().nullable(),
  createdAt: z.string(),
});
export type Feedback = z.output<typeof feedback>;
