import { describe, expect, it } from 'vitest';
import { emptyObservation, type ObservationRow } from '../rows.ts';
import { foldTrace } from './fold-trace.ts';

const SECOND = 1_000_000;

const row = (id: string, given: Partial<ObservationRow> = {}): ObservationRow => ({
  ...emptyObservation('p', 't', id),
  parent_id: 'root',
  start_time: SECOND,
  end_time: 2 * SECOND,
  via: 'otlp-http',
  ...given,
});

const root = (given: Partial<ObservationRow> = {}) => row('root', { parent_id: '', name: 'handle', ...given });

it('is null for no rows', () => {
  expect(foldTrace([])).toBeNull();
});

it('does not depend on the order of rows', () => {
  const rows = [
    root({ input: 'i', metadata: { 'attributes.a': '1', own: 'x' }, tags: ['b'] }),
    row('c1', { user_id: 'early', start_time: 2 * SECOND, tags: ['a', 'b'], total_cost: 0.5 }),
    row('c2', { user_id: 'late', start_time: 3 * SECOND, end_time: 9 * SECOND, level: 'WARNING', trace_metadata: { k: 'v' } }),
  ];
  const folded = foldTrace(rows)!;
  expect(foldTrace([rows[2]!, rows[0]!, rows[1]!])).toEqual(folded);
  expect(folded).toMatchObject({
    id: 't',
    name: 'handle',
    timestamp: SECOND,
    userId: 'early',
    tags: ['a', 'b'],
    input: 'i',
    output: null,
    level: 'WARNING',
    totalCost: 0.5,
    latency: 8,
    observationCount: 3,
    warningCount: 1,
    rootObservationId: 'root',
    metadata: { 'attributes.a': '1', k: 'v' },
  });
});

describe('name', () => {
  it("is what was said, else the root's, else the first step's", () => {
    expect(foldTrace([root(), row('c', { trace_name: 'said' })])!.name).toBe('said');
    expect(foldTrace([row('c', { name: 'inner' }), root({ start_time: 5 * SECOND })])!.name).toBe('handle');
    expect(foldTrace([row('b', { name: 'second', start_time: 3 * SECOND }), row('c', { name: 'first' })])!.name).toBe('first');
    expect(foldTrace([row('c', { name: 'other' }), row('d', { name: 'marked', is_app_root: true })])!.name).toBe('marked');
  });
});

describe('input and output', () => {
  it("are the TRACE row's, else what any row says of the trace, else the root's", () => {
    const said = row('t', { type: 'TRACE', parent_id: '', input: 'of trace', via: 'langfuse-batch' });
    const told = row('c', { trace_input: 'told', input: 'own' });
    expect(foldTrace([root({ input: 'of root' }), told, said])!.input).toBe('of trace');
    expect(foldTrace([root({ input: 'of root' }), told])!.input).toBe('told');
    expect(foldTrace([root({ input: 'of root' }), row('c', { input: 'own' })])!.input).toBe('of root');
    expect(foldTrace([root(), row('c', { input: 'own' })])!.input).toBeNull();
  });

  it('of a root that came by the batch protocol stay its own', () => {
    expect(foldTrace([root({ input: 'of root', via: 'langfuse-batch' })])!.input).toBeNull();
  });
});

describe('timestamp', () => {
  it("is the TRACE row's, else the first start", () => {
    expect(foldTrace([root({ start_time: 5 * SECOND }), row('c', { start_time: 4 * SECOND })])!.timestamp).toBe(4 * SECOND);
    expect(foldTrace([root(), row('t', { type: 'TRACE', parent_id: '', start_time: 7 * SECOND })])!.timestamp).toBe(7 * SECOND);
  });
});

describe('version', () => {
  it('is that of whoever speaks for the trace', () => {
    expect(foldTrace([root({ version: '1' }), row('c', { version: '2' })])!.version).toBe('1');
    expect(foldTrace([root({ version: '1' }), row('c', { version: '2', user_id: 'u', start_time: 2 * SECOND })])!.version).toBe(
      '1',
    );
    expect(foldTrace([root(), row('c', { version: '2' })])!.version).toBe('2');
    expect(foldTrace([root(), row('c', { version: '2', via: 'langfuse-batch' })])!.version).toBeNull();
  });
});

it('prefers an environment that was told', () => {
  expect(foldTrace([root({ environment: 'production' }), row('c', { start_time: 3 * SECOND })])!.environment).toBe('production');
  expect(foldTrace([root()])!.environment).toBe('default');
});

it('of nothing but a TRACE row has no latency, cost or steps', () => {
  expect(foldTrace([row('t', { type: 'TRACE', parent_id: '', name: 'n', metadata: { a: '1' } })])).toMatchObject({
    name: 'n',
    latency: null,
    totalCost: null,
    observationCount: 0,
    level: 'DEFAULT',
    metadata: { a: '1' },
  });
});

it('is not ended while no step is', () => {
  expect(foldTrace([root({ end_time: null })])!.latency).toBeNull();
  expect(foldTrace([root({ end_time: null }), row('c', { start_time: 4 * SECOND, end_time: null }), row('d')])!.latency).toBe(3);
});

it('lets what a person settled in the app stand, whatever spans say', () => {
  const spans = [root({ tags: ['a', 'b'], public: true }), row('c', { tags: ['c'], start_time: 9 * SECOND })];
  const edit = (given: Partial<ObservationRow>) => row('t', { type: 'TRACE', parent_id: '', via: 'langfuse-batch', ...given });
  expect(foldTrace([...spans, edit({ tags: ['z'], edited: ['tags'] })])).toMatchObject({ tags: ['z'], public: true });
  expect(foldTrace([...spans, edit({ edited: ['tags', 'public'] })])).toMatchObject({ tags: [], public: false });
  expect(foldTrace([...spans, edit({ tags: ['z'] })])).toMatchObject({ tags: ['a', 'b', 'c', 'z'] });
});

describe('what is one value of the whole trace', () => {
  const fields = {
    environment: 'environment',
    user_id: 'userId',
    session_id: 'sessionId',
    release: 'release',
    version: 'version',
  };
  const saying = (word: string) => Object.fromEntries(Object.keys(fields).map((column) => [column, `${word}-${column}`]));
  const service = (word: string, given: Partial<ObservationRow>) =>
    row(word, { ...saying(word), trace_name: word, service_name: word, ...given });
  const early = service('early', { start_time: 0 });
  const late = service('late', { start_time: 9 * SECOND });
  const top = service('root', { id: 'root', parent_id: '', start_time: 2 * SECOND });
  const silent = root({ start_time: 2 * SECOND });
  const event = service('said', { id: 't', type: 'TRACE', parent_id: '', via: 'langfuse-batch' });

  it.each([
    ['what was said of the trace', 'said', [late, event, top, early]],
    ['what the root says', 'root', [late, top, early]],
    ['what the first step says that says something', 'early', [late, silent, early, row('mute')]],
    ['what the only other service says', 'late', [silent, late]],
  ] as const)('is %s', (_, word, rows) => {
    const wanted = Object.fromEntries(Object.entries(fields).map(([column, field]) => [field, `${word}-${column}`]));
    for (const order of [rows, rows.toReversed()]) expect(foldTrace(order)).toMatchObject({ ...wanted, name: word });
  });
});

describe('a step whose parent is not here', () => {
  const orphan = (id: string, given: Partial<ObservationRow> = {}) =>
    row(id, { parent_id: 'elsewhere', name: `name of ${id}`, input: `input of ${id}`, output: `output of ${id}`, ...given });
  const saysOf = (...rows: ObservationRow[]) => {
    const { name, input, output, rootObservationId } = foldTrace(rows)!;
    return [rootObservationId, name, input, output];
  };
  const of = (id: string) => [id, `name of ${id}`, `input of ${id}`, `output of ${id}`];

  it('is the root until the parent comes', () => {
    expect(saysOf(orphan('a'), orphan('b', { start_time: 0 }))).toEqual(of('b'));
    const parent = row('elsewhere', { parent_id: '', name: 'top', input: 'asked', output: 'told' });
    expect(saysOf(orphan('a'), parent, orphan('b', { start_time: 0 }))).toEqual(['elsewhere', 'top', 'asked', 'told']);
  });

  it('may be its own parent, or stand in a ring', () => {
    expect(saysOf(orphan('a', { parent_id: 'a' }))).toEqual(of('a'));
    expect(saysOf(orphan('b', { parent_id: 'a' }), orphan('a', { parent_id: 'b' }))).toEqual(of('a'));
  });

  it('does not speak for the trace when it is a generation of a Langfuse SDK, which names parents of other processes', () => {
    const generation = orphan('a', { type: 'GENERATION', scope_name: 'langfuse-sdk' });
    expect(saysOf(generation)).toEqual(['a', 'name of a', null, null]);
    expect(saysOf({ ...generation, is_app_root: true })).toEqual(of('a'));
    expect(saysOf({ ...generation, scope_name: 'other' })).toEqual(of('a'));
  });
});

it('of several requests under one id is named after the first, which gives question and answer', () => {
  const request = (id: string, second: number, given: Partial<ObservationRow> = {}) =>
    row(id, { parent_id: '', name: id, input: `${id}?`, output: `${id}!`, start_time: second * SECOND, ...given });
  const rows = [request('third', 9), request('first', 1), request('second', 5)];
  expect(foldTrace(rows)).toMatchObject({ name: 'first', input: 'first?', output: 'first!' });
  expect(foldTrace([request('first', 1, { output: '' }), request('second', 5)])).toMatchObject({ input: 'first?', output: null });
  expect(foldTrace([request('first', 1, { input: '', output: '' }), request('second', 5)])).toMatchObject({ input: 'second?' });
});

it('counts what two steps say of one call once', () => {
  const said = { input_tokens: 1000, output_tokens: 100, total_tokens: 1100, cost_details: { input: 0.0025, output: 0.001 } };
  const call = row('call', { type: 'GENERATION', model: 'gpt-4o', total_cost: 0.0035, ...said });
  const agent = root({ type: 'AGENT', model: 'gpt-4o', total_cost: 0.0035, ...said });
  for (const rows of [
    [call, agent],
    [agent, call],
  ]) {
    const folded = foldTrace(rows)!;
    expect(folded).toMatchObject({
      totalCost: 0.0035,
      inputCost: 0.0025,
      outputCost: 0.001,
      inputTokens: 1000,
      totalTokens: 1100,
    });
    expect([...folded.repeats.keys()]).toEqual(['root']);
  }
  expect(foldTrace([agent])).toMatchObject({ totalCost: 0.0035, totalTokens: 1100 });
});
