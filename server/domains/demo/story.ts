import type { Prompt } from '../../../examples/kit/runtime.ts';
import type { FaultRates } from '../../../examples/model-server/in-process-client.ts';
import { ANSWER_PROMPT_V3, ANSWER_PROMPT_V4 } from '../../../examples/support-agent/prompts.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How far back the demo goes. */
export const DEMO_DAYS = 14;
export const DEMO_HOURS = DEMO_DAYS * 24;

/** Share of a working day's visits by hour, UTC: Europe in the office, some of America in the evening. */
const BY_HOUR = [6, 4, 3, 3, 5, 12, 28, 55, 82, 96, 100, 92, 84, 94, 100, 92, 78, 62, 50, 44, 36, 26, 16, 10];
const BY_HOUR_SUM = BY_HOUR.reduce((sum, share) => sum + share, 0);
/** Conversations on a working day; a Saturday or Sunday has fewer. */
const CONVERSATIONS_A_DAY = 178;
const WEEKEND = 0.42;

/** Expected conversations in the hour that begins at `start`. */
export function expectedConversations(start: number): number {
  const date = new Date(start);
  const weekend = date.getUTCDay() % 6 === 0 ? WEEKEND : 1;
  return (CONVERSATIONS_A_DAY * weekend * BY_HOUR[date.getUTCHours()]!) / BY_HOUR_SUM;
}

export type Environment = 'production' | 'staging';

/**
 * What happened in these two weeks, told in days before now: 9 days ago release 2.7.0 let the team of agents run in circles and was expensive;
 * 5 days ago release 2.8.0 brought version 4 of the answer prompt, and customers like it less; in between a provider and a carrier had bad hours.
 */
export const story = {
  release(ago: number): string {
    const days = ago / DAY;
    if (days > 9.5) return '2.6.0';
    if (days > 8.8) return '2.7.0';
    return days > 5 ? '2.7.1' : '2.8.0';
  },
  answerPrompt(ago: number, environment: Environment): Prompt {
    return ago <= (environment === 'staging' ? 7 : 5) * DAY ? ANSWER_PROMPT_V4 : ANSWER_PROMPT_V3;
  },
  /** Hours before now in which a scheduled job of the team of agents ran away, and how many runs an hour. */
  runawayRuns: (hoursAgo: number): number => (hoursAgo >= 218 && hoursAgo <= 221 ? 2 : 0),
  faults(ago: number): FaultRates {
    const hours = ago / HOUR;
    if (hours > 44 && hours < 48) return { rateLimit: 0.16, timeout: 0.05, overloaded: 0.2 };
    return { rateLimit: 0.01, timeout: 0.002, overloaded: 0.004 };
  },
  carrierFailures(ago: number): number {
    const days = ago / DAY;
    return days > 11 && days < 11.6 ? 0.75 : 0.12;
  },
};
