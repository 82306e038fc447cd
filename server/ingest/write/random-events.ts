import type { EventRow } from '../../store/analytics/rows.ts';

/** Made-up events for tests of the fold: small enough to collide, rich enough to meet every rule. */

/** Numbers from 0 (inclusive) to 1 that a seed decides (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

export function shuffle<T>(random: () => number, list: readonly T[]): T[] {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

/** 2026-03-01T10:00:00Z in microseconds: an hour, a day and a month begin nearby. */
export const NOON = Date.UTC(2026, 2, 1, 10) * 1000;
const HOUR = 3_600_000_000;

const isoMillis = (micros: number) => new Date(micros / 1000).toISOString();

/** A few events of one entity, at times that reach over hours, days and the end of a month. */
export function randomEvents(random: () => number, project: string, entity: Folded, id: string): EventRow[] {
  const count = 1 + Math.floor(random() * 6);
  return Array.from({ length: count }, (_, index) => {
    const time = NOON + pick(random, [-30 * HOUR, -11 * HOUR, -HOUR, 0, 1_000_000, 2_000_000, 2_000_000, HOUR, 40 * HOUR]);
    return {
      project_id: project,
      entity,
      entity_id: id,
      event_id: `event-${index}-${Math.floor(random() * 1000)}`,
      event_time: time,
      event_type: pick(random, TYPES[entity]),
      body: JSON.stringify({ id, ...BODIES[entity](random, time) }),
      api_key: pick(random, ['pk-1', 'pk-2']),
      sdk_name: 'python',
      sdk_version: pick(random, ['2.0', '3.0']),
      received_at: NOON + Math.floor(random() * 1000),
    };
  });
}

/** What events are folded into a row of its own. */
export type Folded = Exclude<EventRow['entity'], 'log'>;

const TYPES: Record<Folded, readonly string[]> = {
  trace: ['trace-create'],
  observation: ['span-create', 'span-update', 'generation-create', 'generation-update', 'agent-create', 'observation-update'],
  score: ['score-create'],
};

const BODIES: Record<Folded, (random: () => number, time: number) => Record<string, unknown>> = {
  trace: (random, time) =>
    sometimes(random, {
      timestamp: isoMillis(time - pick(random, [0, 1_000_000, 2 * HOUR])),
      name: pick(random, ['chat', 'search', null]),
      userId: pick(random, ['ann', 'bob', null]),
      sessionId: pick(random, ['s1', 's2']),
      input: content(random),
      output: content(random),
      metadata: metadata(random),
      tags: pick(random, [['a', 'b'], ['c'], [], ['b', 'a'], null]),
      environment: pick(random, ['prod', 'staging']),
      public: pick(random, [true, false, null]),
      release: pick(random, ['r1', 'r2']),
      version: pick(random, ['1', '2', null]),
    }),
  observation: (random, time) =>
    sometimes(random, {
      traceId: pick(random, ['t1', 't2', null]),
      name: pick(random, ['plan', 'llm', null]),
      startTime: isoMillis(time - pick(random, [0, 1_000_000, 2 * HOUR])),
      endTime: pick(random, [isoMillis(time + 1_000_000), isoMillis(NOON - 100 * HOUR), null]),
      completionStartTime: isoMillis(time + 500_000),
      input: content(random),
      output: content(random),
      metadata: metadata(random),
      level: pick(random, ['DEBUG', 'WARNING', 'ERROR', null]),
      statusMessage: pick(random, ['fine', '', null]),
      parentObservationId: pick(random, ['o1', null]),
      version: pick(random, ['1', '2']),
      environment: pick(random, ['prod', 'staging']),
      model: pick(random, ['gpt-4o', 'claude', null]),
      modelParameters: pick(random, [{ temperature: 1 }, { topP: '0.5' }, {}, null]),
      usage: pick(random, [{ input: 3, output: 4, total: 7 }, { totalCost: 0.5 }, {}, null]),
      usageDetails: pick(random, [{ input: 10 }, { output: 20, total: 30 }, {}, null]),
      costDetails: pick(random, [{ input: 0.25 }, { total: 1 }, {}, null]),
      promptName: pick(random, ['greeting', null]),
      promptVersion: pick(random, [1, 2, null]),
      promptId: pick(random, ['prompt-1', null]),
    }),
  score: (random, time) => ({
    name: pick(random, ['quality', 'thumb']),
    dataType: 'NUMERIC',
    value: Math.floor(random() * 10),
    stringValue: '',
    source: 'API',
    ...sometimes(random, {
      traceId: pick(random, ['t1', 't2']),
      timestamp: isoMillis(time - pick(random, [0, 30 * HOUR])),
      comment: pick(random, ['good', 'bad', null]),
      metadata: metadata(random),
      environment: pick(random, ['prod', 'staging']),
      configId: pick(random, ['c1', null]),
    }),
  }),
};

const content = (random: () => number): unknown =>
  pick(random, ['hello', { question: 'why?' }, ['a', 'b'], '', null, {}, 0, false, 42]);

const metadata = (random: () => number): unknown =>
  pick(random, [{ a: 1 }, { a: { b: 'x', c: [1, 2] } }, { a: { d: null } }, { b: 'text' }, 'plain', ['list'], {}, null]);

/** Each field with an even chance. */
function sometimes(random: () => number, fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(() => random() < 0.5));
}
