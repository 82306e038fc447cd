import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservationType } from '../observation.ts';
import { modelFamily } from './model-family.ts';
import { findRepeats, type UsageStep } from './repeats.ts';

interface Told {
  type?: ObservationType;
  under?: string;
  in?: number;
  out?: number;
  total?: number;
  cost?: number;
  stated?: true;
  estimated?: true;
  model?: string;
  response?: string;
  at?: number;
  until?: number;
  failed?: true;
}

function step(id: string, told: Told = {}): UsageStep {
  const input = told.in ?? 0;
  const output = told.out ?? 0;
  return {
    id,
    parentId: told.under ?? '',
    type: told.type ?? 'GENERATION',
    responseId: told.response ?? '',
    model: told.model ?? 'gpt-4o',
    usage: { input, output, total: told.total ?? input + output },
    cost: told.cost ?? null,
    costProvided: told.stated ?? false,
    estimated: told.estimated ?? false,
    startTime: told.at ?? 0,
    endTime: told.until ?? (told.at ?? 0) + 10,
    level: told.failed ? 'ERROR' : 'DEFAULT',
  };
}

const trace = (steps: Record<string, Told>): UsageStep[] => Object.entries(steps).map(([id, told]) => step(id, told));

/** What the trace comes to. */
function sums(steps: readonly UsageStep[]) {
  const repeats = findRepeats(steps);
  let tokens = 0;
  let cost = 0;
  for (const one of steps) {
    if (!repeats.get(one.id)?.usage) tokens += one.usage.total;
    if (!repeats.get(one.id)?.cost) cost += one.cost ?? 0;
  }
  return { tokens, cost: Number(cost.toPrecision(9)) };
}

describe('one call counts once', () => {
  const cases: [name: string, steps: Record<string, Told>, tokens: number, cost: number][] = [
    ['an agent alone', { a: { type: 'AGENT', in: 1000, out: 100, cost: 0.0035 } }, 1100, 0.0035],
    [
      'an agent with a stated cost and only tools below it',
      { a: { type: 'AGENT', in: 1000, out: 100, cost: 0.42, stated: true }, t: { type: 'TOOL', under: 'a', model: '' } },
      1100,
      0.42,
    ],
    [
      'an agent that repeats its call',
      { a: { type: 'AGENT', in: 1000, out: 100, cost: 0.0035 }, g: { under: 'a', in: 1000, out: 100, cost: 0.0035 } },
      1100,
      0.0035,
    ],
    [
      'a workflow of an agent of two calls, each with the sum',
      {
        w: { type: 'CHAIN', in: 300, out: 30, cost: 3 },
        a: { type: 'AGENT', under: 'w', in: 300, out: 30, cost: 3 },
        g: { under: 'a', in: 100, out: 10, cost: 1 },
        h: { under: 'a', in: 200, out: 20, cost: 2 },
      },
      330,
      3,
    ],
    [
      'an agent without a model that sums up its steps (smolagents)',
      {
        a: { type: 'AGENT', model: '', in: 3000, out: 300 },
        s: { type: 'CHAIN', under: 'a', model: '' },
        g: { under: 's', in: 1000, out: 100, cost: 1 },
        t: { type: 'CHAIN', under: 'a', model: '' },
        h: { under: 't', in: 2000, out: 200, cost: 2 },
      },
      3300,
      3,
    ],
    [
      'a chain that tells its last call only',
      { c: { type: 'CHAIN', in: 10, out: 1 }, g: { under: 'c', in: 90, out: 9 }, h: { under: 'c', in: 10, out: 1 } },
      110,
      0,
    ],
    [
      'a sum that runs on over several runs, all calls of which tell',
      { a: { type: 'AGENT', in: 6696, out: 168 }, g: { under: 'a', in: 2120, out: 57, cost: 1 } },
      2177,
      1,
    ],
    [
      'an agent one call of which tells nothing: the larger side',
      {
        a: { type: 'AGENT', in: 1000, out: 100, cost: 10 },
        g: { under: 'a', in: 400, out: 40, cost: 4 },
        h: { under: 'a' },
      },
      1100,
      10,
    ],
    [
      'an agent one call of which failed: what the other tells',
      {
        a: { type: 'AGENT', in: 1000, out: 100, cost: 10 },
        g: { under: 'a', in: 400, out: 40, cost: 4 },
        h: { under: 'a', failed: true },
      },
      440,
      4,
    ],
    [
      'an agent that nobody instruments, with a tool that asks a model',
      {
        a: { type: 'AGENT', model: 'claude-sonnet-4-5', in: 10000, out: 100, cost: 0.42, stated: true },
        t: { type: 'TOOL', under: 'a', model: '' },
        g: { under: 't', model: 'claude-sonnet-4-5', in: 500, out: 50, cost: 0.01 },
      },
      10650,
      0.43,
    ],
    [
      'an agent whose only calls here are of another model',
      {
        a: { type: 'AGENT', model: 'claude-sonnet-4-5', in: 10000, out: 100, cost: 4 },
        g: { under: 'a', model: 'gpt-4o-mini', in: 500, out: 50, cost: 1 },
      },
      10650,
      5,
    ],
    [
      'a root with the sum of everything, tools too',
      {
        w: { type: 'CHAIN', in: 300, out: 30 },
        g: { under: 'w', in: 100, out: 10 },
        t: { type: 'TOOL', under: 'w', model: '' },
        h: { under: 't', in: 200, out: 20 },
      },
      330,
      0,
    ],
    [
      'one call told by its parent and its child',
      { g: { in: 109, out: 62, cost: 1 }, h: { under: 'g', in: 109, out: 62, cost: 1, response: 'msg' } },
      171,
      1,
    ],
    [
      'a call that asks a judge of another model with the very same counts',
      {
        g: { in: 100, out: 10, cost: 1 },
        j: { under: 'g', model: 'gpt-4o-mini', in: 100, out: 10, cost: 0.1 },
      },
      220,
      1.1,
    ],
    ['a call inside a call', { g: { in: 100, out: 10, cost: 1 }, h: { under: 'g', in: 50, out: 5, cost: 0.5 } }, 165, 1.5],
    [
      'a call that sums up its parts',
      {
        g: { in: 300, out: 30, cost: 3 },
        h: { under: 'g', in: 100, out: 10, cost: 1 },
        i: { under: 'g', in: 200, out: 20, cost: 2 },
      },
      330,
      3,
    ],
    [
      'a router that states the cost of the call below it',
      { g: { model: 'smart', in: 10, out: 1, cost: 0.5, stated: true }, h: { under: 'g', in: 10, out: 1, cost: 0.7 } },
      11,
      0.5,
    ],
    [
      'the same in three layers',
      {
        f: { in: 10, out: 1, cost: 0.6 },
        g: { under: 'f', in: 10, out: 1, cost: 0.5, stated: true },
        h: { under: 'g', in: 10, out: 1, cost: 0.7 },
      },
      11,
      0.5,
    ],
    [
      'the same in three layers, the innermost without a price',
      {
        f: { in: 10, out: 1, cost: 0.6 },
        g: { under: 'f', in: 10, out: 1, cost: 0.5 },
        h: { under: 'g', in: 10, out: 1 },
      },
      11,
      0.5,
    ],
    [
      'one response, told by two who do not know each other',
      { g: { in: 100, out: 10, cost: 1, response: 'r' }, h: { in: 100, out: 10, response: 'r', at: 5 } },
      110,
      1,
    ],
    [
      'one response, one of the two counts less of it',
      { g: { in: 100, out: 10, cost: 1, response: 'r' }, h: { in: 100, out: 0, cost: 0.9, response: 'r', at: 5 } },
      110,
      1,
    ],
    [
      'a server that gives every answer the same id',
      { g: { in: 100, out: 10, cost: 1, response: 'r' }, h: { in: 70, out: 7, cost: 0.7, response: 'r', at: 50 } },
      187,
      1.7,
    ],
    [
      'two equal calls beside each other',
      { c: { type: 'CHAIN', model: '' }, g: { under: 'c', in: 10, out: 1 }, h: { under: 'c', in: 10, out: 1 } },
      22,
      0,
    ],
    [
      'a note on the call beside it (AG2)',
      {
        a: { type: 'AGENT' },
        g: { under: 'a', in: 83, out: 91, cost: 1, at: 1 },
        n: { under: 'a', type: 'SPAN', in: 83, out: 91, cost: 1, at: 2 },
      },
      174,
      1,
    ],
    [
      'a stated cost over calls of which none has one',
      { a: { type: 'AGENT', model: '', cost: 0.42, stated: true }, g: { under: 'a', in: 10, out: 1 } },
      11,
      0.42,
    ],
    [
      'a stated cost over calls of which one has none',
      {
        a: { type: 'AGENT', model: '', cost: 0.42, stated: true },
        g: { under: 'a', in: 10, out: 1, cost: 0.1 },
        h: { under: 'a', in: 10, out: 2, model: 'my-own' },
      },
      23,
      0.42,
    ],
    [
      'a stated cost over calls that all have one',
      { a: { type: 'AGENT', model: '', cost: 0.42, stated: true }, g: { under: 'a', in: 10, out: 1, cost: 0.41 } },
      11,
      0.41,
    ],
    [
      'an estimate above a call that tells (LlamaIndex)',
      { p: { in: 450, out: 12, cost: 1, estimated: true }, g: { under: 'p', in: 224, out: 44, cost: 0.9 } },
      268,
      0.9,
    ],
    [
      'an estimate below an agent that tells',
      { a: { type: 'AGENT', in: 1000, out: 100, cost: 10 }, g: { under: 'a', in: 900, out: 80, cost: 9, estimated: true } },
      1100,
      10,
    ],
    [
      'an estimate above an estimate',
      { p: { in: 450, out: 12, cost: 1, estimated: true }, g: { under: 'p', in: 224, out: 44, cost: 0.9, estimated: true } },
      268,
      0.9,
    ],
    ['an estimate alone', { g: { in: 224, out: 44, cost: 0.9, estimated: true }, s: { type: 'SPAN' } }, 268, 0.9],
    [
      'an estimate whose cost was stated',
      { p: { in: 450, out: 12, cost: 1, stated: true, estimated: true }, g: { under: 'p', in: 224, out: 44 } },
      268,
      1,
    ],
    [
      'a total without sides',
      { a: { type: 'AGENT', total: 50 }, g: { under: 'a', total: 20 }, h: { under: 'a', total: 30 } },
      50,
      0,
    ],
  ];
  it.each(cases)('%s', (_name, steps, tokens, cost) => {
    const given = trace(steps);
    expect(sums(given)).toEqual({ tokens, cost });
    expect(sums(given.toReversed())).toEqual({ tokens, cost });
  });

  it('says of what a step is a repeat, and why', () => {
    const found = findRepeats(
      trace({
        w: { type: 'CHAIN', in: 300, out: 30 },
        g: { under: 'w', in: 100, out: 10 },
        h: { under: 'w', in: 200, out: 20 },
        i: { under: 'h', in: 200, out: 20, estimated: true },
        x: { in: 100, out: 10, response: 'r', at: 1 },
        y: { in: 100, out: 9, response: 'r', at: 2 },
      }),
    );
    expect(Object.fromEntries(found)).toEqual({
      w: { of: 'descendants', reason: 'sum of descendants', usage: true, cost: false },
      i: { of: 'h', reason: 'estimated', usage: true, cost: false },
      y: { of: 'x', reason: 'same response', usage: true, cost: false },
    });
  });
});

describe('traces of any shape', () => {
  const WRAPPERS = ['AGENT', 'CHAIN', 'SPAN'] as const;

  /**
   * Calls with counts of their own in a random tree of wrappers, each of which may repeat the sum of the calls below it, and calls that a
   * second instrumentation tells again.
   */
  const generated = fc
    .array(
      fc.record({
        parent: fc.nat(),
        kind: fc.constantFrom('call', 'call', 'told twice', ...WRAPPERS),
        repeats: fc.boolean(),
        input: fc.integer({ min: 1, max: 100_000 }),
        output: fc.integer({ min: 1, max: 10_000 }),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map((plan) => {
      const steps: UsageStep[] = [];
      const wrappers: UsageStep[] = [];
      let truth = 0;
      plan.forEach(({ parent, kind, input, output }, at) => {
        const under = wrappers.length === 0 ? '' : wrappers[parent % wrappers.length]!.id;
        if (kind !== 'call' && kind !== 'told twice') {
          wrappers.push(step(`w${at}`, { type: kind, under, at, until: 1000 }));
          return;
        }
        // Counts that no other sum comes to by chance.
        const told = { in: input * 100 + at, out: output * 100 + at, cost: input, at: at * 20 };
        steps.push(step(`g${at}`, { ...told, under }));
        if (kind === 'told twice') steps.push(step(`h${at}`, { ...told, under: `g${at}` }));
        truth += told.in + told.out;
      });
      const callsBelow = (id: string): UsageStep[] =>
        [...steps, ...wrappers]
          .filter((one) => one.parentId === id)
          .flatMap((one) => (one.id.startsWith('g') ? [one] : one.id.startsWith('w') ? callsBelow(one.id) : []));
      const sumsUp = wrappers.map((wrapper) => {
        if (!plan[Number(wrapper.id.slice(1))]!.repeats) return wrapper;
        const calls = callsBelow(wrapper.id);
        const usage = { input: 0, output: 0, total: 0 };
        for (const call of calls) for (const key of ['input', 'output', 'total'] as const) usage[key] += call.usage[key];
        return { ...wrapper, usage, cost: calls.length > 0 ? calls.reduce((sum, call) => sum + call.cost!, 0) : null };
      });
      return { steps: [...steps, ...sumsUp], truth };
    });

  it('the total is what the calls tell', () => {
    fc.assert(
      fc.property(generated, ({ steps, truth }) => {
        expect(sums(steps).tokens).toBe(truth);
        expect(sums(steps).cost).toBeCloseTo(
          steps.filter(({ id }) => id.startsWith('g')).reduce((sum, { cost }) => sum + cost!, 0),
          6,
        );
      }),
    );
  });

  const anything = fc.array(
    fc.record({
      id: fc.constantFrom(...'abcdefghij'),
      under: fc.constantFrom('', ...'abcdefghijx'),
      type: fc.constantFrom<ObservationType>('SPAN', 'GENERATION', 'AGENT', 'TOOL', 'CHAIN', 'EMBEDDING', 'EVENT'),
      model: fc.constantFrom('', 'gpt-4o', 'gpt-4o-2024-08-06', 'claude-sonnet-4-5'),
      response: fc.constantFrom('', '', 'r', 's'),
      in: fc.constantFrom(0, 1, 2, 3, 5),
      out: fc.constantFrom(0, 1, 2, 3),
      cost: fc.constantFrom(undefined, 0, 0.1, 0.2, 0.3),
      stated: fc.constantFrom(undefined, true as const),
      estimated: fc.constantFrom(undefined, true as const),
      at: fc.nat({ max: 5 }),
      until: fc.nat({ max: 9 }),
    }),
    { maxLength: 14 },
  );
  const unique = anything.map((list) => {
    const byId = new Map(list.map(({ id, ...told }) => [id, { ...told, cost: told.cost as number }]));
    return [...byId].map(([id, told]) => step(id, told));
  });

  it('does not mind the order of steps, nor rings', () => {
    fc.assert(
      fc.property(
        unique.chain((steps) => fc.tuple(fc.constant(steps), fc.shuffledSubarray(steps, { minLength: steps.length }))),
        ([steps, shuffled]) => {
          const sorted = (found: Map<string, unknown>) => [...found].sort(([a], [b]) => (a < b ? -1 : 1));
          expect(sorted(findRepeats(shuffled))).toEqual(sorted(findRepeats(steps)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('leaves no trace that tells something without anything that counts', () => {
    fc.assert(
      fc.property(unique, (steps) => {
        const repeats = findRepeats(steps);
        const tells = steps.filter(({ usage }) => usage.total > 0);
        if (tells.length > 0) expect(tells.some(({ id }) => !repeats.get(id)?.usage)).toBe(true);
        const costs = steps.filter(({ cost, estimated, costProvided }) => cost !== null && (!estimated || costProvided));
        if (costs.length > 0) expect(costs.some(({ id }) => !repeats.get(id)?.cost)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('takes 50,000 steps in a row, beside each other and in a chain', () => {
    const beside = Array.from({ length: 50_000 }, (_, at) =>
      step(`s${at}`, { under: 'r', in: at, out: 1, response: `r${at % 9}` }),
    );
    const chain = Array.from({ length: 50_000 }, (_, at) =>
      step(`s${at}`, { under: `s${at - 1}`, type: at % 2 ? 'CHAIN' : 'GENERATION', in: at, out: 1 }),
    );
    const started = performance.now();
    findRepeats([step('r', { type: 'AGENT', in: 5, out: 5 }), ...beside]);
    findRepeats(chain);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

it('takes names of one model for one', () => {
  const one = ['gpt-4o', 'GPT-4o-2024-08-06', 'openai/gpt-4o', '"gpt-4o"', 'gpt-4o-latest'];
  expect(new Set(one.map(modelFamily))).toEqual(new Set(['gpt-4o']));
  const other = [
    'anthropic/claude-sonnet-4-5',
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'claude-sonnet-4-5@20250929',
    'claude-sonnet-4-5[1m]',
  ];
  expect(new Set(other.map(modelFamily))).toEqual(new Set(['claude-sonnet-4-5']));
  expect(modelFamily('gpt-4o-mini')).not.toBe(modelFamily('gpt-4o'));
  expect(modelFamily('gpt-4.1')).not.toBe(modelFamily('gpt-4.5'));
});
