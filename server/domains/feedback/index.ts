export { createFeedback, type FeedbackBox } from './feedback.ts';
