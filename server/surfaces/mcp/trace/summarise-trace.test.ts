import { describe, expect, it } from 'vitest';
import type { ObservationNode } from '../../../../contract/observation.ts';
import type { TraceDetail } from '../../../../contract/trace.ts';
import type { StepTexts } from '../../../query/read-step-texts.ts';
import { endsOf } from './shorten.ts';
import { summariseTrace } from './summarise-trace.ts';

const node = (id: string, parentId: string | null, given: Partial<ObservationNode> = {}): ObservationNode => ({
  id,
  parentId,
  type: 'SPAN',
  name: id,
  level: 'DEFAULT',
  start: 0,
  duration: 10,
  firstToken: null,
  model: null,
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  totalCost: null,
  statusMessage: null,
  orphan: false,
  ...given,
});

const traceOf = (observations: ObservationNode[], given: Partial<TraceDetail> = {}): TraceDetail => ({
  id: 't',
  name: 'run',
  timestamp: '2026-05-01T12:00:00.000Z',
  latency: 1,
  totalCost: null,
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  observationCount: observations.length,
  errorCount: observations.filter(({ level }) => level === 'ERROR').length,
  warningCount: 0,
  level: 'DEFAULT',
  userId: null,
  sessionId: null,
  environment: 'default',
  version: null,
  release: null,
  tags: [],
  bookmarked: false,
  public: false,
  input: null,
  output: null,
  metadata: {},
  scores: [],
  observations,
  ...given,
});

/** Texts as the store would give them. */
const textsFrom =
  (texts: Record<string, { input?: string; output?: string }>, asked: string[][] = []) =>
  async (ids: readonly string[], most: number): Promise<StepTexts[]> => {
    asked.push([...ids]);
    const ends = (text = '') => endsOf(text, most);
    return ids.filter((id) => texts[id]).map((id) => ({ id, input: ends(texts[id]!.input), output: ends(texts[id]!.output) }));
  };

// biome-ignore lint/suspicious/noExplicitAny: tests assert on whatever came
const summarise = async (trace: TraceDetail, chars: number, texts = textsFrom({})): Promise<any> =>
  summariseTrace(trace, 'http://here/t', chars, texts);
const sizeOf = (value: unknown) => JSON.stringify(value, null, 2).length;

describe('a small trace', () => {
  const small = traceOf([
    node('root', null, { duration: 1000, type: 'AGENT' }),
    node('ask', 'root', {
      type: 'GENERATION',
      start: 5,
      duration: 900,
      model: 'gpt-5',
      totalCost: 0.0123,
      inputTokens: 120,
      outputTokens: 30,
      totalTokens: 150,
    }),
    node('look', 'ask', { type: 'TOOL', start: 10, duration: 300, level: 'ERROR', statusMessage: 'timed\nout' }),
  ]);

  it('is drawn whole, with the texts of all steps as values', async () => {
    const summary = await summarise(
      small,
      24_000,
      textsFrom({ root: { input: '{"q":1}', output: 'fine' }, ask: { output: '"x"' } }),
    );
    expect(summary.outline).toEqual([
      'AGENT root 1.00 s [root]',
      '  GENERATION ask (gpt-5) 900 ms, $0.0123, 120+30 tokens [ask]',
      '    TOOL look 300 ms, ERROR: timed out [look]',
    ]);
    expect(summary.errors).toEqual([
      { id: 'look', type: 'TOOL', name: 'look', path: 'root > ask', after: '10 ms', message: 'timed\nout' },
    ]);
    expect(summary).not.toHaveProperty('groups');
    expect(summary.steps).toEqual([
      { id: 'root', type: 'AGENT', name: 'root', input: { q: 1 }, output: 'fine' },
      { id: 'ask', type: 'GENERATION', name: 'ask', input: null, output: 'x' },
    ]);
    expect(summary.url).toBe('http://here/t');
    expect(summary).not.toHaveProperty('userId');
  });

  it('says how much of a long text is missing, and how to get it', async () => {
    const long = `BEGIN ${'x'.repeat(100_000)} END`;
    const summary = await summarise(small, 6000, textsFrom({ ask: { input: long, output: 'short' } }));
    const [{ input, output }] = summary.steps;
    expect(output).toBe('short');
    const [, head, missing, whole, tail] = /^(.*) …\[(\d+) of 100010 characters cut; whole: (.*)\]… (.*)$/s.exec(input)!;
    expect(head!.startsWith('BEGIN xx')).toBe(true);
    expect(tail!.endsWith('xx END')).toBe(true);
    expect(head!.length + Number(missing) + tail!.length).toBe(100_010);
    expect(whole).toBe('getObservation {"observationId":"ask","fields":["input"]}');
    expect(sizeOf(summary)).toBeLessThanOrEqual(6000);
    // The room is used, not only kept.
    expect(sizeOf(summary)).toBeGreaterThan(5000);
  });

  it('keeps its size when texts need escapes', async () => {
    const texts = textsFrom({ ask: { input: '"\n\u0001'.repeat(20_000), output: '世界😀'.repeat(9000) } });
    for (const chars of [3000, 5000, 50_000]) expect(sizeOf(await summarise(small, chars, texts))).toBeLessThanOrEqual(chars);
  });
});

describe('texts of a trace', () => {
  const one = [node('root', null)];

  it('of many megabytes keep their ends', async () => {
    const input = `BEGIN ${'😀'.repeat(5_000_000)} END`;
    const summary = await summarise(traceOf(one, { input }), 5000);
    expect(summary.input).toMatch(/^BEGIN 😀+ …\[\d+ of 5000010 characters cut; whole: .*\]… 😀+ END$/u);
    expect(sizeOf(summary)).toBeLessThanOrEqual(5000);
  });

  it('that are nested without end do not break the rest', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const texts = textsFrom({ root: { input: deep, output: 'fine' } });
    const summary = await summarise(traceOf(one, { input: JSON.parse(deep), output: 'seen' }), 390_000, texts);
    expect(summary).toMatchObject({ input: '[nested too deep to be shown]', output: 'seen', steps: [{ output: 'fine' }] });
    expect(summary.steps[0].input).toHaveLength(200_000);
  });
});

describe('a trace of 50,000 steps', () => {
  const steps = [node('root', null, { duration: 100_000, type: 'AGENT', name: 'agent' })];
  for (let i = 1; i < 50_000; i++) {
    const parent = i % 10 === 1 ? 'root' : `s${i - (i % 10 === 0 ? 9 : (i % 10) - 1)}`;
    steps.push(
      node(`s${i}`, parent, {
        start: i,
        duration: 5,
        name: i % 10 === 1 ? 'turn' : 'search',
        type: i % 10 === 1 ? 'SPAN' : 'TOOL',
      }),
    );
  }
  steps[40_005] = { ...steps[40_005]!, level: 'ERROR', statusMessage: 'no such index' };
  steps[20_002] = { ...steps[20_002]!, duration: 4321 };
  steps[30_003] = { ...steps[30_003]!, totalCost: 1.5 };
  const large = traceOf(steps);

  it('shows errors, slow and costly steps, groups, and keeps its size', async () => {
    for (const chars of [3000, 6000, 24_000, 100_000]) {
      const began = performance.now();
      const summary = await summarise(large, chars, textsFrom({ s40005: { input: 'index X', output: 'boom' } }));
      expect(performance.now() - began).toBeLessThan(15_000);
      expect(sizeOf(summary), `${chars} characters`).toBeLessThanOrEqual(chars);
      expect(summary.errors).toEqual([
        { id: 's40005', type: 'TOOL', name: 'search', path: 'agent > turn', after: '40.0 s', message: 'no such index' },
      ]);
      expect(summary.slowest[0]).toMatch(/of its own: AGENT agent/);
      expect(summary.costliest).toEqual(['TOOL search 5 ms, $1.50 [s30003]']);
      expect(summary.groups[0]).toMatchObject({ type: 'TOOL', name: 'search', count: 44_999, errors: 1 });
      expect(summary.more.join()).toContain('steps have no line of their own');
      if (chars >= 6000) {
        expect(summary.slowest[1]).toBe('4.32 s of its own: TOOL search 4.32 s [s20002]');
        expect(summary.steps.find(({ id }: { id: string }) => id === 's40005')).toMatchObject({
          input: 'index X',
          output: 'boom',
        });
        expect(summary.outline.join('\n')).toContain('[s40005]');
        expect(summary.outline.join('\n')).toContain('[s20002]');
      }
    }
  });

  it('counts every step once: those with a line, those counted together, and those below', async () => {
    const { outline } = await summarise(large, 24_000);
    let counted = 0;
    for (const line of outline as string[]) {
      const together = /^\s*… (\d+) more/.exec(line);
      const below = /(\d+) more below\)$/.exec(line);
      counted += (together ? Number(together[1]) : 1) + (below ? Number(below[1]) : 0);
    }
    expect(counted).toBe(50_000);
  });
});

describe('odd trees', () => {
  it('a chain of 50,000 steps', async () => {
    const chain = Array.from({ length: 50_000 }, (_, i) => node(`s${i}`, i === 0 ? null : `s${i - 1}`));
    chain[49_999] = { ...chain[49_999]!, level: 'ERROR' };
    const summary = await summarise(traceOf(chain), 8000);
    expect(sizeOf(summary)).toBeLessThanOrEqual(8000);
    expect(summary.errors[0].path).toBe('s0 > s1 > … 49995 more … > s49997 > s49998');
    expect(summary.outline[0]).toBe('SPAN s0 10 ms [s0]');
  });

  it('parents in a ring, a step that is its own parent, a parent that never came', async () => {
    const odd = [node('a', 'b'), node('b', 'a'), node('c', 'c'), node('d', 'gone', { orphan: true })];
    const { outline } = await summarise(traceOf(odd), 8000);
    expect(outline.map((line: string) => line.trim())).toHaveLength(4);
    for (const id of ['a', 'b', 'c', 'd']) expect(outline.join('\n')).toContain(`[${id}]`);
  });

  it('no steps at all', async () => {
    const summary = await summarise(traceOf([], { input: { q: 'hi' } }), 4000);
    expect(summary).toMatchObject({ input: { q: 'hi' }, outline: [], steps: [] });
  });

  it('self time is what no child covers, children overlapping', async () => {
    const parallel = [
      node('p', null, { duration: 100 }),
      node('x', 'p', { start: 10, duration: 40 }),
      node('y', 'p', { start: 30, duration: 40 }),
      node('z', 'p', { start: 90, duration: 400 }),
    ];
    const many = Array.from({ length: 400 }, (_, i) => node(`m${i}`, 'x', { start: 10, duration: 0.01 }));
    const { slowest } = await summarise(traceOf([...parallel, ...many]), 20_000);
    // 100 - (10..70) - (90..100) = 30
    expect(slowest).toContain('30 ms of its own: SPAN p 100 ms [p]');
  });
});
