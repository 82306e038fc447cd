import { describe, expect, it } from 'vitest';
import { type Automation, actionInput, trigger } from '../../../contract/automation.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { type Draft, draftOf, EMPTY, fieldsOf, filterOf, givenBy, listOf, promptsInWords } from './automation-draft.ts';

const automation = (action: Automation['action'], filter: FilterCondition[] = []): Automation => ({
  id: 'a',
  projectId: 'p',
  name: 'Hook',
  status: 'ACTIVE',
  disabledReason: null,
  disabledAt: null,
  consecutiveFailures: 0,
  trigger: { source: 'prompt', eventActions: ['created'], filter },
  action,
  lastExecution: null,
  createdBy: 'u',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
});
const webhook = (headers: { name: string; value: string | null; secret: boolean }[] = []) =>
  ({ type: 'WEBHOOK', url: 'https://x.test/hook', headers, displaySigningSecret: 'lf-whsec_…abcd' }) as const;

describe('the filter of the form', () => {
  it('reads lists between commas', () => {
    expect(listOf(' a, b,, a ,c d ')).toEqual(['a', 'b', 'c d']);
    expect(listOf(' ')).toEqual([]);
  });

  it.each<[Partial<Draft>, FilterCondition[]]>([
    [{}, []],
    [{ namePick: 'any of', names: 'a, b' }, [{ type: 'stringOptions', column: 'name', operator: 'any of', value: ['a', 'b'] }]],
    [
      { namePick: 'starts with', names: ' support/ ' },
      [{ type: 'string', column: 'name', operator: 'starts with', value: 'support/' }],
    ],
    [{ namePick: 'contains', names: ' ' }, []],
    [{ namePick: 'all', names: 'left over' }, []],
    [{ labels: 'production' }, [{ type: 'arrayOptions', column: 'labels', operator: 'any of', value: ['production'] }]],
    [
      { namePick: 'contains', names: 'x', labels: 'a,b' },
      [
        { type: 'string', column: 'name', operator: 'contains', value: 'x' },
        { type: 'arrayOptions', column: 'labels', operator: 'any of', value: ['a', 'b'] },
      ],
    ],
  ])('%o', (fields, filter) => {
    expect(filterOf({ ...EMPTY, ...fields })).toEqual(filter);
    expect(filterOf({ ...EMPTY, ...fieldsOf(filter) })).toEqual(filter);
  });

  it('is not shown when it says what the form cannot', () => {
    const foreign: FilterCondition[][] = [
      [{ type: 'string', column: 'name', operator: 'ends with', value: 'x' }],
      [{ type: 'number', column: 'version', operator: '>', value: 1 }],
      [{ type: 'arrayOptions', column: 'labels', operator: 'none of', value: ['a'] }],
      [{ type: 'stringOptions', column: 'name', operator: 'any of', value: ['a, b'] }],
      [
        { type: 'string', column: 'name', operator: 'contains', value: 'a' },
        { type: 'string', column: 'name', operator: 'contains', value: 'b' },
      ],
    ];
    for (const filter of foreign) {
      expect(fieldsOf(filter)).toBeNull();
      const edited = automation(webhook(), filter);
      expect(givenBy(draftOf(edited), edited).trigger.filter).toEqual(filter);
    }
  });

  it('is said in words', () => {
    expect(promptsInWords([])).toBe('All prompts');
    expect(promptsInWords([{ type: 'stringOptions', column: 'name', operator: 'any of', value: ['a', 'b'] }])).toBe('named a, b');
    expect(promptsInWords([{ type: 'string', column: 'name', operator: 'starts with', value: 'a/' }])).toBe(
      'name starts with a/',
    );
  });
});

describe('what is sent', () => {
  it('of an unchanged automation changes nothing, and is taken by the contract', () => {
    const secretHeaders = [
      { name: 'X-Plain', value: 'v', secret: false },
      { name: 'X-Key', value: null, secret: true },
    ];
    const cases: [Automation['action'], object][] = [
      [
        webhook(secretHeaders),
        {
          type: 'WEBHOOK',
          url: 'https://x.test/hook',
          headers: [
            { name: 'X-Plain', value: 'v', secret: false },
            { name: 'X-Key', secret: true },
          ],
        },
      ],
      [{ type: 'SLACK', displayUrl: 'https://hooks.slack.com/…abcd', channel: null }, { type: 'SLACK' }],
      [
        { type: 'SLACK', displayUrl: null, channel: '#prompts' },
        { type: 'SLACK', channel: '#prompts' },
      ],
      [
        { type: 'GITHUB_DISPATCH', url: 'https://x.test', eventType: 'go', displayToken: '…abcd' },
        { type: 'GITHUB_DISPATCH', url: 'https://x.test', eventType: 'go' },
      ],
    ];
    for (const [action, expected] of cases) {
      const edited = automation(action);
      const given = givenBy(draftOf(edited), edited);
      expect(given).toEqual({ name: 'Hook', trigger: edited.trigger, action: expected });
      expect(actionInput.safeParse(given.action).success).toBe(true);
      expect(trigger.safeParse(given.trigger).success).toBe(true);
    }
  });

  it('leaves out empty rows of headers, and keeps what was typed over a stored secret', () => {
    const header = { key: 0, secret: true, stored: true };
    const draft: Draft = {
      ...EMPTY,
      url: ' https://x.test ',
      headers: [
        { ...header, name: 'A', value: 'new' },
        { ...header, name: '', value: '', stored: false },
        { ...header, name: 'B', value: '', stored: false, secret: false },
      ],
    };
    expect(givenBy(draft, null).action).toEqual({
      type: 'WEBHOOK',
      url: 'https://x.test',
      headers: [
        { name: 'A', value: 'new', secret: true },
        { name: 'B', value: '', secret: false },
      ],
    });
  });
});
