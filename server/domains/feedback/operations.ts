import * as declared from '../../../contract/api/feedback.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { FeedbackBox } from './feedback.ts';

/** What our own API can do with feedback. */
export const feedbackOperations = (box: FeedbackBox): Implemented[] => [
  implement(declared.submitFeedback, ({ projectId, ...given }) => box.submit(projectId, given)),
  implement(declared.listFeedback, ({ projectId, page, limit }) => box.list(projectId, page, limit)),
];
