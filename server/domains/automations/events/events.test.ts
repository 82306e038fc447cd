import { describe, expect, it } from 'vitest';
import { EVENT_ACTIONS, TRIGGER_COLUMNS, TRIGGER_SOURCES, type Trigger } from '../../../../contract/automation.ts';
import { matches } from '../matches.ts';
import { sourceOf } from './index.ts';

const AT = new Date('2026-03-01T10:00:00.000Z');

describe.each(TRIGGER_SOURCES)('events of %s', (name) => {
  const source = sourceOf(name);

  it('give every column of the filter a value of the kind that its conditions compare', () => {
    const example = source.example('p', AT, 'created');
    const kinds: Record<string, (value: unknown) => boolean> = {
      string: (value) => typeof value === 'string',
      stringOptions: (value) => typeof value === 'string',
      number: (value) => typeof value === 'number',
      arrayOptions: Array.isArray,
    };
    const columns = Object.entries(TRIGGER_COLUMNS[name]);
    expect(columns.length).toBeGreaterThan(0);
    for (const [column, types] of columns) {
      const value = source.valueOf(example, column);
      for (const type of types) expect(kinds[type]!(value), `${column}: ${type}`).toBe(true);
    }
    expect(source.valueOf(example, 'no column')).toBeUndefined();
    expect(source.valueOf(example, 'toString')).toBeUndefined();
  });

  it('have an example for every action, whose payload and subject are those of a real one', () => {
    for (const action of EVENT_ACTIONS) {
      const example = source.example('p', AT, action);
      const payload = source.payload('execution-1', AT, example, { name: 'Ada', email: 'ada@example.com' });
      expect(payload).toMatchObject({ id: 'execution-1', timestamp: AT.toISOString(), action, apiVersion: 'v1' });
      expect(payload.user).toEqual({ name: 'Ada', email: 'ada@example.com' });
      expect(source.payload('execution-1', AT, example, undefined)).not.toHaveProperty('user');
      expect(source.subject(example)).not.toBe('');
    }
  });

  it('are not heard by a trigger of another action, nor by a condition on what is not there', () => {
    const example = source.example('p', AT, 'created');
    const trigger = (given: Partial<Trigger>) => ({ eventActions: EVENT_ACTIONS.slice(), filter: [], ...given });
    expect(matches(source, trigger({}), example)).toBe(true);
    expect(matches(source, trigger({ eventActions: ['deleted'] }), example)).toBe(false);
    const odd: Trigger['filter'] = [{ type: 'string', column: 'no column', operator: '=', value: 'x' }];
    expect(matches(source, trigger({ filter: odd }), example)).toBe(false);
  });
});
