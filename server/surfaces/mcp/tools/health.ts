import { z } from 'zod';
import { unavailable } from '../../../lib/errors.ts';
import type { AskHealth } from '../../health.ts';
import { type Tool, tool } from '../tool.ts';

/** The state of the server (contract §1.1, §6). */
export function healthTools(askHealth: AskHealth): Tool[] {
  return [
    tool({
      name: 'getHealth',
      description:
        'Whether the server works. The flags turn a database that does not answer, or silence of senders, into an error.',
      effect: 'reads',
      input: z.object({
        failIfDatabaseUnavailable: z.boolean().optional(),
        failIfNoRecentEvents: z.boolean().optional().describe('No trace or observation came in within the last three minutes.'),
      }),
      async run(asked) {
        const { ok, ...answer } = await askHealth(asked);
        if (!ok) throw unavailable(answer.status);
        return answer;
      },
    }),
  ];
}
