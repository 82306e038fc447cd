import type { Trigger } from '../../../contract/automation.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import type { DomainChange, EventSource } from './events/index.ts';

/** Whether a trigger listens to a change: to its action, and all conditions fit. */
export function matches<Change extends DomainChange>(
  source: Pick<EventSource<Change>, 'valueOf'>,
  trigger: Pick<Trigger, 'eventActions' | 'filter'>,
  change: Change,
): boolean {
  const fitting = (condition: FilterCondition) => fits(condition, source.valueOf(change, condition.column));
  return trigger.eventActions.includes(change.action) && trigger.filter.every(fitting);
}

function fits(condition: FilterCondition, value: string | number | readonly string[] | undefined): boolean {
  switch (condition.type) {
    case 'string':
      return typeof value === 'string' && compareText(value, condition.operator, condition.value);
    case 'stringOptions':
      return typeof value === 'string' && condition.value.includes(value) === (condition.operator === 'any of');
    case 'arrayOptions': {
      if (!Array.isArray(value)) return false;
      if (condition.operator === 'all of') return condition.value.every((each) => value.includes(each));
      return condition.value.some((each) => value.includes(each)) === (condition.operator === 'any of');
    }
    case 'number':
      return typeof value === 'number' && compareNumber(value, condition.operator, condition.value);
    default:
      return false;
  }
}

/** As in lists: `contains`, `starts with` and `ends with` do not mind case; `=` does. */
function compareText(text: string, operator: Extract<FilterCondition, { type: 'string' }>['operator'], value: string): boolean {
  const [own, other] = [text.toLowerCase(), value.toLowerCase()];
  switch (operator) {
    case '=':
      return text === value;
    case 'contains':
      return own.includes(other);
    case 'does not contain':
      return !own.includes(other);
    case 'starts with':
      return own.startsWith(other);
    case 'ends with':
      return own.endsWith(other);
    case 'matches':
      return false;
  }
}

function compareNumber(
  number: number,
  operator: Extract<FilterCondition, { type: 'number' }>['operator'],
  value: number,
): boolean {
  switch (operator) {
    case '=':
      return number === value;
    case '>':
      return number > value;
    case '<':
      return number < value;
    case '>=':
      return number >= value;
    case '<=':
      return number <= value;
  }
}
