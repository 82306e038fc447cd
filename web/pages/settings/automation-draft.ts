import type { createAutomation } from '../../../contract/api/automations.ts';
import type { ActionType, Automation, EventAction } from '../../../contract/automation.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import type { InputOf } from '../../../contract/operation.ts';
import type { HeaderRow } from './header-rows.tsx';

export type NamePick = 'all' | 'any of' | 'starts with' | 'contains';

export interface HeaderDraft extends HeaderRow {
  secret: boolean;
}

/** What the form holds: texts as they are typed. */
export interface Draft {
  name: string;
  type: ActionType;
  url: string;
  /** Where a Slack message goes: to an incoming webhook, or a channel of the connected workspace. */
  slackBy: 'url' | 'channel';
  channel: string;
  events: EventAction[];
  namePick: NamePick;
  names: string;
  labels: string;
  headers: HeaderDraft[];
  eventType: string;
  token: string;
}

export type Given = Pick<InputOf<typeof createAutomation>, 'name' | 'trigger' | 'action'>;

export const EMPTY: Draft = {
  name: '',
  type: 'WEBHOOK',
  url: '',
  slackBy: 'url',
  channel: '',
  events: ['created', 'updated', 'deleted'],
  namePick: 'all',
  names: '',
  labels: '',
  headers: [],
  eventType: 'prompt-changed',
  token: '',
};

/** Words between commas. */
export const listOf = (text: string): string[] => [...new Set(text.split(',').map((each) => each.trim()))].filter(Boolean);

/** The conditions of the form's two fields. */
export function filterOf({ namePick, names, labels }: Pick<Draft, 'namePick' | 'names' | 'labels'>): FilterCondition[] {
  const conditions: FilterCondition[] = [];
  if (namePick === 'any of' && listOf(names).length > 0) {
    conditions.push({ type: 'stringOptions', column: 'name', operator: 'any of', value: listOf(names) });
  } else if ((namePick === 'starts with' || namePick === 'contains') && names.trim() !== '') {
    conditions.push({ type: 'string', column: 'name', operator: namePick, value: names.trim() });
  }
  if (listOf(labels).length > 0) {
    conditions.push({ type: 'arrayOptions', column: 'labels', operator: 'any of', value: listOf(labels) });
  }
  return conditions;
}

/** The form's fields for a filter; null for one that the form cannot show, made over the API. */
export function fieldsOf(filter: readonly FilterCondition[]): Pick<Draft, 'namePick' | 'names' | 'labels'> | null {
  const fields = { namePick: 'all' as NamePick, names: '', labels: '' };
  for (const condition of filter) {
    const { type, column, operator } = condition;
    if (column === 'name' && fields.namePick === 'all' && type === 'stringOptions' && operator === 'any of') {
      Object.assign(fields, { namePick: operator, names: condition.value.join(', ') });
    } else if (
      column === 'name' &&
      fields.namePick === 'all' &&
      type === 'string' &&
      (operator === 'starts with' || operator === 'contains')
    ) {
      Object.assign(fields, { namePick: operator, names: condition.value });
    } else if (column === 'labels' && fields.labels === '' && type === 'arrayOptions' && operator === 'any of') {
      fields.labels = condition.value.join(', ');
    } else return null;
  }
  // What would come out otherwise than it went in is not for the form: a name with a comma, say.
  return JSON.stringify(sorted(filterOf(fields))) === JSON.stringify(sorted(filter)) ? fields : null;
}

const sorted = (filter: readonly FilterCondition[]) => [...filter].sort((a, b) => b.column.localeCompare(a.column));

/** An automation as the form shows it. */
export function draftOf({ name, trigger, action }: Automation): Draft {
  const shared = { ...EMPTY, name, type: action.type, events: trigger.eventActions, ...fieldsOf(trigger.filter) };
  switch (action.type) {
    case 'WEBHOOK':
      return {
        ...shared,
        url: action.url,
        headers: action.headers.map(({ name: header, value, secret }, key) => ({
          key,
          name: header,
          value: value ?? '',
          secret,
          stored: secret,
        })),
      };
    case 'SLACK':
      return { ...shared, slackBy: action.channel === null ? 'url' : 'channel', channel: action.channel ?? '' };
    case 'GITHUB_DISPATCH':
      return { ...shared, url: action.url, eventType: action.eventType };
  }
}

/** What is sent for a draft. @param edited the automation that is changed; null for a new one */
export function givenBy(draft: Draft, edited: Automation | null): Given {
  const isForeign = edited !== null && fieldsOf(edited.trigger.filter) === null;
  return {
    name: draft.name.trim(),
    trigger: {
      source: 'prompt',
      eventActions: draft.events,
      filter: isForeign ? edited.trigger.filter : filterOf(draft),
    },
    action: actionOf(draft),
  };
}

function actionOf({ type, url, slackBy, channel, headers, eventType, token }: Draft): Given['action'] {
  const address = url.trim();
  switch (type) {
    case 'WEBHOOK':
      return {
        type,
        url: address,
        headers: headers
          .filter(({ name, value }) => name.trim() !== '' || value !== '')
          .map(({ name, value, secret, stored }) => ({
            name: name.trim(),
            secret,
            ...(stored && value === '' ? {} : { value }),
          })),
      };
    case 'SLACK':
      if (slackBy === 'channel') return { type, channel: channel.trim() };
      return { type, ...(address === '' ? {} : { url: address }) };
    case 'GITHUB_DISPATCH':
      return { type, url: address, eventType: eventType.trim(), ...(token.trim() === '' ? {} : { token: token.trim() }) };
  }
}

export const TYPE_NAMES: Record<ActionType, string> = { WEBHOOK: 'Webhook', SLACK: 'Slack', GITHUB_DISPATCH: 'GitHub dispatch' };

/** Which prompts a trigger listens to, in words. */
export function promptsInWords(filter: readonly FilterCondition[]): string {
  if (filter.length === 0) return 'All prompts';
  return filter.map(conditionInWords).join(', ');
}

function conditionInWords(condition: FilterCondition): string {
  const value = 'value' in condition ? condition.value : '';
  const shown = Array.isArray(value) ? value.join(', ') : String(value);
  if (condition.column === 'name' && condition.operator === 'any of') return `named ${shown}`;
  if (condition.column === 'labels' && condition.operator === 'any of') return `with label ${shown}`;
  return `${condition.column} ${condition.operator} ${shown}`;
}

/** Where an automation sends to, as far as it may be shown. */
export function targetOf({ action }: Automation): string {
  if (action.type === 'SLACK') return action.channel ?? action.displayUrl ?? '';
  return action.url;
}
