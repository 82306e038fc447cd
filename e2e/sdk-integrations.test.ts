import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModelServer } from '../examples/model-server/server.ts';
import { PYTHON_CLIENTS } from './clients/packages.ts';
import { type ClientRun, environmentOf, RUNS, type RunName } from './clients/runs.ts';
import { pythonAvailable, runClient } from './support/clients.ts';
import { costOf, outline, type ReadTrace, readBack } from './support/read-back.ts';
import { startServer, type TestServer } from './support/server.ts';

/*
 * Integrations and instrumentations, unmodified, with the stand-in model server: every model call is read back with the tokens that the
 * server reported, priced once.
 */

const python = pythonAvailable();
if (!python) console.warn('python3 with venv is missing: Python instrumentations are not run.');

let server: TestServer;
let model: Awaited<ReturnType<typeof startModelServer>>;
beforeAll(async () => {
  [server, model] = await Promise.all([startServer(), startModelServer({ pace: 0 })]);
});
afterAll(async () => {
  await model?.close();
  await server?.destroy();
});

const PYTHON: ReadonlySet<string> = new Set(Object.keys(PYTHON_CLIENTS));

interface Reported {
  model: string;
  input: number;
  output: number;
  cached: number;
  content: string | null;
}

type Usage = Record<string, number> & Record<string, Record<string, number>>;

interface Sent {
  traceId: string;
  answer?: string;
  calls: { model?: string; content?: string | null; usage: Usage }[];
}

/** What the model server reported, in whatever form the library handed it to its user. */
const reportedOf = ({ calls }: Sent): Reported[] =>
  calls.map(({ model: name, content, usage }) => ({
    model: name ?? 'gpt-4o-mini',
    content: content ?? null,
    input: usage.prompt_tokens ?? usage.inputTokens ?? usage.input_tokens ?? usage.input!,
    output: usage.completion_tokens ?? usage.outputTokens ?? usage.output_tokens ?? usage.output!,
    cached: usage.prompt_tokens_details?.cached_tokens ?? usage.input_token_details?.cache_read ?? usage.cached ?? 0,
  }));

async function run(name: RunName): Promise<{ sent: Sent; trace: ReadTrace }> {
  const chosen: ClientRun = RUNS[name];
  const env = environmentOf(chosen, { ...server, modelUrl: model.url });
  const sent = await runClient<Sent>(chosen.client, chosen.script, env, [...(chosen.args ?? [])]);
  return { sent, trace: await readBack(server, sent.traceId) };
}

interface Expected {
  /** Outline of the steps. */
  steps: string[];
  /** Fields of the trace. */
  trace: Record<string, unknown>;
  /** Whether the library passes on which tokens came from a cache. */
  tellsCached: boolean;
  /** Tokens of the embedding; counted by us where the library tells none. */
  embedding?: number;
  temperature?: number | null;
}

const graph = (step: string, condition: string) => [
  `  ${step} answer`,
  '    GENERATION ChatOpenAI',
  `    ${step} ${condition}`,
  `  ${step} tools`,
  '    TOOL get_order',
  `  ${step} answer`,
  '    GENERATION ChatOpenAI',
  `    ${step} ${condition}`,
];
const times = (count: number, step: string): string[] => Array.from({ length: count }, () => step);
const request = { name: 'request', userId: null, tags: [] };

const EXPECTED: [RunName, Expected][] = [
  [
    'langfuse-js-5-openai',
    {
      steps: ['SPAN openai-drop-in', ...times(3, '  GENERATION drop-in')],
      trace: { name: 'openai-drop-in', userId: 'user-dropin', sessionId: 'session-dropin', tags: ['drop-in'] },
      tellsCached: true,
      temperature: 0.2,
    },
  ],
  [
    'langfuse-js-5-langchain',
    {
      steps: ['SPAN support-graph', '  SPAN __start__', ...graph('SPAN', 'RunnableLambda')],
      trace: { name: 'support-graph', userId: 'user-chain', sessionId: 'session-chain', tags: ['chain'] },
      tellsCached: true,
      temperature: 0.2,
    },
  ],
  [
    'langgraph-python',
    {
      steps: ['CHAIN support-graph', ...graph('CHAIN', 'tools_condition')],
      trace: { name: 'support-graph', userId: 'user-graph', sessionId: 'session-graph', tags: ['graph'] },
      tellsCached: true,
      temperature: 0.2,
    },
  ],
  [
    'vercel-ai',
    {
      steps: [
        'SPAN request',
        '  SPAN order-status:ai.generateText',
        '    GENERATION order-status:ai.generateText.doGenerate',
        '    TOOL get_order',
        '    GENERATION order-status:ai.generateText.doGenerate',
        '  SPAN order-status:ai.streamText',
        '    GENERATION order-status:ai.streamText.doStream',
      ],
      trace: { name: 'request', userId: 'user-ai', sessionId: 'session-ai', tags: ['ai'] },
      tellsCached: false,
      temperature: 0.2,
    },
  ],
  [
    'openinference-js',
    {
      steps: ['SPAN request', ...times(3, '  GENERATION OpenAI Chat Completions'), '  EMBEDDING OpenAI Embeddings'],
      trace: request,
      tellsCached: true,
      embedding: 2,
      temperature: 0.2,
    },
  ],
  [
    'openllmetry-js',
    {
      steps: ['SPAN request', ...times(2, '  GENERATION chat gpt-4o-mini'), '  GENERATION chat gpt-5-mini'],
      trace: request,
      tellsCached: false,
      temperature: 0.2,
    },
  ],
  [
    'openinference-python',
    {
      steps: ['SPAN request', ...times(3, '  GENERATION ChatCompletion'), '  EMBEDDING CreateEmbeddings'],
      trace: request,
      tellsCached: true,
      embedding: 3,
      temperature: 0.2,
    },
  ],
  [
    'openllmetry-python',
    {
      steps: ['SPAN request', ...times(3, '  GENERATION openai.chat'), '  EMBEDDING openai.embeddings'],
      trace: request,
      tellsCached: true,
      embedding: 3,
      temperature: 0.2,
    },
  ],
  [
    'openai-agents',
    {
      steps: [
        'SPAN request',
        '  AGENT Agent workflow',
        '    CHAIN Agent workflow',
        '      AGENT support',
        '        CHAIN turn',
        '          GENERATION generation',
        '          TOOL get_order',
        '        CHAIN turn',
        '          GENERATION generation',
      ],
      trace: request,
      tellsCached: false,
    },
  ],
  [
    'pydantic-ai',
    {
      steps: [
        'SPAN request',
        '  AGENT support run',
        '    GENERATION chat gpt-4o-mini',
        '    TOOL get_order',
        '    GENERATION chat gpt-4o-mini',
      ],
      trace: request,
      tellsCached: true,
    },
  ],
];

const ORDER = { number: 'NL-40711', product: 'Shell jacket', status: 'packed', total: 189, placed: '2026-03-01' };

describe.each(EXPECTED)('%s', (name, expected) => {
  it.skipIf(!python && PYTHON.has(RUNS[name].client))('is read back with every call, priced once', async () => {
    const { sent, trace } = await run(name);
    expect(outline(trace.observations)).toEqual(expected.steps);
    expect(trace).toMatchObject({ ...expected.trace, environment: 'default' });
    expect(trace.observations.every(({ level, endTime }) => level !== 'ERROR' && endTime !== null)).toBe(true);

    // Model calls
    const reported = reportedOf(sent);
    const generations = trace.observations
      .filter(({ type }) => type === 'GENERATION')
      .sort((a, b) => a.startTime.localeCompare(b.startTime));
    expect(generations.map(({ usage }) => [usage.input, usage.output, usage.total])).toEqual(
      reported.map(({ input, output }) => [input, output, input + output]),
    );
    const costs = reported.map((call) => costOf(call.model, call.input, call.output, expected.tellsCached ? call.cached : 0));
    for (const [i, step] of generations.entries()) {
      expect(step.calculatedTotalCost).toBeCloseTo(costs[i]!, 12);
      if (reported[i]!.content) expect(JSON.stringify(step.output)).toContain(reported[i]!.content);
      expect(reported[i]!.model).toContain(step.model);
    }
    expect(JSON.stringify(generations[0]!.input)).toContain('Where is my order NL-40711?');
    expect(JSON.stringify(generations[0]!.output)).toContain('get_order');
    if (expected.temperature !== undefined) expect(generations[0]!.modelParameters.temperature).toBe(expected.temperature);

    // The tool
    const tool = trace.observations.find(({ type }) => type === 'TOOL');
    if (expected.steps.some((step) => step.includes('TOOL'))) {
      expect(JSON.stringify(tool!.input)).toContain('NL-40711');
      expect(JSON.stringify(tool!.output)).toContain('Shell jacket');
    }
    if (name === 'pydantic-ai' || name === 'vercel-ai' || name === 'openai-agents') expect(tool!.output).toEqual(ORDER);

    // The embedding, and all together
    const embedding = trace.observations.find(({ type }) => type === 'EMBEDDING');
    const embeddingCost = expected.embedding === undefined ? 0 : costOf('text-embedding-3-small', expected.embedding, 0);
    expect(embedding?.calculatedTotalCost ?? 0).toBeCloseTo(embeddingCost, 14);
    expect(trace.totalCost).toBeCloseTo(
      costs.reduce((sum, cost) => sum + cost, embeddingCost),
      12,
    );
  });
});
