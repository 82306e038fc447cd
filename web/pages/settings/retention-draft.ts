import { formatCount } from '../../../contract/format.ts';
import { MAX_RETENTION_DAYS } from '../../../contract/retention.ts';

/** The days that somebody typed; null: forever, which is also what 0 and nothing mean. */
export function daysOf(typed: string): { days: number | null } | { problem: string } {
  const text = typed.trim();
  if (text === '') return { days: null };
  if (!/^\d+$/.test(text)) return { problem: 'A whole number of days, or nothing to keep everything.' };
  const days = Number(text);
  if (days > MAX_RETENTION_DAYS) return { problem: `At most ${formatCount(MAX_RETENTION_DAYS)} days. Nothing keeps everything.` };
  return { days: days === 0 ? null : days };
}

/** Whether facts go by a change that would have stayed. */
export const mayDeleteMore = (before: number | null, after: number): boolean => before === null || after < before;
