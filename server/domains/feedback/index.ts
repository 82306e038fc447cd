export { createFeedback, type FeedbackBox } from './feedback.ts';
export { openFeedback } from './open.ts';
export { feedbackOperations } from './operations.ts';
