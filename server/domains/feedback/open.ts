import type { Slice, Spine } from '../slice.ts';
import { createFeedback, type FeedbackBox } from './feedback.ts';

export const openFeedback = (spine: Spine): FeedbackBox & Slice => createFeedback(spine);
