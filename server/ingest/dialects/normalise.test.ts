import { describe, expect, it } from 'vitest';
import { foldTrace } from '../../store/analytics/traces/fold-trace.ts';
import { exampleSpan, NOW, rowOf, SENDER, START } from './example-span.ts';
import { isDirect, normaliseExport } from './normalise.ts';
import { IO_RULES } from './rules.ts';

describe('times', () => {
  it.each([
    [START, START + 5, START, START + 5],
    [null, START, START, START],
    [START, null, START, START],
    [null, null, NOW, NOW],
    [START, START - 5, START, START],
  ])('%s to %s', (startTime, endTime, start, end) => {
    const row = rowOf({}, { startTime, endTime });
    expect([row.start_time, row.end_time]).toEqual([start, end]);
  });
});

describe('status', () => {
  const exception = { name: 'exception', attributes: { 'exception.type': 'TimeoutError', 'exception.message': 'took too long' } };

  it('shows what was thrown when an error has no message', () => {
    expect(rowOf({}, { statusCode: 2, events: [exception] }).status_message).toBe('took too long');
    expect(
      rowOf({}, { statusCode: 2, events: [{ name: 'exception', attributes: { 'exception.type': 'TimeoutError' } }] })
        .status_message,
    ).toBe('TimeoutError');
  });

  it('prefers what was said', () => {
    expect(rowOf({}, { statusCode: 2, statusMessage: 'failed', events: [exception] }).status_message).toBe('failed');
    expect(rowOf({ 'langfuse.observation.status_message': 'said' }, { statusMessage: 'failed' }).status_message).toBe('said');
  });

  it('leaves a caught exception alone', () => {
    expect(rowOf({}, { statusCode: 1, events: [exception] }).status_message).toBe('');
  });
});

it('keeps events and links', () => {
  const row = rowOf(
    {},
    {
      events: [{ name: 'retry', attributes: { attempt: 2 } }],
      links: [{ traceId: 't', spanId: 's', attributes: new Map([['why', 'cause']]) }],
    },
  );
  expect(JSON.parse(row.events)).toEqual([{ name: 'retry', time: '2026-01-01T00:00:00.000Z', attributes: { attempt: 2 } }]);
  expect(JSON.parse(row.links)).toEqual([{ traceId: 't', spanId: 's', attributes: { why: 'cause' } }]);
});

it('keeps attributes that no field was read from, as text', () => {
  const row = rowOf({ count: 42, on: true, list: [1, 'a'], 'input.value': 'x' });
  expect(Object.entries(row.metadata).filter(([key]) => key.startsWith('attributes'))).toEqual([
    ['attributes.count', '42'],
    ['attributes.on', 'true'],
    ['attributes.list', '[1,"a"]'],
  ]);
  expect(rowOf({}).metadata.attributes).toBe('{}');
});

it('asks the twenty rules of contract §3.5, and the one of Mastra', () => {
  expect(IO_RULES).toHaveLength(21);
});

it.each([
  ['python', '4.0.0', true],
  ['python', '4.0.0-rc.1', true],
  ['python', '3.15.0', false],
  ['javascript', '5.1.0', true],
  ['javascript', '4.9.9', false],
  ['', '', false],
])('%s %s is direct: %s', (sdkName, sdkVersion, direct) => {
  expect(isDirect({ ...SENDER, sdkName, sdkVersion })).toBe(direct);
});

it('takes ingestion version 4 as direct', () => {
  expect(isDirect({ ...SENDER, ingestionVersion: 4 })).toBe(true);
  expect(isDirect({ ...SENDER, ingestionVersion: 3 })).toBe(false);
});

describe('the trace of an export', () => {
  const traceOf = (spans: ReturnType<typeof exampleSpan>[], sender = SENDER) =>
    foldTrace(normaliseExport({ spans, refused: [] }, sender, NOW).rows)!;
  const root = exampleSpan(
    {
      'langfuse.observation.input': 'question',
      'langfuse.observation.output': 'answer',
      'langfuse.observation.metadata.own': '1',
      custom: 'x',
    },
    { name: 'handle', spanId: 'aaaaaaaaaaaaaaaa' },
  );
  const child = (attributes: Record<string, string>) =>
    exampleSpan(
      { 'langfuse.observation.input': 'inner', ...attributes },
      { name: 'inner', spanId: 'bbbbbbbbbbbbbbbb', parent: 'aaaaaaaaaaaaaaaa', startTime: START + 10 },
    );

  it("has the root's texts, never a child's", () => {
    expect(traceOf([root, child({})])).toMatchObject({ name: 'handle', input: 'question', output: 'answer', timestamp: START });
  });

  it('has those of a span whose parent is not here, until it comes', () => {
    expect(traceOf([child({})])).toMatchObject({ name: 'inner', input: 'inner', output: null });
  });

  it('has what a child says of it', () => {
    const trace = traceOf([
      root,
      child({
        'langfuse.trace.name': 'named',
        'langfuse.trace.input': 'told',
        'user.id': 'u',
        'langfuse.trace.metadata.plan': 'pro',
      }),
    ]);
    expect(trace).toMatchObject({ name: 'named', input: 'told', output: 'answer', userId: 'u' });
    expect(trace.metadata.plan).toBe('pro');
  });

  it("has the root's own metadata only from direct senders, its attributes always", () => {
    const dual = traceOf([root]);
    expect([dual.metadata.own, dual.metadata['attributes.custom']]).toEqual([undefined, 'x']);
    const direct = traceOf([root], { ...SENDER, ingestionVersion: 4 });
    expect([direct.metadata.own, direct.metadata['attributes.custom']]).toEqual(['1', 'x']);
  });

  it('takes a marked span for its root where the parent is elsewhere', () => {
    for (const mark of ['langfuse.internal.as_root', 'langfuse.internal.is_app_root']) {
      expect(traceOf([child({ [mark]: 'true' })])).toMatchObject({ name: 'inner', input: 'inner' });
    }
  });
});
