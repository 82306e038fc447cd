import { describe, expect, it } from 'vitest';
import { type EventRow, emptyObservation, type ObservationRow } from '../../store/analytics/rows.ts';
import { foldObservation, foldScore, foldTrace } from './fold.ts';
import { NOON, pick, randomEvents, seededRandom, shuffle } from './random-events.ts';

const SECOND = 1_000_000;
let counter = 0;

/** An event `seconds` after noon. */
function event(type: string, seconds: number, body: Record<string, unknown>, more: Partial<EventRow> = {}): EventRow {
  const entity = type.startsWith('trace') ? 'trace' : type.startsWith('score') ? 'score' : 'observation';
  return {
    project_id: 'p',
    entity,
    entity_id: 'x',
    event_id: `e${counter++}`,
    event_time: NOON + seconds * SECOND,
    event_type: type,
    body: JSON.stringify({ id: 'x', ...body }),
    api_key: 'pk',
    sdk_name: 'sdk',
    sdk_version: '1',
    received_at: NOON,
    ...more,
  };
}

const iso = (seconds: number) => new Date((NOON + seconds * SECOND) / 1000).toISOString();

describe('an observation', () => {
  it('is nothing without events', () => {
    expect(foldObservation([])).toBeNull();
  });

  it('takes every field of a create', () => {
    const row = foldObservation([
      event('generation-create', 1, {
        traceId: 't',
        name: 'answer',
        startTime: iso(0),
        endTime: iso(3),
        completionStartTime: iso(1),
        parentObservationId: 'parent',
        level: 'WARNING',
        statusMessage: 'slow',
        version: '7',
        environment: 'prod',
        model: 'gpt-4o',
        modelParameters: { temperature: 0.5 },
        input: [{ role: 'user', content: '你好' }],
        output: 'Hallo',
        metadata: { a: { b: 1 }, c: 'x' },
        usage: { input: 3, output: 4, total: 7, inputCost: 0.1 },
        promptName: 'greeting',
        promptVersion: 2,
        promptId: 'prompt-1',
      }),
    ]);
    expect(row).toEqual({
      ...emptyObservation('p', 't', 'x'),
      type: 'GENERATION',
      name: 'answer',
      start_time: NOON,
      end_time: NOON + 3 * SECOND,
      completion_start_time: NOON + SECOND,
      parent_id: 'parent',
      level: 'WARNING',
      status_message: 'slow',
      version: '7',
      environment: 'prod',
      model: 'gpt-4o',
      model_parameters: '{"temperature":0.5}',
      input: '[{"role":"user","content":"你好"}]',
      output: 'Hallo',
      metadata: { 'a.b': '1', c: 'x' },
      usage_details: { input: 3, output: 4, total: 7 },
      cost_details: { input: 0.1 },
      cost_provided: true,
      prompt_name: 'greeting',
      prompt_version: 2,
      prompt_id: 'prompt-1',
      via: 'langfuse-batch',
      sdk_name: 'sdk',
      sdk_version: '1',
      api_key: 'pk',
      created_at: NOON,
      updated_at: NOON,
    });
  });

  type Case = [
    what: string,
    bodies: [type: string, seconds: number, body: Record<string, unknown>][],
    want: Partial<ObservationRow>,
  ];
  const cases: Case[] = [
    [
      'a later value wins',
      [
        ['span-create', 0, { name: 'a' }],
        ['span-update', 1, { name: 'b' }],
      ],
      { name: 'b' },
    ],
    [
      'an absent value changes nothing',
      [
        ['span-create', 0, { name: 'a' }],
        ['span-update', 1, {}],
      ],
      { name: 'a' },
    ],
    [
      'an explicit null takes it back',
      [
        ['span-create', 0, { name: 'a', version: '1' }],
        ['span-update', 1, { name: null }],
      ],
      { name: '', version: '1' },
    ],
    [
      'an empty object says nothing',
      [
        ['generation-create', 0, { usageDetails: { input: 1 } }],
        ['generation-update', 1, { usageDetails: {} }],
      ],
      { usage_details: { input: 1 } },
    ],
    [
      'a create goes before an update of the same time',
      [
        ['span-update', 0, { name: 'updated' }],
        ['span-create', 0, { name: 'created' }],
      ],
      { name: 'updated' },
    ],
    [
      'the first start stays',
      [
        ['span-create', 0, { startTime: iso(-5) }],
        ['span-update', 1, { startTime: iso(-9) }],
      ],
      { start_time: NOON - 5 * SECOND },
    ],
    [
      'a create says the start, though an update bears an earlier time',
      [
        ['generation-update', 7, { completionStartTime: iso(0) }],
        ['generation-create', 9, { startTime: iso(-1) }],
      ],
      { start_time: NOON - SECOND, completion_start_time: NOON },
    ],
    [
      'the start defaults to the time of the first event',
      [
        ['span-create', 2, {}],
        ['span-update', 3, { startTime: iso(0) }],
      ],
      { start_time: NOON + 2 * SECOND },
    ],
    [
      'the first environment stays',
      [
        ['span-create', 0, { environment: 'a' }],
        ['span-update', 1, { environment: 'b' }],
      ],
      { environment: 'a' },
    ],
    [
      'the environment defaults to default',
      [
        ['span-create', 0, {}],
        ['span-update', 1, { environment: 'b' }],
      ],
      { environment: 'default' },
    ],
    [
      'the first trace stays',
      [
        ['span-create', 0, { traceId: 'a' }],
        ['span-update', 1, { traceId: 'b' }],
      ],
      { trace_id: 'a' },
    ],
    [
      'an update need not name the trace',
      [
        ['span-create', 0, { traceId: 'a' }],
        ['span-update', -1, {}],
      ],
      { trace_id: 'a' },
    ],
    [
      'an end before the start is cut to it',
      [['span-create', 0, { startTime: iso(0), endTime: iso(-1) }]],
      { start_time: NOON, end_time: NOON },
    ],
    [
      'a level taken back is DEFAULT',
      [
        ['span-create', 0, { level: 'ERROR' }],
        ['span-update', 1, { level: null }],
      ],
      { level: 'DEFAULT' },
    ],
    [
      'output is the last truthy one',
      [
        ['span-create', 0, { output: 'a' }],
        ['span-update', 1, { output: null }],
        ['span-update', 2, { output: '' }],
      ],
      { output: 'a' },
    ],
    ['output false is kept when there is no other', [['span-create', 0, { output: false }]], { output: 'false' }],
    [
      'an empty object is no new output',
      [
        ['span-create', 0, { output: { a: 1 } }],
        ['span-update', 1, { output: {} }],
      ],
      { output: '{"a":1}' },
    ],
    [
      'metadata is merged deeply',
      [
        ['span-create', 0, { metadata: { a: { b: 1, c: 2 }, d: 3 } }],
        ['span-update', 1, { metadata: { a: { c: [4] }, e: 'f' } }],
      ],
      { metadata: { 'a.b': '1', 'a.c': '[4]', d: '3', e: 'f' } },
    ],
    [
      'other metadata is kept under metadata',
      [
        ['span-create', 0, { metadata: 'text' }],
        ['span-update', 1, { metadata: { a: 1 } }],
      ],
      { metadata: { metadata: 'text', a: '1' } },
    ],
    [
      'given usage details win over the old usage',
      [
        ['generation-create', 0, { usageDetails: { input: 1 } }],
        ['generation-update', 1, { usage: { input: 5, total: 5 } }],
      ],
      { usage_details: { input: 1 } },
    ],
    [
      'given costs win over the old usage',
      [
        ['generation-create', 0, { costDetails: { total: 1 } }],
        ['generation-update', 1, { usage: { totalCost: 5 } }],
      ],
      { cost_details: { total: 1 }, cost_provided: true },
    ],
    [
      'an update alone makes a row',
      [['generation-update', 0, { output: 'x' }]],
      { type: 'GENERATION', output: 'x', start_time: NOON },
    ],
    [
      'an agent stays one through a span-update',
      [
        ['agent-create', 0, {}],
        ['span-update', 1, { output: 'x' }],
      ],
      { type: 'AGENT', output: 'x' },
    ],
    [
      'an old observation-update may say its type',
      [
        ['span-create', 0, {}],
        ['observation-update', 1, { type: 'GENERATION' }],
      ],
      { type: 'GENERATION' },
    ],
    ['an event is an EVENT', [['event-create', 0, {}]], { type: 'EVENT', end_time: null }],
    [
      'a prompt taken back has no id',
      [
        ['generation-create', 0, { promptName: 'a', promptVersion: 1, promptId: 'i' }],
        ['generation-update', 1, { promptName: null, promptVersion: null }],
      ],
      { prompt_name: '', prompt_id: '', prompt_version: null },
    ],
    [
      'metadata cannot reach a prototype',
      [['span-create', 0, { metadata: JSON.parse('{"__proto__":{"polluted":1},"a":1}') }]],
      { metadata: { a: '1' } },
    ],
  ];
  it.each(cases)('%s', (_, bodies, want) => {
    const events = bodies.map(([type, seconds, body]) => event(type, seconds, body));
    expect(foldObservation(events)).toMatchObject(want);
    expect(foldObservation(events.toReversed())).toMatchObject(want);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('without a trace gets one of its own, the same every time', () => {
    const row = foldObservation([event('span-create', 0, {})])!;
    expect(row.trace_id).toMatch(/^[0-9a-f]{32}$/);
    expect(foldObservation([event('span-create', 5, {})])!.trace_id).toBe(row.trace_id);
  });

  it('is created when its first event came in, not when it was sent again', () => {
    const create = event('span-create', 0, { name: 'a' });
    const again = { ...create, received_at: NOON + 60 * SECOND };
    const update = event('span-update', 1, { name: 'b' }, { received_at: NOON + 30 * SECOND });
    expect(foldObservation([again, update, create])).toMatchObject({ created_at: NOON, updated_at: NOON + 30 * SECOND });
  });

  it('merges metadata of any depth', () => {
    const deep = (value: string) => JSON.parse(`${'{"a":'.repeat(400)}"${value}"${'}'.repeat(400)}`);
    const row = foldObservation([
      event('span-create', 0, { metadata: deep('x') }),
      event('span-update', 1, { metadata: deep('y') }),
    ])!;
    expect(Object.values(row.metadata).join()).toContain('"y"');
  });
});

describe('a trace', () => {
  it('starts the tags anew where a person settled them', () => {
    const row = foldTrace([
      event('trace-create', 1, { tags: ['a', 'b'] }),
      event('trace-create', 2, { tags: ['b'], edited: ['tags'] }),
      event('trace-create', 3, { tags: ['c'] }),
    ])!;
    expect(row.tags).toEqual(['b', 'c']);
    expect(row.edited).toEqual(['tags']);
  });

  it('takes every field, tags of all events, and what was said last', () => {
    const row = foldTrace([
      event('trace-create', 5, { name: 'late', tags: ['b', 'a'], output: { answer: 1 }, public: true }),
      event('trace-create', 1, {
        timestamp: iso(0),
        name: 'early',
        userId: 'u',
        sessionId: 's',
        release: 'r',
        version: 'v',
        tags: ['c', 'a'],
        input: 'q',
        metadata: { k: 'v' },
        environment: 'prod',
      }),
    ]);
    expect(row).toMatchObject({
      type: 'TRACE',
      id: 'x',
      trace_id: 'x',
      start_time: NOON,
      end_time: null,
      name: 'late',
      trace_name: 'late',
      user_id: 'u',
      session_id: 's',
      release: 'r',
      version: 'v',
      tags: ['a', 'b', 'c'],
      input: 'q',
      output: '{"answer":1}',
      metadata: { k: 'v' },
      environment: 'prod',
      public: true,
      bookmarked: false,
    });
  });

  it('has the time of its first event when it names none', () => {
    expect(foldTrace([event('trace-create', 4, {})])!.start_time).toBe(NOON + 4 * SECOND);
  });
});

describe('a score', () => {
  it('is what its last event says, at the time of its first', () => {
    const row = foldScore([
      event('score-create', 9, {
        traceId: 't',
        name: 'thumb',
        dataType: 'BOOLEAN',
        value: 1,
        stringValue: 'True',
        source: 'API',
        comment: 'yes',
      }),
      event('score-create', 2, {
        traceId: 't',
        observationId: 'o',
        name: 'thumb',
        dataType: 'NUMERIC',
        value: 0.5,
        stringValue: '',
        source: 'API',
        timestamp: iso(-3600),
        metadata: { a: 1 },
      }),
    ]);
    expect(row).toMatchObject({
      id: 'x',
      trace_id: 't',
      observation_id: 'o',
      name: 'thumb',
      data_type: 'BOOLEAN',
      value: 1,
      string_value: 'True',
      comment: 'yes',
      metadata: { a: '1' },
      timestamp: NOON - 3600 * SECOND,
      environment: 'default',
    });
  });

  it('of a text has no number', () => {
    const text = event('score-create', 0, {
      traceId: 't',
      name: 'n',
      dataType: 'TEXT',
      value: null,
      stringValue: 'fine',
      source: 'EVAL',
    });
    expect(foldScore([text])).toMatchObject({ value: null, string_value: 'fine', data_type: 'TEXT', source: 'EVAL' });
  });
});

// biome-ignore lint/suspicious/noExplicitAny: JSON of any form
type Any = any;

/**
 * The rules of contract §2.3 written a second time, the other way round: a state that one event after another changes.
 */
function oracle(events: readonly EventRow[]): Record<string, unknown> {
  const distinct = events.filter(
    (one, i) => events.findIndex((o) => o.event_id === one.event_id && o.event_time === one.event_time) === i,
  );
  const keyed = distinct.map((one) => ({
    one,
    key: [String(one.event_time).padStart(20, '0'), one.event_type.includes('update') ? 'b' : 'a', one.event_id].join('|'),
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  const state: Record<string, unknown> = { metadata: {}, tags: [] };
  for (const { one } of keyed) {
    const body = JSON.parse(one.body);
    for (const [field, value] of Object.entries<Any>(body)) {
      const blank = value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0;
      if (blank && field !== 'input' && field !== 'output') continue;
      if (field === 'metadata') {
        if (value !== null)
          state.metadata = deepMerge(
            state.metadata as object,
            typeof value === 'object' && !Array.isArray(value) ? value : { metadata: value },
          );
      } else if (field === 'tags') state.tags = [...new Set([...(state.tags as string[]), ...(value ?? [])])].sort();
      else if (field === 'traceId') state.traceId ||= value;
      else if (field === 'input' || field === 'output') {
        const weak = blank || value === false || value === 0;
        if (value && !blank) Object.assign(state, { [field]: value, [`${field} is strong`]: true });
        else if (weak && !state[`${field} is strong`]) state[field] = value;
      } else if (['startTime', 'timestamp', 'environment'].includes(field)) continue;
      else state[field] = value;
    }
  }
  const first = keyed[0]!.one;
  const firstBody = JSON.parse(first.body);
  // Of an observation the first create says the start, whatever came before it.
  const teller = keyed.find(({ one }) => !one.event_type.includes('update'))?.one ?? first;
  const told = JSON.parse(teller.body)[first.entity === 'observation' ? 'startTime' : 'timestamp'];
  state.start = told ? Date.parse(told) * 1000 : teller.event_time;
  state.environment = firstBody.environment ?? 'default';
  return state;
}

function deepMerge(a: Any, b: Any): Any {
  const merged = { ...a };
  for (const key of Object.keys(b)) {
    const [x, y] = [a[key], b[key]];
    const both = x && y && typeof x === 'object' && typeof y === 'object' && !Array.isArray(x) && !Array.isArray(y);
    merged[key] = both ? deepMerge(x, y) : y;
  }
  return merged;
}

describe('any order', () => {
  const random = seededRandom(20260301);
  it.each(['observation', 'trace', 'score'] as const)('of events gives the same %s, the one that the rules say', (entity) => {
    const fold = { observation: foldObservation, trace: foldTrace, score: foldScore }[entity];
    for (let round = 0; round < 400; round++) {
      const events = randomEvents(random, 'p', entity, 'x');
      const row = fold(events) as unknown as Record<string, unknown>;
      for (let i = 0; i < 5; i++) {
        const again = [...shuffle(random, events), ...(random() < 0.5 ? [pick(random, events)] : [])];
        expect(fold(again)).toEqual(row);
      }
      const want = oracle(events);
      expect(row[entity === 'score' ? 'timestamp' : 'start_time'], JSON.stringify(events)).toBe(want.start);
      expect(row.name).toBe(want.name ?? '');
      expect(row.environment).toBe(want.environment);
      expect(Object.keys(row.metadata as object).sort()).toEqual(pathsOf(want.metadata as object).sort());
      if (entity === 'score') {
        expect(row.value).toBe(want.value);
        expect(row.comment).toBe(want.comment ?? '');
        expect(row.trace_id).toBe(want.traceId ?? '');
        continue;
      }
      expect(row.input).toBe(textOf(want.input));
      expect(row.output).toBe(textOf(want.output));
      expect(row.version).toBe(want.version ?? '');
      if (entity === 'trace') {
        expect(row.tags).toEqual(want.tags);
        expect(row.user_id).toBe(want.userId ?? '');
        expect(row.public).toBe(want.public ?? false);
      } else {
        if (want.traceId) expect(row.trace_id).toBe(want.traceId);
        expect(row.level).toBe(want.level ?? 'DEFAULT');
        expect(row.model).toBe(want.model ?? '');
        expect(row.parent_id).toBe(want.parentObservationId ?? '');
        const usage = (want.usage ?? {}) as Record<string, number>;
        const details = want.usageDetails ?? Object.fromEntries(Object.entries(usage).filter(([key]) => key !== 'totalCost'));
        expect(row.usage_details).toEqual(details);
        const end = want.endTime ? Date.parse(want.endTime as string) * 1000 : null;
        expect(row.end_time).toBe(end === null ? null : Math.max(end, want.start as number));
      }
    }
  });
});

const textOf = (value: unknown) =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

function pathsOf(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) && Object.keys(inner).length > 0
      ? pathsOf(inner, `${prefix}${key}.`)
      : [prefix + key],
  );
}
