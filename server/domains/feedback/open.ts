import type { Slice, Spine } from '../slice.ts';
import { createFeedback, type FeedbackBox } from './feedback.ts';
import { feedbackOperations } from './operations.ts';

export function openFeedback(spine: Spine): FeedbackBox & Slice {
  const feedback = createFeedback(spine);
  return { ...feedback, operations: feedbackOperations(feedback) };
}
