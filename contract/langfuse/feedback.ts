import { z } from 'zod';
import { published } from './published.ts';
import { route, routes } from './route.ts';

export const feedbackTargetType = published(
  'FeedbackTargetType',
  z.enum(['skill', 'mcp-tool', 'cli', 'docs', 'public-api', 'other']),
);
export const submitFeedbackRequest = published(
  'SubmitFeedbackRequest',
  z.object({
    targetType: feedbackTargetType,
    target: z.string(),
    feedback: z.string(),
    goal: z.string().nullish(),
    referenceUrl: z.string().nullish(),
  }),
);
export const submitFeedbackResponse = published('SubmitFeedbackResponse', z.strictObject({ id: z.string() }));

export const feedbackRoutes = routes('Feedback', [
  route('submitFeedback', 'POST', {
    path: '/feedback',
    auth: 'project',
    body: submitFeedbackRequest,
    answers: { 201: submitFeedbackResponse },
  }),
]);
