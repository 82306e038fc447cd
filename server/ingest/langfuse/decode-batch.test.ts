import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { eventsOf } from '../facts.ts';
import { linkEdits } from '../link-prompts.ts';
import type { FindPrompt, Sender } from '../types.ts';
import { type BatchSettings, decodeBatch, readEnvelope } from './decode-batch.ts';
import { EVENT_KINDS } from './events.ts';
import type { ScoreConfigRule } from './score.ts';

const sender: Sender = {
  projectId: 'p1',
  publicKey: 'pk-1',
  scope: 'full',
  via: 'langfuse-batch',
  sdkName: 'langfuse-js',
  sdkVersion: '3.39.0',
};
const NOW = 1_800_000_000_000_000;
const at = '2026-11-21T12:00:00.5+02:00';

const configs: Record<string, ScoreConfigRule> = {
  range: { name: 'accuracy', dataType: 'NUMERIC', isArchived: false, minValue: 0, maxValue: 1 },
  moods: {
    name: 'mood',
    dataType: 'CATEGORICAL',
    isArchived: false,
    categories: [
      { label: 'good', value: 2 },
      { label: 'bad', value: 1 },
    ],
  },
  thumbs: { name: 'thumbs', dataType: 'BOOLEAN', isArchived: false },
  old: { name: 'old', dataType: 'NUMERIC', isArchived: true },
};
const findPrompt: FindPrompt = (_project, name, version) => (name === 'greet' && version === 2 ? 'prompt-2' : null);
const settings: BatchSettings = {
  findScoreConfig: (project, id) => (project === 'p1' ? (configs[id] ?? null) : null),
};

let serial = 0;
const event = (type: string, body: unknown, more: object = {}) => ({ id: `e${++serial}`, timestamp: at, type, body, ...more });
/** With what is written of the facts: the rows of the event log. */
const decode = async (batch: unknown[], from: Sender = sender) => {
  const { facts, ...decoded } = await decodeBatch(batch, from, NOW, settings);
  await linkEdits(facts.edits, from.projectId, findPrompt);
  return { ...decoded, events: eventsOf(facts, from, NOW) };
};
const bodyOf = async (type: string, body: unknown) => {
  const { answer, events } = await decode([event(type, body)]);
  expect(answer.errors).toEqual([]);
  return JSON.parse(events[0]!.body);
};

describe('readEnvelope', () => {
  it.each([null, 7, 'x', [], {}, { batch: 'x' }, { batch: {} }, { batch: null }])('refuses %j', (payload) => {
    expect(() => readEnvelope(payload)).toThrowError(expect.objectContaining({ status: 400, code: 'InvalidEnvelope' }));
  });
  it('reads what the SDK says of itself', () => {
    expect(readEnvelope({ batch: [], metadata: { sdk_name: 'python', sdk_version: '2.60.0', batch_size: 3 } })).toEqual({
      batch: [],
      sdkName: 'python',
      sdkVersion: '2.60.0',
    });
    for (const metadata of [undefined, null, 5, { sdk_name: 7 }]) {
      expect(readEnvelope({ batch: [1], metadata })).toEqual({ batch: [1], sdkName: '', sdkVersion: '' });
    }
  });
});

describe('decodeBatch', () => {
  it('takes every event type of the protocol', async () => {
    const bodies: Record<string, unknown> = {
      'score-create': { name: 'n', value: 1, traceId: 't' },
      'observation-create': { id: 'o', type: 'SPAN' },
      'observation-update': { id: 'o', type: 'EVENT' },
      'sdk-log': { log: { any: 'thing' } },
    };
    for (const type of Object.keys(EVENT_KINDS)) {
      const one = event(type, bodies[type] ?? { id: 'x', traceId: 't' });
      const { answer, events } = await decode([one]);
      expect(answer.errors, type).toEqual([]);
      expect(answer.successes, type).toEqual(type === 'sdk-log' ? [] : [{ id: one.id, status: 201 }]);
      expect(events.map((row) => row.event_type)).toEqual(type === 'sdk-log' ? [] : [type]);
    }
  });

  it('makes a row of the event log', async () => {
    const { events } = await decode([
      { id: 'ev', timestamp: at, type: 'span-create', body: { id: 'o1', traceId: 't1', startTime: at, environment: 'PROD' } },
    ]);
    expect(events).toEqual([
      {
        project_id: 'p1',
        entity: 'observation',
        entity_id: 'o1',
        event_id: 'ev',
        event_time: Date.UTC(2026, 10, 21, 10, 0, 0, 500) * 1000,
        event_type: 'span-create',
        body: JSON.stringify({ id: 'o1', traceId: 't1', startTime: '2026-11-21T10:00:00.500Z', environment: 'prod' }),
        api_key: 'pk-1',
        sdk_name: 'langfuse-js',
        sdk_version: '3.39.0',
        received_at: NOW,
      },
    ]);
  });

  it('keeps nulls, because they overwrite, and leaves out what was not sent', async () => {
    expect(
      await bodyOf('generation-update', { id: 'g', name: null, endTime: null, usage: null, level: null, surplus: 1 }),
    ).toEqual({
      id: 'g',
      name: null,
      endTime: null,
      usage: null,
      level: null,
    });
  });

  it('keeps any JSON as input, output and metadata', async () => {
    for (const value of [0, false, '', 'text', '5', [], {}, [1, { a: null }], { __proto__: null, constructor: 'x' }, null]) {
      const body = await bodyOf('trace-create', { id: 't', input: value, output: value, metadata: value });
      expect(body).toEqual(JSON.parse(JSON.stringify({ id: 't', input: value, output: value, metadata: value })));
    }
  });

  it('resolves the prompt link', async () => {
    expect(await bodyOf('generation-create', { id: 'g', promptName: 'greet', promptVersion: 2 })).toMatchObject({
      promptId: 'prompt-2',
    });
    expect(await bodyOf('generation-create', { id: 'g', promptName: 'greet', promptVersion: 9 })).toMatchObject({
      promptId: null,
    });
    expect(await bodyOf('generation-create', { id: 'g', promptName: null, promptVersion: null })).not.toHaveProperty('promptId');
  });

  it('keeps a trace or score without an id under the id of its event, so that a re-send is no second one', async () => {
    const one = event('trace-create', { name: 'n' });
    expect((await decode([one])).events[0]).toMatchObject({ entity: 'trace', entity_id: one.id });
    const score = event('score-create', { name: 'n', value: 1, traceId: 't', id: '' });
    expect((await decode([score])).events[0]).toMatchObject({ entity: 'score', entity_id: score.id });
  });

  it('puts creates before updates and keeps the order otherwise', async () => {
    const update = event('span-update', { id: 'a' });
    const first = event('span-create', { id: 'a' });
    const second = event('trace-create', { id: 't' });
    const { answer, events } = await decode([update, first, second]);
    expect(answer.successes.map(({ id }) => id)).toEqual([first.id, second.id, update.id]);
    expect(events.map((row) => row.event_id)).toEqual([first.id, second.id, update.id]);
  });

  const bad: [name: string, event: unknown, id: string, status: number, says: RegExp][] = [
    ['not an object', 7, 'unknown', 400, /event/],
    ['null', null, 'unknown', 400, /event/],
    ['an array', [], 'unknown', 400, /event/],
    ['no id', { timestamp: at, type: 'trace-create', body: {} }, 'unknown', 400, /event\.id/],
    ['empty id', { id: '', timestamp: at, type: 'trace-create', body: {} }, 'unknown', 400, /event\.id: must not be empty/],
    ['a carriage return', { id: 'a\rb', timestamp: at, type: 'trace-create', body: {} }, 'unknown', 400, /carriage/],
    ['no timestamp', { id: 'a', type: 'trace-create', body: {} }, 'a', 400, /event\.timestamp/],
    ['no offset', { id: 'a', timestamp: '2026-01-01T00:00:00', type: 'trace-create', body: {} }, 'a', 400, /event\.timestamp/],
    ['no type', { id: 'a', timestamp: at, body: {} }, 'a', 400, /event\.type/],
    ['unknown type', { id: 'a', timestamp: at, type: 'trace-delete', body: {} }, 'a', 400, /type: "trace-delete"/],
    ['a type of the prototype', { id: 'a', timestamp: at, type: 'constructor', body: {} }, 'a', 400, /type/],
    ['internal type', { id: 'a', timestamp: at, type: 'dataset-run-item-create', body: {} }, 'a', 400, /type/],
    ['no body', { id: 'a', timestamp: at, type: 'trace-create' }, 'a', 400, /event\.body/],
    ['a list as body', { id: 'a', timestamp: at, type: 'trace-create', body: [] }, 'a', 400, /event\.body/],
  ];
  it.each(bad)('refuses an envelope: %s', async (_name, one, id, status, says) => {
    const { answer, events } = await decode([one]);
    expect(events).toEqual([]);
    expect(answer).toEqual({
      successes: [],
      errors: [{ id, status, message: 'Invalid request data', error: expect.stringMatching(says) }],
    });
  });

  const badBodies: [type: string, body: unknown, field: string][] = [
    ['span-create', {}, 'body.id'],
    ['span-update', { id: null }, 'body.id'],
    ['generation-create', { traceId: 't' }, 'body.id'],
    ['event-create', { id: 5 }, 'body.id'],
    ['agent-create', {}, 'body.id'],
    ['span-create', { id: 'o', traceId: '' }, 'body.traceId'],
    ['span-create', { id: 'o', name: 5 }, 'body.name'],
    ['span-create', { id: 'o', startTime: 1763728496 }, 'body.startTime'],
    ['span-create', { id: 'o', endTime: 'soon' }, 'body.endTime'],
    ['span-create', { id: 'o', level: 'FATAL' }, 'body.level'],
    ['span-create', { id: 'o', statusMessage: {} }, 'body.statusMessage'],
    ['generation-create', { id: 'o', modelParameters: { a: { b: 1 } } }, 'body.modelParameters.a'],
    ['generation-create', { id: 'o', modelParameters: 'hot' }, 'body.modelParameters'],
    ['generation-create', { id: 'o', usageDetails: 5 }, 'body.usageDetails'],
    ['generation-create', { id: 'o', costDetails: { total: -1 } }, 'body.costDetails.total'],
    ['generation-create', { id: 'o', promptName: 'greet' }, 'body.promptVersion'],
    ['generation-update', { id: 'o', promptVersion: 1 }, 'body.promptName'],
    ['generation-create', { id: 'o', promptName: 'greet', promptVersion: 1.5 }, 'body.promptVersion'],
    ['observation-create', { id: 'o' }, 'body.type'],
    ['observation-create', { id: 'o', type: 'TRACE' }, 'body.type'],
    ['trace-create', { id: 't', tags: 'a' }, 'body.tags'],
    ['trace-create', { id: 't', public: 'yes' }, 'body.public'],
    ['trace-create', { id: 't', name: 'x'.repeat(1001) }, 'body.name'],
    ['trace-create', { id: 't', timestamp: 'x' }, 'body.timestamp'],
  ];
  it.each(badBodies)('%s %j names %s and spares its neighbour', async (type, body, field) => {
    const good = event('trace-create', { id: 'good' });
    const wrong = event(type, body);
    const { answer, events, refused } = await decode([wrong, good]);
    expect(answer.successes).toEqual([{ id: good.id, status: 201 }]);
    expect(answer.errors).toEqual([
      { id: wrong.id, status: 400, message: 'Invalid request data', error: expect.stringContaining(`${field}: `) },
    ]);
    expect(events.map((row) => row.entity_id)).toEqual(['good']);
    expect(refused).toMatchObject([{ index: 0, item: wrong.id, reason: /id$/i.test(field) ? 'invalid_id' : 'invalid_field' }]);
  });

  it('keeps a generation without its odd counts, and says which these are', async () => {
    const one = event('generation-create', {
      id: 'o',
      usage: { input: -2, output: 5 },
      usageDetails: { input: 10.5, output: 3, cached: 2 ** 63 },
    });
    const { answer, events, refused } = await decode([one]);
    const message =
      'usage.input is negative, usageDetails.input is not a whole number, usageDetails.cached is more than 1000000000: not counted';
    expect(answer).toEqual({ successes: [{ id: one.id, status: 201, message }], errors: [] });
    expect(JSON.parse(events[0]!.body)).toMatchObject({ usage: { output: 5, total: 5 }, usageDetails: { output: 3 } });
    expect(refused).toEqual([{ index: 0, item: one.id, reason: 'invalid_count', message, kept: true }]);
  });

  it('never repeats the sender’s texts in an error', async () => {
    const { answer } = await decode([event('span-create', { id: 'o', name: { secret: 'my prompt' }, level: 'my prompt' })]);
    expect(answer.errors).toHaveLength(1);
    expect(JSON.stringify(answer.errors)).not.toContain('my prompt');
  });

  it('refuses a body nested too deep, not the batch', async () => {
    let deep: unknown = 1;
    for (let n = 0; n < 100_000; n++) deep = [deep];
    let fine: unknown = 1;
    for (let n = 0; n < 400; n++) fine = { a: fine };
    const { answer } = await decode([
      event('trace-create', { id: 'a', input: deep }),
      event('trace-create', { id: 'b', input: fine }),
    ]);
    expect(answer.successes).toHaveLength(1);
    expect(answer.errors[0]?.error).toMatch(/nested deeper than 500/);
  });

  it('lets a public key alone write scores and logs only', async () => {
    const score = event('score-create', { name: 'n', value: 1, traceId: 't' });
    const trace = event('trace-create', { id: 't' });
    const log = event('sdk-log', { log: 1 });
    const { answer, events, refused } = await decode([trace, score, log], { ...sender, scope: 'scores' });
    expect(answer).toEqual({
      successes: [{ id: score.id, status: 201 }],
      errors: [{ id: trace.id, status: 401, message: 'Authentication error', error: expect.stringContaining('trace-create') }],
    });
    expect(events).toHaveLength(1);
    expect(refused[0]?.reason).toBe('unauthorized');
  });

  it('passes a failing look-up on, since that is no fault of the event', async () => {
    const broken = { ...settings, findScoreConfig: () => Promise.reject(new AppError(503, 'ServiceUnavailableError', 'down')) };
    const one = event('score-create', { name: 'n', value: 1, traceId: 't', configId: 'c' });
    await expect(decodeBatch([one], sender, NOW, broken)).rejects.toMatchObject({ status: 503 });
  });
});

describe('scores', () => {
  const target = { traceId: 't' };
  const kept: [name: string, body: object, expected: object][] = [
    ['number', { name: 'n', value: 0.5 }, { dataType: 'NUMERIC', value: 0.5, stringValue: '', source: 'API' }],
    ['string', { name: 'n', value: 'good' }, { dataType: 'CATEGORICAL', value: 0, stringValue: 'good' }],
    ['a word that no number is', { name: 'n', value: 'NaN', dataType: 'CATEGORICAL' }, { value: 0, stringValue: 'NaN' }],
    ['true', { name: 'n', value: 1, dataType: 'BOOLEAN' }, { value: 1, stringValue: 'True' }],
    ['false', { name: 'n', value: 0, dataType: 'BOOLEAN' }, { value: 0, stringValue: 'False' }],
    ['text', { name: 'n', value: 'x'.repeat(500), dataType: 'TEXT' }, { value: null, stringValue: 'x'.repeat(500) }],
    ['correction', { name: 'n', value: 'better', dataType: 'CORRECTION' }, { name: 'output', value: 0, stringValue: 'better' }],
    ['correction without name', { value: '', dataType: 'CORRECTION' }, { name: 'output', stringValue: '' }],
    ['config names it', { name: 'other', value: 0.5, configId: 'range' }, { name: 'accuracy', dataType: 'NUMERIC', value: 0.5 }],
    ['config knows the number', { name: 'm', value: 'good', configId: 'moods' }, { name: 'mood', value: 2, stringValue: 'good' }],
    ['config gives the type', { name: 'm', value: 1, configId: 'thumbs' }, { dataType: 'BOOLEAN', stringValue: 'True' }],
    ['an origin cannot be claimed', { name: 'n', value: 1, source: 'EVAL', authorUserId: 'root' }, { source: 'API' }],
    ['on an observation', { name: 'n', value: 1, observationId: 'o' }, { observationId: 'o', traceId: 't' }],
  ];
  it.each(kept)('%s', async (_name, body, expected) => {
    const settled = await bodyOf('score-create', { id: 's', ...target, ...body });
    expect(settled).toMatchObject(expected);
    expect(settled).not.toHaveProperty('authorUserId');
  });

  const refused: [name: string, body: object, status: number, says: string, reason?: string][] = [
    ['no target', { traceId: undefined, name: 'n', value: 1 }, 400, 'body.traceId: exactly one of'],
    ['two targets', { sessionId: 's', name: 'n', value: 1 }, 400, 'traceId and sessionId were'],
    [
      'observation without trace',
      { traceId: undefined, sessionId: 's', observationId: 'o', name: 'n', value: 1 },
      400,
      'body.observationId',
    ],
    ['no name', { value: 1 }, 400, 'body.name: must not be empty'],
    ['empty name', { name: '', value: 1 }, 400, 'body.name'],
    ['no value', { name: 'n' }, 400, 'body.value'],
    ['what is not a number', { name: 'n', value: 'NaN' }, 400, 'body.value: NaN is not a finite number'],
    ['what has no end', { name: 'n', value: '-Infinity' }, 400, 'body.value: -Infinity is not a finite number'],
    ['null value', { name: 'n', value: null }, 400, 'body.value'],
    ['a JSON boolean', { name: 'n', value: true }, 400, 'body.value'],
    ['text for a number', { name: 'n', value: '1', dataType: 'NUMERIC' }, 400, 'value: must be a number'],
    ['number for a category', { name: 'n', value: 1, dataType: 'CATEGORICAL' }, 400, 'value: must be a string'],
    ['-1 for a boolean', { name: 'n', value: -1, dataType: 'BOOLEAN' }, 400, 'value: must be 0 or 1'],
    ['0.5 for a boolean', { name: 'n', value: 0.5, dataType: 'BOOLEAN' }, 400, 'value: must be 0 or 1'],
    ['an empty text', { name: 'n', value: '', dataType: 'TEXT' }, 400, 'value: must have 1 to 500'],
    ['a long text', { name: 'n', value: 'x'.repeat(501), dataType: 'TEXT' }, 400, 'value: must have 1 to 500'],
    ['unknown type', { name: 'n', value: 1, dataType: 'STARS' }, 400, 'body.dataType'],
    ['correction of a session', { traceId: undefined, sessionId: 's', value: 'x', dataType: 'CORRECTION' }, 400, 'body.traceId'],
    ['correction with config', { value: 'x', dataType: 'CORRECTION', configId: 'moods' }, 400, 'body.configId'],
    ['unknown config', { name: 'n', value: 1, configId: 'nope' }, 404, 'configId: there is no', 'not_found'],
    ['below the range', { name: 'n', value: -0.1, configId: 'range' }, 400, 'value: -0.1 is below 0', 'score_config'],
    ['above the range', { name: 'n', value: 1.1, configId: 'range' }, 400, 'value: 1.1 is above 1', 'score_config'],
    ['no such category', { name: 'n', value: 'meh', configId: 'moods' }, 400, 'value: is none of', 'score_config'],
    [
      'another type',
      { name: 'n', value: 1, dataType: 'NUMERIC', configId: 'moods' },
      400,
      'dataType: must be CATEGORICAL',
      'score_config',
    ],
    ['archived', { name: 'n', value: 1, configId: 'old' }, 400, 'configId: the score config "old" is archived', 'score_config'],
  ];
  it.each(refused)('refuses %s', async (_name, body, status, says, reason) => {
    const decoded = await decode([event('score-create', { id: 's', ...target, ...body })]);
    expect(decoded.answer.errors).toMatchObject([{ status, error: expect.stringContaining(says) }]);
    expect(decoded.events).toEqual([]);
    if (reason) expect(decoded.refused[0]?.reason).toBe(reason);
  });
});
