import { expect, it } from 'vitest';
import { rowOf, START } from './example-span.ts';

const KEY = 'gen_ai.server.time_to_first_token';

it.each([
  ['seconds of the conventions', { [KEY]: 0.25 }, {}, 250_000],
  ['milliseconds of Strands', { [KEY]: 300 }, { scope: 'strands.telemetry.tracer' }, 300_000],
  ['milliseconds of Strands, fewer than a second has', { [KEY]: 1 }, { scope: 'strands.telemetry.tracer' }, 1000],
  ['milliseconds that cannot be seconds', { [KEY]: '300' }, {}, 300_000],
  ['nothing', { [KEY]: 0 }, {}, null],
])('%s', (_, attributes, given, micros) => {
  const { completion_start_time } = rowOf(attributes, given);
  expect(completion_start_time === null ? null : completion_start_time - START).toBe(micros);
});

it.each(['First Token Stream Event', 'First Token', 'first_token', 'gen_ai.first_token'])('the event %s', (name) => {
  // Events of the example come one microsecond after the other.
  expect(rowOf({}, { events: [{ name: 'start' }, { name }, { name }] }).completion_start_time).toBe(START + 1);
});

it('an event that only mentions it is none', () => {
  expect(rowOf({}, { events: [{ name: 'waiting for the first token' }] }).completion_start_time).toBeNull();
});
