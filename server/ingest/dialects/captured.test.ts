import { describe, expect, it } from 'vitest';
import type { ObservationRow } from '../../store/analytics/rows.ts';
import { foldTrace } from '../../store/analytics/traces/fold-trace.ts';
import { type ReadCapture, readCapture } from './read-capture.ts';

/*
 * What unmodified libraries sent (fixtures/, written by e2e/clients/capture.ts), read with our rules and compared by value with what
 * their scripts said and what the stand-in model answered.
 */

/** Steps as an outline: type and name, indented below the parent, in order of start. */
function outline(rows: readonly ObservationRow[], parent = '', depth = 0): string[] {
  return rows
    .filter((row) => row.type !== 'TRACE' && row.parent_id === parent)
    .sort((a, b) => a.start_time - b.start_time)
    .flatMap((row) => [`${'  '.repeat(depth)}${row.type} ${row.name}`, ...outline(rows, row.id, depth + 1)]);
}

const traceOf = ({ rows, sent }: ReadCapture) => foldTrace(rows.filter((row) => row.trace_id === sent.traceId))!;

/** Steps of one type in order of start. */
const ofType = ({ rows }: ReadCapture, type: ObservationRow['type']) =>
  rows.filter((row) => row.type === type).sort((a, b) => a.start_time - b.start_time);

const named = ({ rows }: ReadCapture, name: string) => rows.find((row) => row.type !== 'TRACE' && row.name === name)!;

interface Call {
  model?: string;
  content?: string | null;
  usage: { input: number; output: number; cached: number; reasoning: number };
}

/** What the model server reported, in whatever form the library handed it to its user. */
function callsOf({ sent }: ReadCapture): Call[] {
  type Details = Record<string, number | undefined>;
  return (sent.calls as { model?: string; content?: string | null; usage: Details & Record<string, Details> }[]).map((call) => {
    const { usage } = call;
    const input = usage.prompt_tokens ?? usage.inputTokens ?? usage.input_tokens ?? usage.input;
    const output = usage.completion_tokens ?? usage.outputTokens ?? usage.output_tokens ?? usage.output;
    const cached = usage.prompt_tokens_details?.cached_tokens ?? usage.input_token_details?.cache_read ?? 0;
    const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? usage.reasoningTokens ?? 0;
    return { ...call, usage: { input, output, cached, reasoning } as Call['usage'] };
  });
}

const sumOf = (details: Record<string, number>, word: string) =>
  Object.entries(details).reduce((sum, [type, units]) => (type.includes(word) ? sum + units : sum), 0);

/** Each model call has the tokens that the server reported, in whatever parts, once; and so has the trace. */
function expectTokensOnce(capture: ReadCapture, extra = { input: 0, output: 0 }): void {
  const reported = callsOf(capture).map(({ usage }) => [usage.input, usage.output, usage.input + usage.output]);
  const generations = ofType(capture, 'GENERATION');
  expect(generations.map((row) => [row.input_tokens, row.output_tokens, row.total_tokens])).toEqual(reported);
  expect(generations.map((row) => [sumOf(row.usage_details, 'input'), sumOf(row.usage_details, 'output')])).toEqual(
    reported.map(([input, output]) => [input, output]),
  );
  const total = (at: number) => reported.reduce((sum, call) => sum + call[at]!, 0);
  const trace = traceOf(capture);
  expect([trace.inputTokens, trace.outputTokens]).toEqual([total(0) + extra.input, total(1) + extra.output]);
  expect(trace.totalTokens).toBe(total(2) + extra.input + extra.output);
}

/** What was asked and answered is there: the rules in the first, the tool call, its result in the second, the answer. */
function expectConversation(capture: ReadCapture): void {
  const [asks, answers] = ofType(capture, 'GENERATION');
  expect(asks!.input).toContain('You answer customers of a shop.');
  expect(asks!.input).toContain('Where is my order NL-40711?');
  expect(asks!.tool_call_names).toEqual(['get_order']);
  expect(JSON.parse(asks!.tool_calls[0]!)).toMatchObject({ id: 'call_0nrrqlh1', name: 'get_order' });
  expect(asks!.tool_calls[0]).toContain('NL-40711');
  expect(answers!.input).toContain('Shell jacket');
  expect(answers!.output).toContain('Your order NL-40711 (Shell jacket) is packed.');
  expect(answers!.tool_call_names).toEqual([]);
}

const GET_ORDER = { order_number: { type: 'string' } };
const toolProperties = (row: ObservationRow) => JSON.parse(row.tool_definitions.get_order ?? '{}').parameters?.properties;

const parsed = (row: ObservationRow) => [JSON.parse(row.input), JSON.parse(row.output)];

describe.each([
  ['langfuse-js-3', { user: 'user-js3', session: 'session-js3', environment: 'default', scores: 'default' }],
  ['langfuse-js-4', { user: 'user-js5', session: 'session-js5', environment: 'staging', scores: 'default' }],
  ['langfuse-js-5', { user: 'user-js5', session: 'session-js5', environment: 'staging', scores: 'default' }],
  ['langfuse-python-2', { user: 'user-py', session: 'session-py', environment: 'default', scores: 'default' }],
  ['langfuse-python-3', { user: 'user-py', session: 'session-py', environment: 'staging', scores: 'staging' }],
  ['langfuse-python-4', { user: 'user-py', session: 'session-py', environment: 'staging', scores: 'staging' }],
])('%s', (name, about) => {
  const batch = name === 'langfuse-js-3' || name === 'langfuse-python-2';

  it('tells the trace', async () => {
    const capture = await readCapture(name);
    const trace = traceOf(capture);
    expect(trace).toMatchObject({
      name: 'order-status',
      userId: about.user,
      sessionId: about.session,
      tags: ['beta', 'shop'],
      version: '1.2.3',
      release: 'r42',
      environment: about.environment,
      observationCount: batch ? 4 : 5,
    });
    expect(trace.metadata.plan).toBe('pro');
    if (batch) expect(trace.metadata['nested.depth']).toBe('1');
    expect([JSON.parse(trace.input!), JSON.parse(trace.output!)]).toEqual([
      { question: 'Where is my order?' },
      { answer: 'It has shipped.' },
    ]);
    expect(capture.rows.every((row) => row.trace_id === capture.sent.traceId)).toBe(true);
    expect(capture.refused).toEqual([]);
  });

  it('tells its steps', async () => {
    const capture = await readCapture(name);
    const steps = batch
      ? ['SPAN lookup-order', '  EVENT cache-miss', 'GENERATION answer', 'GENERATION embed']
      : ['SPAN order-status', '  TOOL lookup-order', '  GENERATION answer', '  GUARDRAIL check', '  EMBEDDING embed'];
    // Siblings begin within a millisecond: their order says nothing.
    expect(outline(capture.rows).sort()).toEqual(steps.sort());
    const generation = named(capture, 'answer');
    expect(generation).toMatchObject({ id: capture.sent.generationId, model: 'gpt-4o-mini', level: 'DEFAULT' });
    expect(generation.usage_details).toEqual({ input: 100, output: 20, total: 120 });
    expect(generation.metadata.attempt).toBe('1');
    // A client takes the two from different clocks.
    expect(generation.completion_start_time).toBeGreaterThanOrEqual(generation.start_time - 5000);
    // The second generation for Python makes texts of them.
    const temperature = name === 'langfuse-python-2' ? '0.2' : 0.2;
    expect(JSON.parse(generation.model_parameters).temperature).toBe(temperature);
    expect(parsed(generation)).toEqual([
      [{ role: 'user', content: 'Where is my order 4711?' }],
      { role: 'assistant', content: 'It has shipped.' },
    ]);
    const tool = named(capture, 'lookup-order');
    expect(tool).toMatchObject({ id: capture.sent.toolId, level: 'WARNING', status_message: 'answered slowly' });
    // The decorator of Python sends the arguments as they were passed.
    const decorated = name === 'langfuse-python-3' || name === 'langfuse-python-4';
    expect(parsed(tool)).toEqual(
      decorated
        ? [
            { args: [4711], kwargs: {} },
            { status: 'shipped', order: 4711 },
          ]
        : [{ order: 4711 }, { status: 'shipped' }],
    );
    const embed = named(capture, 'embed');
    expect(embed).toMatchObject({ id: capture.sent.embedId, model: 'our-own-model', cost_details: { input: 0.5, total: 0.75 } });
    expect(embed.usage_details.input).toBe(7);
    if (batch) {
      expect(named(capture, 'cache-miss')).toMatchObject({ level: 'WARNING', status_message: 'not in cache', end_time: null });
    }
  });

  it('tells its scores', async () => {
    const { scores, sent } = await readCapture(name);
    const told = scores.map((score) => [score.name, score.data_type, score.value, score.string_value, score.comment]).sort();
    expect(told).toEqual([
      ['helpful', 'NUMERIC', 1, '', 'good'],
      ['safe', 'BOOLEAN', 1, 'True', ''],
      ['tone', 'CATEGORICAL', 0, 'friendly', ''],
    ]);
    expect(scores.every((score) => score.trace_id === sent.traceId && score.environment === about.scores)).toBe(true);
    expect(scores.map((score) => [score.name, score.observation_id]).sort()).toEqual([
      ['helpful', ''],
      ['safe', ''],
      ['tone', sent.generationId],
    ]);
  });
});

describe('@langfuse/openai', async () => {
  const capture = await readCapture('langfuse-js-5-openai');

  it('tells calls below the root', () => {
    expect(outline(capture.rows)).toEqual([
      'SPAN openai-drop-in',
      '  GENERATION drop-in',
      '  GENERATION drop-in',
      '  GENERATION drop-in',
    ]);
    expect(traceOf(capture)).toMatchObject({
      name: 'openai-drop-in',
      userId: 'user-dropin',
      sessionId: 'session-dropin',
      tags: ['drop-in'],
    });
    expectConversation(capture);
    expect(toolProperties(ofType(capture, 'GENERATION')[0]!)).toEqual(GET_ORDER);
  });

  it('tells models, parameters and tokens once', () => {
    const generations = ofType(capture, 'GENERATION');
    expect(generations.map((row) => row.model)).toEqual(['gpt-4o-mini-2024-07-18', 'gpt-4o-mini-2024-07-18', 'gpt-5-mini']);
    expect(JSON.parse(generations[0]!.model_parameters).temperature).toBe(0.2);
    expectTokensOnce(capture);
    const calls = callsOf(capture);
    expect(generations.map((row) => row.usage_details.input_cached_tokens)).toEqual(calls.map(({ usage }) => usage.cached));
    expect(calls[1]!.usage.cached).toBeGreaterThan(0);
    expect(generations[2]!.usage_details.output_reasoning_tokens).toBe(calls[2]!.usage.reasoning);
    expect(calls[2]!.usage.reasoning).toBeGreaterThan(0);
  });

  it('tells when a stream began', () => {
    const streamed = ofType(capture, 'GENERATION')[2]!;
    expect(streamed.output).toBe(callsOf(capture)[2]!.content);
    expect(streamed.completion_start_time).toBeGreaterThanOrEqual(streamed.start_time);
    expect(streamed.completion_start_time).toBeLessThanOrEqual(streamed.end_time! + 1000);
  });
});

describe.each([
  [
    'langfuse-js-5-langchain',
    'chain',
    [
      'SPAN support-graph',
      '  SPAN __start__',
      '  SPAN answer',
      '    GENERATION ChatOpenAI',
      '    SPAN RunnableLambda',
      '  SPAN tools',
      '    TOOL get_order',
      '  SPAN answer',
      '    GENERATION ChatOpenAI',
      '    SPAN RunnableLambda',
    ],
  ],
  [
    'langgraph-python',
    'graph',
    [
      'CHAIN support-graph',
      '  CHAIN answer',
      '    GENERATION ChatOpenAI',
      '    CHAIN tools_condition',
      '  CHAIN tools',
      '    TOOL get_order',
      '  CHAIN answer',
      '    GENERATION ChatOpenAI',
      '    CHAIN tools_condition',
    ],
  ],
])('LangGraph: %s', async (name, about, steps) => {
  const capture = await readCapture(name);

  it('tells the graph', () => {
    expect(outline(capture.rows)).toEqual(steps);
    expect(traceOf(capture)).toMatchObject({
      name: 'support-graph',
      userId: `user-${about}`,
      sessionId: `session-${about}`,
      tags: [about],
    });
    expect(traceOf(capture).output).toContain('Your order NL-40711 (Shell jacket) is packed.');
    expect(named(capture, 'get_order').output).toContain('Shell jacket');
    expectConversation(capture);
    expect(toolProperties(ofType(capture, 'GENERATION')[0]!)).toEqual(GET_ORDER);
  });

  it('tells models, parameters and tokens once', () => {
    const generations = ofType(capture, 'GENERATION');
    expect(generations.map((row) => row.model)).toEqual(['gpt-4o-mini-2024-07-18', 'gpt-4o-mini-2024-07-18']);
    expect(generations.map((row) => JSON.parse(row.model_parameters).temperature)).toEqual([0.2, 0.2]);
    expectTokensOnce(capture);
    expect(generations[1]!.usage_details.input_cache_read).toBe(277);
  });
});

describe.each([
  ['openinference-js', 'OpenAI Chat Completions', 'OpenAI Embeddings'],
  ['openinference-python', 'ChatCompletion', 'CreateEmbeddings'],
  ['openllmetry-js', 'chat gpt-4o-mini', undefined],
  ['openllmetry-python', 'openai.chat', 'openai.embeddings'],
])('OpenAI under %s', async (name, call, embedding) => {
  const capture = await readCapture(name);

  it('tells calls below the application span', () => {
    const last = name === 'openllmetry-js' ? 'chat gpt-5-mini' : call;
    const steps = [`  GENERATION ${call}`, `  GENERATION ${call}`, `  GENERATION ${last}`];
    // The OpenLLMetry of JavaScript does not trace embeddings.
    if (embedding) steps.push(`  EMBEDDING ${embedding}`);
    expect(outline(capture.rows)).toEqual(['SPAN request', ...steps]);
    expect(traceOf(capture).name).toBe('request');
    expectConversation(capture);
    expect(toolProperties(ofType(capture, 'GENERATION')[0]!)).toEqual(GET_ORDER);
  });

  it('tells models, parameters and tokens once', () => {
    const generations = ofType(capture, 'GENERATION');
    const calls = callsOf(capture);
    expect(generations.map((row) => row.model)).toEqual(calls.map(({ model }) => model));
    expect(JSON.parse(generations[0]!.model_parameters).temperature).toBe(0.2);
    const told = capture.rows.find((row) => row.type === 'EMBEDDING')?.input_tokens ?? 0;
    // The OpenInference of JavaScript tells no usage of embeddings.
    expect(told).toBe(embedding && name !== 'openinference-js' ? 3 : 0);
    expectTokensOnce(capture, { input: told, output: 0 });
    // And that of OpenLLMetry does not tell which tokens came from a cache.
    if (name !== 'openllmetry-js') {
      expect(generations.map((row) => row.usage_details.input_cached_tokens)).toEqual(calls.map(({ usage }) => usage.cached));
    }
    if (embedding) expect(named(capture, embedding).model).toBe('text-embedding-3-small');
  });
});

describe('Vercel AI SDK', async () => {
  const capture = await readCapture('vercel-ai');

  it('tells operations, calls and tools', () => {
    expect(outline(capture.rows)).toEqual([
      'SPAN request',
      '  SPAN order-status:ai.generateText',
      '    GENERATION order-status:ai.generateText.doGenerate',
      '    TOOL get_order',
      '    GENERATION order-status:ai.generateText.doGenerate',
      '  SPAN order-status:ai.streamText',
      '    GENERATION order-status:ai.streamText.doStream',
    ]);
    const trace = traceOf(capture);
    expect(trace).toMatchObject({ name: 'request', userId: 'user-ai', sessionId: 'session-ai', tags: ['ai'] });
    expect(trace.metadata.plan).toBe('pro');
    expect(JSON.parse(named(capture, 'get_order').input)).toEqual({ order_number: 'NL-40711' });
    expect(JSON.parse(named(capture, 'get_order').output)).toMatchObject({ product: 'Shell jacket' });
    expectConversation(capture);
    expect(toolProperties(ofType(capture, 'GENERATION')[0]!)).toEqual(GET_ORDER);
  });

  it('tells models, parameters and tokens once', () => {
    const generations = ofType(capture, 'GENERATION');
    const calls = callsOf(capture);
    expect(generations.map((row) => row.model)).toEqual(calls.map(({ model }) => model));
    expect(generations.map((row) => JSON.parse(row.model_parameters).temperature)).toEqual([0.2, 0.2, null]);
    expectTokensOnce(capture);
    expect(generations[2]!.usage_details.output_reasoning_tokens).toBe(calls[2]!.usage.reasoning);
    expect(calls[2]!.usage.reasoning).toBeGreaterThan(0);
    expect(generations[2]!.completion_start_time).toBeGreaterThan(generations[2]!.start_time);
  });
});

describe('agents', () => {
  it('tells an agent of the OpenAI Agents SDK', async () => {
    const capture = await readCapture('openai-agents');
    expect(outline(capture.rows)).toEqual([
      'SPAN request',
      '  AGENT Agent workflow',
      '    CHAIN Agent workflow',
      '      AGENT support',
      '        CHAIN turn',
      '          GENERATION generation',
      '          TOOL get_order',
      '        CHAIN turn',
      '          GENERATION generation',
    ]);
    expect(ofType(capture, 'GENERATION').map((row) => row.model)).toEqual(['gpt-4o-mini', 'gpt-4o-mini']);
    expect(JSON.parse(named(capture, 'get_order').input)).toEqual({ order_number: 'NL-40711' });
    expect(JSON.parse(named(capture, 'get_order').output)).toMatchObject({ product: 'Shell jacket' });
    expectConversation(capture);
    expectTokensOnce(capture);
  });

  it('tells an agent of Pydantic AI', async () => {
    const capture = await readCapture('pydantic-ai');
    expect(outline(capture.rows)).toEqual([
      'SPAN request',
      '  AGENT support run',
      '    GENERATION chat gpt-4o-mini',
      '    TOOL get_order',
      '    GENERATION chat gpt-4o-mini',
    ]);
    expect(ofType(capture, 'GENERATION').map((row) => row.model)).toEqual(callsOf(capture).map(({ model }) => model));
    expect(named(capture, 'support run').output).toBe(capture.sent.answer);
    expect(JSON.parse(named(capture, 'get_order').input)).toEqual({ order_number: 'NL-40711' });
    expectConversation(capture);
    expect(toolProperties(ofType(capture, 'GENERATION')[0]!)).toEqual(GET_ORDER);
    expectTokensOnce(capture);
    expect(ofType(capture, 'GENERATION')[1]!.usage_details.input_cached_tokens).toBeGreaterThan(0);
  });
});

describe.each(['otel-js-http', 'otel-js-proto'])('plain OpenTelemetry: %s', async (name) => {
  const capture = await readCapture(name);

  it('tells the steps of the plain taxonomy', () => {
    expect(outline(capture.rows)).toEqual([
      'AGENT agent.request',
      '  CHAIN agent.plan',
      '  GENERATION llm.call',
      '  TOOL tool.call',
    ]);
    expect(traceOf(capture)).toMatchObject({ name: 'support', userId: 'user-otel', sessionId: 'session-otel', level: 'ERROR' });
    const call = named(capture, 'llm.call');
    expect(call.id).toBe(capture.sent.callId);
    expect(call).toMatchObject({ model: 'gpt-4o-mini', usage_details: { input: 100, output: 20, total: 120 } });
    expect(JSON.parse(call.model_parameters)).toEqual({ temperature: 0.2 });
  });

  it('keeps events, links and what was thrown', () => {
    expect(JSON.parse(named(capture, 'llm.call').events)).toMatchObject([
      { name: 'retry', attributes: { attempt: 2, reason: 'rate limit' } },
    ]);
    const tool = named(capture, 'tool.call');
    expect(tool).toMatchObject({ level: 'ERROR', status_message: 'order service is down' });
    expect(JSON.parse(tool.input)).toEqual({ order: 4711 });
    expect(JSON.parse(tool.links)).toEqual([{ traceId: capture.sent.traceId, spanId: capture.sent.callId, attributes: {} }]);
    expect(JSON.parse(tool.events)).toMatchObject([{ name: 'exception', attributes: { 'exception.type': 'Error' } }]);
  });
});
