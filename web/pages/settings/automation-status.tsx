import type { Automation, ExecutionStatus } from '../../../contract/automation.ts';
import { Badge } from '../../ui/badge.tsx';
import { StatusLight } from '../../ui/status-light.tsx';

const STATUS = {
  ACTIVE: { tone: 'good', text: 'Active' },
  PAUSED: { tone: 'idle', text: 'Paused' },
  DISABLED: { tone: 'bad', text: 'Disabled' },
} as const;

/** Whether an automation works, with the failures that bring it closer to being disabled. */
export function AutomationStatus({ automation: { status, consecutiveFailures } }: { automation: Automation }) {
  const isFailing = status === 'ACTIVE' && consecutiveFailures > 0;
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <StatusLight tone={isFailing ? 'waiting' : STATUS[status].tone} />
      {isFailing ? `Failing (${consecutiveFailures} in a row)` : STATUS[status].text}
    </span>
  );
}

const EXECUTION = {
  PENDING: { tone: 'warning', text: 'Pending' },
  COMPLETED: { tone: 'success', text: 'Delivered' },
  ERROR: { tone: 'danger', text: 'Failed' },
  CANCELLED: { tone: 'neutral', text: 'Cancelled' },
} as const;

export const executionName = (status: ExecutionStatus): string => EXECUTION[status].text;

export function ExecutionBadge({ status }: { status: ExecutionStatus }) {
  return <Badge tone={EXECUTION[status].tone}>{EXECUTION[status].text}</Badge>;
}
