import type { Trigger } from '../../../contract/automation.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import type { PromptChange } from '../prompts/index.ts';

type Prompt = PromptChange['prompt'];

/** Whether a trigger listens to a change. All conditions must fit the version as it is after the change, or was before it went. */
export function matches(trigger: Pick<Trigger, 'eventActions' | 'filter'>, { action, prompt }: PromptChange): boolean {
  return trigger.eventActions.includes(action) && trigger.filter.every((condition) => fits(condition, prompt));
}

function fits(condition: FilterCondition, prompt: Prompt): boolean {
  switch (condition.type) {
    case 'string':
      return condition.column === 'name' && compareText(prompt.name, condition.operator, condition.value);
    case 'stringOptions': {
      const value = condition.column === 'name' ? prompt.name : prompt.type;
      return condition.value.includes(value) === (condition.operator === 'any of');
    }
    case 'arrayOptions': {
      const values = condition.column === 'labels' ? prompt.labels : prompt.tags;
      if (condition.operator === 'all of') return condition.value.every((each) => values.includes(each));
      return condition.value.some((each) => values.includes(each)) === (condition.operator === 'any of');
    }
    case 'number':
      return compareNumber(prompt.version, condition.operator, condition.value);
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
