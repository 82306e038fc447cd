import { submitFeedbackInput } from '../../../../contract/feedback.ts';
import type { FeedbackBox } from '../../../domains/feedback/index.ts';
import { type Tool, tool } from '../tool.ts';

/** What callers say of the tools (contract §1.19, §6). It stays on this server. */
export function feedbackTools(feedback: FeedbackBox): Tool[] {
  return [
    tool({
      name: 'submitFeedback',
      description:
        'Tell the people who run this server what did not work or was missing in a tool, the API or the documentation. Kept in the project on this server, sent nowhere else.',
      effect: 'adds',
      input: submitFeedbackInput,
      run: (input, { projectId }) => feedback.submit(projectId, input),
    }),
  ];
}
