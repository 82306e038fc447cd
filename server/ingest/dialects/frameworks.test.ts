import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ObservationRow } from '../../store/analytics/rows.ts';
import { foldTrace } from '../../store/analytics/traces/fold-trace.ts';
import { decodeJsonExport } from '../otlp/decode-json.ts';
import { SENDER } from './example-span.ts';
import { normaliseExport } from './normalise.ts';

/*
 * Exports of frameworks that were once read wrong, and what is right for each step: type, name, model, messages, tools, people, first token.
 * What a trace comes to (repeats, totals) is the fold's.
 */

const FOLDER = fileURLToPath(new URL('../../../../shared/cases/frameworks/', import.meta.url));
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.otlp.json')) : [];

function rowsOf(number: string): ObservationRow[] {
  const file = files.find((name) => name.startsWith(`${number}-`))!;
  return normaliseExport(decodeJsonExport(readFileSync(`${FOLDER}${file}`)), SENDER, Date.now() * 1000).rows;
}

/** The only step of that name. */
function step(rows: readonly ObservationRow[], name: string): ObservationRow {
  const found = rows.filter((row) => row.name === name);
  expect(found.map((row) => row.name)).toEqual([name]);
  return found[0]!;
}

const read = (text: string): unknown => (text === '' ? null : JSON.parse(text));

const firstTokenSeconds = (row: ObservationRow) => ((row.completion_start_time ?? 0) - row.start_time) / 1e6;

describe.skipIf(files.length === 0)('exports of frameworks (skipped where the shared cases are not at hand)', () => {
  it.each([
    ['01', ['SPAN my-agent', 'GENERATION messages.create', 'GENERATION anthropic.messages.create']],
    ['03', ['GENERATION anthropic.messages.create']],
    ['04', ['GENERATION OpenAI.predict', 'GENERATION OpenAI.chat']],
    ['05', ['CHAIN BaseWorkflowAgent.run_agent_step', 'CHAIN OpenAI._prepare_chat_with_tools', 'GENERATION OpenAI.astream_chat']],
    ['07', ['CHAIN instructor.create', 'GENERATION ChatCompletion']],
    ['09', ['GENERATION Completions', 'TOOL weather', 'TOOL broken', 'EMBEDDING Embeddings']],
    ['10', ['AGENT invoke_agent weather-agent', 'GENERATION chat', 'TOOL get_weather']],
    [
      '11',
      [
        'CHAIN agent_session',
        'AGENT agent_turn',
        'SPAN llm_node',
        'GENERATION llm_request',
        'SPAN llm_request_run',
        'TOOL broken_tool',
      ],
    ],
    ['12', ['EMBEDDING embedder']],
    ['14', ['AGENT invoke_agent weather-agent', 'SPAN model_generation gpt-5-mini', 'GENERATION chat gpt-5-mini']],
    ['16', ['CHAIN invoke_workflow weather-crew', 'GENERATION chat gpt-5-mini']],
    ['17', ['AGENT invoke_agent weather_man', 'GENERATION chat gpt-5-mini', 'SPAN record_usage model_call']],
    ['18', ['CHAIN claude.conversation', 'GENERATION claude.assistant.turn', 'TOOL mcp__w__broken_tool']],
    ['19', ['AGENT CodeAgent.run', 'CHAIN Step 1', 'GENERATION OpenAIModel.generate']],
    ['21', ['CHAIN weather_flow.workflow', 'AGENT weather_agent.agent', 'TOOL get_weather']],
    ['23', ['GENERATION OpenAI.astream_chat']],
    ['24', ['GENERATION chat']],
  ])('%s: types and names', (number, outline) => {
    expect(rowsOf(number).map((row) => `${row.type} ${row.name}`)).toEqual(outline);
  });

  it('usage of single calls: the cache that was written, reasoning under two names', () => {
    expect(step(rowsOf('03'), 'anthropic.messages.create').usage_details).toMatchObject({
      ...{ input: 25, input_cached_tokens: 64, input_cache_creation: 20, output: 62, total: 171 },
    });
    const request = step(rowsOf('11'), 'llm_request');
    expect([request.input_tokens, request.output_tokens, request.total_tokens]).toEqual([83, 91, 174]);
    expect(step(rowsOf('12'), 'embedder')).toMatchObject({ input_tokens: 1, total_tokens: 1 });
    expect(step(rowsOf('17'), 'chat gpt-5-mini').usage_details).toMatchObject({ input: 19, input_cached_tokens: 64, total: 174 });
  });

  it('MLflow: model, usage and texts without JSON quotes', () => {
    const rows = rowsOf('09');
    const call = step(rows, 'Completions');
    expect(call).toMatchObject({ model: 'gpt-5-mini-2025-08-07', input_tokens: 78, output_tokens: 91, total_tokens: 169 });
    expect(call.usage_details).toMatchObject({ input: 14, output: 91, input_cached_tokens: 64, total: 169 });
    expect(step(rows, 'Embeddings').model).toBe('text-embedding-3-small');
    expect(step(rows, 'broken')).toMatchObject({ level: 'ERROR', status_message: 'ValueError: tool exploded' });
  });

  it('Strands, latest events: system, input and output together', () => {
    const rows = rowsOf('10');
    const call = step(rows, 'chat');
    expect(read(call.input)).toEqual([
      { role: 'system', content: 'You tell the weather.' },
      { role: 'user', parts: [{ type: 'text', content: 'What is the weather in Paris?' }] },
    ]);
    expect(call.tool_call_names).toEqual(['get_weather']);
    expect(call.output).toContain('call_ba25ac6e19ab4c54bb553328');
    expect(firstTokenSeconds(call)).toBe(8.89);
    const agent = step(rows, 'invoke_agent weather-agent');
    expect(read(agent.input)).toMatchObject({
      messages: [{ role: 'system', content: 'You tell the weather.' }, { role: 'user' }],
    });
    expect(agent.output).toContain('It is sunny in Paris, and the other tool failed.');
    const tool = step(rows, 'get_weather');
    expect(read(tool.input)).toMatchObject([
      { parts: [{ name: 'get_weather', arguments: { city: 'What is the weather in Paris?' } }] },
    ]);
    expect(tool.output).toContain('sunny in What is the weather in Paris?');
    expect(foldTrace(rows)!.output).toBe(agent.output);
  });

  it('LiveKit 1.8: what was said, which step called the model, what failed', () => {
    const rows = rowsOf('11');
    expect(step(rows, 'agent_turn')).toMatchObject({
      input: 'What is the weather in Paris?',
      output: 'It is sunny in Paris, and the other tool failed.',
    });
    const node = step(rows, 'llm_node');
    expect(node.input).toContain('You tell the weather.');
    expect(read(node.output)).toMatchObject({
      role: 'assistant',
      tool_calls: [{ id: 'call_12d899db2ee54716a7763bcd', function: { name: 'broken_tool' } }],
    });
    expect(step(rows, 'broken_tool')).toMatchObject({
      level: 'ERROR',
      status_message: 'tool_error',
      input: '{"city": "What is the weather in Paris?"}',
      output: 'An internal error occurred',
    });
    expect(step(rows, 'llm_request').usage_details).toMatchObject({ input: 19, output_reasoning_tokens: 32 });
  });

  it('Mastra: people, tags, metadata, texts of each kind of span', () => {
    const rows = rowsOf('14');
    for (const row of rows) expect(row).toMatchObject({ user_id: 'user-1', session_id: 'sess-1', metadata: { plan: 'pro' } });
    const agent = step(rows, 'invoke_agent weather-agent');
    expect(agent.tags).toEqual(['mastra']);
    expect(agent.output).toContain('Once upon a time a careful mock');
    const generation = step(rows, 'model_generation gpt-5-mini');
    expect(read(generation.input)).toMatchObject({
      messages: [{ role: 'system', content: 'You tell the weather.' }, { role: 'user' }],
    });
    expect(generation.tool_call_names).toContain('get_weather');
    const call = step(rows, 'chat gpt-5-mini');
    expect(call.completion_start_time).toBe(Date.parse('2026-12-01T03:00:54.576Z') * 1000);
    const trace = foldTrace(rows)!;
    expect(trace).toMatchObject({
      userId: 'user-1',
      sessionId: 'sess-1',
      tags: ['mastra'],
      input: 'What is the weather in Paris?',
    });
    expect(trace.output).toBe(agent.output);
    expect(trace.metadata.plan).toBe('pro');
  });

  it('OpenLIT and CrewAI: the tool asked for is a call of the answer', () => {
    const call = step(rowsOf('16'), 'chat gpt-5-mini');
    expect(call.tool_call_names).toEqual(['get_weather']);
    expect(firstTokenSeconds(call)).toBeCloseTo(0.037, 3);
  });

  it('AG2: what books usage again has none', () => {
    const rows = rowsOf('17');
    expect(step(rows, 'record_usage model_call')).toMatchObject({ usage_details: {}, total_tokens: 0 });
    expect(step(rows, 'chat gpt-5-mini')).toMatchObject({ input_tokens: 83, output_tokens: 91, total_tokens: 174 });
  });

  it('LangSmith: usage of its metadata, a tool that failed with status OK', () => {
    const rows = rowsOf('18');
    const call = step(rows, 'claude.assistant.turn');
    expect(call).toMatchObject({ input_tokens: 850, output_tokens: 30, total_tokens: 880, usage_estimated: false });
    expect(call.usage_details).toMatchObject({ input_cached_tokens: 64, output: 30, total: 880 });
    expect(step(rows, 'mcp__w__broken_tool')).toMatchObject({ level: 'ERROR', status_message: 'tool exploded' });
  });

  it('Traceloop: people among the association properties', () => {
    for (const row of rowsOf('21')) expect(row).toMatchObject({ user_id: 'user-1', session_id: 'sess-1' });
  });

  it('LlamaIndex: messages instead of printed objects, the tool call is kept', () => {
    const row = step(rowsOf('23'), 'OpenAI.astream_chat');
    expect(read(row.input)).toMatchObject({
      messages: [
        { message: { role: 'system', content: 'You tell the weather.' } },
        { message: { role: 'user', content: 'What is the weather in Paris?' } },
      ],
    });
    expect(row.tool_call_names).toEqual(['get_weather']);
    expect(firstTokenSeconds(row)).toBe(0.250152);
    expect(Object.keys(row.tool_definitions)).toEqual(['get_weather', 'broken_tool']);
    expect(step(rowsOf('05'), 'OpenAI.astream_chat').tool_call_names).toEqual(['get_weather']);
  });

  it('Strands, default events: parts in JSON text are read', () => {
    const row = step(rowsOf('24'), 'chat');
    expect(read(row.input)).toEqual([
      { role: 'system', content: [{ text: 'You tell the weather.' }] },
      { role: 'user', content: [{ text: 'What is the weather in Paris?' }] },
    ]);
    expect(row.tool_call_names).toEqual(['get_weather']);
    expect(read(row.tool_calls[0]!)).toEqual({
      id: 'call_eab66ab01fdd43d980932c8a',
      name: 'get_weather',
      arguments: '{"city":"What is the weather in Paris?"}',
      type: 'tool_use',
      index: 0,
    });
    expect(firstTokenSeconds(row)).toBe(5.868);
  });
});
