import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startModelServer } from '../examples/model-server/server.ts';
import { INTEGRATIONS } from './clients/integrations.ts';
import { type ClientRun, environmentOf, RUNS, type RunName } from './clients/runs.ts';
import { get } from './support/api.ts';
import { runClient } from './support/clients.ts';
import { itWorks, shownLibrary } from './support/compatibility.ts';
import { costOf, outline, type ReadTrace, readBack, sortSiblings } from './support/read-back.ts';
import { startServer, type TestServer } from './support/server.ts';

/*
 * Integrations and instrumentations, unmodified, with the stand-in model server: every model call is read back with the tokens that the
 * server reported, priced once.
 */

let server: TestServer;
let model: Awaited<ReturnType<typeof startModelServer>>;
beforeAll(async () => {
  [server, model] = await Promise.all([startServer(), startModelServer({ pace: 0 })]);
});
afterAll(async () => {
  await model?.close();
  await server?.destroy();
});

interface Reported {
  model: string;
  input: number;
  output: number;
  cached: number;
  reasoning: number;
  content: string | null;
}

type Usage = Record<string, number> & Record<string, Record<string, number>>;

interface Sent {
  traceId: string;
  answer?: string;
  /** Name and version of the prompt that generations were linked to. */
  prompt?: [string, number];
  /** The kind of error that a call ended with, if one was to fail. */
  failure?: string;
  sessionId?: string;
  calls: { model?: string; content?: string | null; usage: Usage }[];
}

/** What the model server reported, in whatever form the library handed it to its user. */
const reportedOf = ({ calls }: Sent): Reported[] =>
  calls.map(({ model: name, content, usage }) => ({
    model: name ?? 'gpt-4o-mini',
    content: content ?? null,
    input: usage.prompt_tokens ?? usage.inputTokens ?? usage.input_tokens ?? usage.input!,
    output: usage.completion_tokens ?? usage.outputTokens ?? usage.output_tokens ?? usage.output!,
    cached:
      usage.prompt_tokens_details?.cached_tokens ??
      usage.input_token_details?.cache_read ??
      usage.inputTokenDetails?.cacheReadTokens ??
      usage.cached ??
      0,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  }));

async function start(name: RunName): Promise<{ sent: Sent; trace: ReadTrace }> {
  const chosen: ClientRun = RUNS[name];
  const env = environmentOf(chosen, { ...server, modelUrl: model.url });
  const sent = await runClient<Sent>(chosen.client, chosen.script, env, [...(chosen.args ?? [])]);
  return { sent, trace: await readBack(server, sent.traceId) };
}

const runs = new Map<RunName, ReturnType<typeof start>>();

/** Each run once, however many features are told from it. */
function run(name: RunName): ReturnType<typeof start> {
  const known = runs.get(name);
  if (known) return known;
  const started = start(name);
  runs.set(name, started);
  return started;
}

/** Every text in a value, one after the other. */
function textsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? Object.values(value).map(textsIn).join('\n') : '';
}

const generationsOf = (trace: ReadTrace) =>
  trace.observations.filter(({ type }) => type === 'GENERATION').sort((a, b) => a.startTime.localeCompare(b.startTime));

/** The generations of those names are linked to the prompt that the client made, the others to none. */
async function expectLinks({ sent, trace }: { sent: Sent; trace: ReadTrace }, names: readonly string[]): Promise<void> {
  const [name, version] = sent.prompt!;
  const { id } = await get<{ id: string }>(server, `/api/public/v2/prompts/${name}?version=${version}`);
  const linked = generationsOf(trace).filter(({ promptName }) => promptName !== null);
  expect(linked.map((step) => [step.name, step.promptId, step.promptName, step.promptVersion])).toEqual(
    names.map((one) => [one, id, name, version]),
  );
}

describe.each(INTEGRATIONS)('$run', (expected) => {
  const { client } = RUNS[expected.run];

  // Read back with every call, priced once.
  itWorks(client, expected.shown, 'tracing', async () => {
    const { sent, trace } = await run(expected.run);
    expect(sortSiblings(outline(trace.observations))).toEqual(sortSiblings(expected.steps));
    expect(trace).toMatchObject({ ...expected.trace, environment: 'default' });
    const failed = trace.observations.filter(({ level }) => level === 'ERROR');
    expect(failed.map(({ name }) => name)).toEqual(sent.failure ? ['unreachable'] : []);
    expect(trace.observations.every(({ endTime }) => endTime !== null)).toBe(true);

    // Model calls
    const reported = reportedOf(sent);
    const generations = generationsOf(trace).filter(({ level }) => level !== 'ERROR');
    expect(generations.map(({ usage }) => [usage.input, usage.output, usage.total])).toEqual(
      reported.map(({ input, output, cached, reasoning }) =>
        expected.overlaps ? [input + cached, output + reasoning, input + output] : [input, output, input + output],
      ),
    );
    const costs = reported.map((call) => costOf(call.model, call.input, call.output, expected.tellsCached ? call.cached : 0));
    for (const [i, step] of generations.entries()) {
      expect(step.calculatedTotalCost).toBeCloseTo(costs[i]!, 12);
      expect(textsIn(step.output)).toContain(reported[i]!.content ?? '');
      expect(reported[i]!.model).toContain(step.model);
    }
    expect(JSON.stringify(generations[0]!.input)).toContain('Where is my order NL-40711?');
    expect(JSON.stringify(generations[0]!.output)).toContain('get_order');
    if (expected.temperature !== undefined)
      expect(Number(generations[0]!.modelParameters.temperature)).toBe(expected.temperature);

    // The tool, which the older generations tell from other steps by its name alone
    if (expected.steps.some((step) => step.includes('get_order'))) {
      const tool = trace.observations.find(({ name }) => name.endsWith('get_order'))!;
      expect(JSON.stringify(tool.input)).toContain('NL-40711');
      expect(JSON.stringify(tool.output)).toContain('Shell jacket');
      if (expected.toolOutput) expect(tool.output).toEqual(expected.toolOutput);
    }

    // The embedding, and all together
    const embedding = trace.observations.find(({ type }) => type === 'EMBEDDING');
    const embeddingCost = expected.embedding === undefined ? 0 : costOf('text-embedding-3-small', expected.embedding, 0);
    expect(embedding?.calculatedTotalCost ?? 0).toBeCloseTo(embeddingCost, 14);
    expect(trace.totalCost).toBeCloseTo(
      costs.reduce((sum, cost) => sum + cost, embeddingCost),
      12,
    );
  });

  const { streams } = expected;
  if (streams) {
    itWorks(client, expected.shown, 'tracing', async () => {
      const { trace } = await run(expected.run);
      const streamed = generationsOf(trace).filter(({ completionStartTime }) => completionStartTime !== null);
      expect(streamed.map(({ name }) => name)).toEqual(streams);
      for (const { startTime, completionStartTime, endTime } of streamed) {
        expect(completionStartTime! >= startTime && completionStartTime! <= endTime!).toBe(true);
      }
    });
  }

  const { linked } = expected;
  if (linked) {
    itWorks(client, expected.shown, 'linked-prompts', async () => expectLinks(await run(expected.run), linked));
  }
});

describe.each(['langfuse-js-4', 'langfuse-js-5'] as const)('%s linked prompts', (client) => {
  for (const library of ['@langfuse/openai', '@langfuse/langchain']) {
    itWorks(client, shownLibrary(client, library), 'linked-prompts', async () =>
      expectLinks(await run(`${client}-linked`), ['drop-in', 'ChatOpenAI']),
    );
  }
});

describe('litellm-otel', () => {
  // Every call is a trace of its own in the session; the request to the provider lies below it.
  itWorks('litellm-python', shownLibrary('litellm-python', 'litellm', 'litellm, callback langfuse_otel'), 'tracing', async () => {
    const chosen = RUNS['litellm-otel'];
    const env = environmentOf(chosen, { ...server, modelUrl: model.url });
    const sent = await runClient<Sent>(chosen.client, chosen.script, env, [...chosen.args]);
    const session = await get<{ traces: { id: string; timestamp: string }[] }>(server, `/api/public/sessions/${sent.sessionId}`);
    const inOrder = session.traces.sort((a, b) => a.timestamp.localeCompare(b.timestamp));
    const traces: ReadTrace[] = [];
    for (const { id } of inOrder) traces.push(await readBack(server, id));
    const about = { name: 'support', userId: 'user-litellm', tags: ['litellm'], environment: 'production' };
    expect(traces).toMatchObject([about, about, about, about]);
    expect(traces.map(({ observations }) => outline(observations))).toEqual([
      ['GENERATION answer', '  SPAN answer'],
      ['GENERATION answer', '  SPAN answer'],
      ['GENERATION streamed', '  SPAN streamed'],
      ['GENERATION unreachable'],
    ]);
    const steps = traces.map((trace) => generationsOf(trace)[0]!);
    for (const [i, call] of reportedOf(sent).entries()) {
      const step = steps[i]!;
      expect([step.usage.input, step.usage.output, step.usage.total]).toEqual([
        call.input,
        call.output,
        call.input + call.output,
      ]);
      expect(step.calculatedTotalCost).toBeCloseTo(costOf(call.model, call.input, call.output, call.cached), 12);
      expect(traces[i]!.totalCost).toBeCloseTo(step.calculatedTotalCost!, 12);
      expect(call.model).toContain(step.model);
      expect(JSON.stringify(step.input)).toContain('Where is my order NL-40711?');
      expect(JSON.stringify(step.output)).toContain(call.content ?? 'get_order');
    }
    expect(steps[0]!.modelParameters.temperature).toBe(0.2);
    expect(steps[3]).toMatchObject({ level: 'ERROR', model: 'gpt-4o-mini' });
  });
});
