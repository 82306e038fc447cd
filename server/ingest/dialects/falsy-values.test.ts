import { describe, expect, it } from 'vitest';
import { exampleSpan, NOW, rowOf, SENDER } from './example-span.ts';
import { normaliseExport } from './normalise.ts';

/** Attributes that hold an output or input of a tool or step, with what else their dialect wants to see. */
const OUTPUTS: [string, Record<string, string>?, string?][] = [
  ['langfuse.observation.output'],
  ['output.value'],
  ['output'],
  ['mlflow.spanOutputs'],
  ['traceloop.entity.output'],
  ['tool_response'],
  ['final_result', {}, 'pydantic-ai'],
  ['gen_ai.completion'],
  ['gen_ai.tool.call.result'],
  ['gcp.vertex.agent.tool_response'],
  ['lk.function_tool.output'],
  ['genkit:output', {}, 'genkit-tracer'],
  ['ai.toolCall.result', {}, 'ai'],
  ['flue.tool.result', {}, '@flue/opentelemetry'],
  ['mastra.tool_call.output', { 'mastra.span.type': 'tool_call' }],
];
const INPUTS: [string, Record<string, string>?, string?][] = [
  ['langfuse.observation.input'],
  ['input.value'],
  ['input'],
  ['mlflow.spanInputs'],
  ['traceloop.entity.input'],
  ['tool_arguments'],
  ['gen_ai.prompt'],
  ['gen_ai.tool.call.arguments'],
  ['gcp.vertex.agent.tool_call_args'],
  ['lk.function_tool.arguments'],
  ['genkit:input', {}, 'genkit-tracer'],
  ['ai.toolCall.args', {}, 'ai'],
  ['flue.tool.arguments', {}, '@flue/opentelemetry'],
  ['mastra.tool_call.input', { 'mastra.span.type': 'tool_call' }],
];

describe.each([false, 0, '0', 'false'])('the value %j is something that was said', (value) => {
  it.each(OUTPUTS)('as output in %s', (key, others = {}, scope = undefined) => {
    expect(rowOf({ ...others, [key]: value }, { scope }).output).toBe(String(value));
  });
  it.each(INPUTS)('as input in %s', (key, others = {}, scope = undefined) => {
    expect(rowOf({ ...others, [key]: value }, { scope }).input).toBe(String(value));
  });
});

describe('times in another unit', () => {
  const notices = (startTime: number) =>
    normaliseExport({ spans: [{ ...exampleSpan({}), startTime }, exampleSpan({})], refused: [] }, SENDER, NOW).refused;

  it.each([
    ['milliseconds', Math.floor(NOW / 1e6)],
    ['microseconds', Math.floor(NOW / 1e3)],
  ])('%s are told of, and the span is kept', (_, startTime) => {
    expect(notices(startTime)).toEqual([
      expect.objectContaining({ reason: 'odd_time', kept: true, message: expect.stringContaining('1 of 2 spans') }),
    ]);
  });

  it('nanoseconds are nothing to speak of', () => expect(notices(NOW)).toEqual([]));
});
