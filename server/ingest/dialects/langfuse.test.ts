import { describe, expect, it } from 'vitest';
import { nestMetadata } from '../../../contract/metadata.ts';
import { ioOf, rowOf, SENDER, START } from './example-span.ts';

const PREFIX = 'langfuse.observation.';

describe('type', () => {
  it.each(['span', 'generation', 'event', 'embedding', 'agent', 'tool', 'chain', 'retriever', 'guardrail', 'evaluator'])(
    '%s',
    (type) => {
      expect(rowOf({ [`${PREFIX}type`]: type }).type).toBe(type.toUpperCase());
    },
  );

  it.each(['Generation', 'unknown', ''])('%j is not known and passes to later rules', (type) => {
    expect(rowOf({ [`${PREFIX}type`]: type }).type).toBe('SPAN');
    expect(rowOf({ [`${PREFIX}type`]: type, 'openinference.span.kind': 'LLM' }).type).toBe('GENERATION');
  });

  it.each([
    ['python', '', 'GENERATION'],
    ['python', '2.60.3', 'GENERATION'],
    ['python', '3.3.7', 'GENERATION'],
    ['python', '3.4.0', 'SPAN'],
    ['python', '4.0.0', 'SPAN'],
    ['nodejs', '3.0.0', 'SPAN'],
  ])('a span with a prompt of the %s SDK %s is a %s', (language, scopeVersion, type) => {
    const row = rowOf(
      { [`${PREFIX}type`]: 'span', [`${PREFIX}prompt.name`]: 'greeting' },
      { scope: 'langfuse-sdk', scopeVersion, resource: { 'telemetry.sdk.language': language } },
    );
    expect(row.type).toBe(type);
  });
});

describe('level', () => {
  it.each([
    ['debug', 'DEBUG'],
    ['TRACE', 'DEBUG'],
    ['Verbose', 'DEBUG'],
    ['info', 'DEFAULT'],
    ['log', 'DEFAULT'],
    ['notice', 'DEFAULT'],
    ['ok', 'DEFAULT'],
    ['success', 'DEFAULT'],
    ['warn', 'WARNING'],
    ['WARNING', 'WARNING'],
    ['fatal', 'ERROR'],
    ['critical', 'ERROR'],
  ])('%s is %s', (given, level) => {
    expect(rowOf({ [`${PREFIX}level`]: given }, { statusCode: level === 'ERROR' ? 0 : 2 }).level).toBe(level);
  });

  it('of an unknown word is that of the status', () => {
    expect(rowOf({ [`${PREFIX}level`]: '?' }, { statusCode: 2 }).level).toBe('ERROR');
    expect(rowOf({ [`${PREFIX}level`]: '?' }, { statusCode: 1 }).level).toBe('DEFAULT');
  });
});

describe('input and output', () => {
  it('come before every other dialect, and one hides the other', () => {
    expect(ioOf({ [`${PREFIX}input`]: '{"q":1}', 'input.value': 'x', 'output.value': 'y' })).toEqual({
      input: { q: 1 },
      output: null,
    });
  });
});

describe('usage', () => {
  it.each([
    ['as given', { input: 10, output: 5, input_cached_tokens: 3 }, { input: 10, output: 5, input_cached_tokens: 3, total: 18 }],
    ['with its total', { input: 10, output: 5, total: 99 }, { input: 10, output: 5, total: 99 }],
    [
      'two names of OpenAI stay',
      { prompt_tokens: 10, completion_tokens: 5 },
      { prompt_tokens: 10, completion_tokens: 5, total: 15 },
    ],
    [
      'three names of OpenAI are ours',
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      { input: 10, output: 5, total: 15 },
    ],
    [
      'details of chat completions are taken out of their sums',
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 80, audio_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 2 },
      },
      {
        input: 15,
        output: 18,
        total: 150,
        input_cached_tokens: 80,
        input_audio_tokens: 5,
        output_reasoning_tokens: 30,
        output_audio_tokens: 2,
      },
    ],
    [
      'details of responses too',
      {
        input_tokens: 100,
        output_tokens: 50,
        total_tokens: 150,
        input_tokens_details: { cached_tokens: 80 },
        output_tokens_details: { reasoning_tokens: 30 },
      },
      { input: 20, output: 20, total: 150, input_cached_tokens: 80, output_reasoning_tokens: 30 },
    ],
    ['only numbers count', { input: '7', output: 'many', cost: null, below: -1 }, { input: 7, total: 7 }],
  ])('%s', (_, given, details) => {
    const row = rowOf({ [`${PREFIX}usage_details`]: JSON.stringify(given) });
    expect(row.usage_details).toEqual(details);
    expect(row.total_tokens).toBe(details.total);
  });

  it('sums what is input and what is output', () => {
    const row = rowOf({
      [`${PREFIX}usage_details`]: '{"input":10,"input_cached_tokens":3,"output":5,"output_reasoning_tokens":2}',
    });
    expect([row.input_tokens, row.output_tokens, row.total_tokens]).toEqual([13, 7, 20]);
  });

  it('that is JSON but no object hides other usage; what is no JSON does not', () => {
    expect(rowOf({ [`${PREFIX}usage_details`]: '[1]', 'gen_ai.usage.input_tokens': 4 }).usage_details).toEqual({});
    expect(rowOf({ [`${PREFIX}usage_details`]: '{', 'gen_ai.usage.input_tokens': 4 }).usage_details).toEqual({
      input: 4,
      total: 4,
    });
  });
});

describe('cost', () => {
  it('that is given is kept and marked', () => {
    const row = rowOf({ [`${PREFIX}cost_details`]: '{"input":0.25,"output":0.5}' });
    expect(row.cost_details).toEqual({ input: 0.25, output: 0.5, total: 0.75 });
    expect([row.total_cost, row.cost_provided]).toEqual([0.75, true]);
  });

  it('that is empty is not given', () => {
    const row = rowOf({ [`${PREFIX}cost_details`]: '{}' });
    expect([row.total_cost, row.cost_provided]).toEqual([null, false]);
  });
});

describe('fields', () => {
  it.each([
    ['2026-01-01T00:00:01.5Z', START + 1_500_000],
    ['"2026-01-01T00:00:01.123456Z"', START + 1_123_456],
    ['2026-01-01T02:00:01+02:00', START + 1_000_000],
    ['soon', null],
  ])('completion start %s', (given, micros) => {
    expect(rowOf({ [`${PREFIX}completion_start_time`]: given }).completion_start_time).toBe(micros);
  });

  it('links a prompt to generations only', () => {
    const prompt = { [`${PREFIX}prompt.name`]: 'greeting', [`${PREFIX}prompt.version`]: 3 };
    const generation = rowOf({ ...prompt, [`${PREFIX}type`]: 'generation' });
    expect([generation.prompt_name, generation.prompt_version]).toEqual(['greeting', 3]);
    const tool = rowOf({ ...prompt, [`${PREFIX}type`]: 'tool' });
    expect([tool.prompt_name, tool.prompt_version]).toEqual(['', null]);
    expect(
      rowOf({ [`${PREFIX}type`]: 'generation', 'langfuse.prompt.name': 'old', 'langfuse.prompt.version': '2' }).prompt_version,
    ).toBe(2);
  });

  it('keeps texts and numbers of model parameters and makes JSON of the rest', () => {
    const row = rowOf({ [`${PREFIX}model.parameters`]: '{"temperature":0.5,"stream":true,"stop":["a"],"tier":"x"}' });
    expect(JSON.parse(row.model_parameters)).toEqual({ temperature: 0.5, stream: 'true', stop: '["a"]', tier: 'x' });
  });

  it('reads the experiment and keeps it out of metadata', () => {
    const row = rowOf({
      'langfuse.experiment.id': 'e1',
      'langfuse.experiment.name': 'run',
      'langfuse.experiment.metadata': '{"a":1}',
      'langfuse.experiment.metadata.b': '2',
      'langfuse.experiment.item.id': 'i1',
      'langfuse.experiment.item.version': '2026-01-01T00:00:00Z',
      'langfuse.experiment.item.expected_output': '{"ok":true}',
    });
    expect(row).toMatchObject({
      experiment_id: 'e1',
      experiment_name: 'run',
      experiment_metadata: '{"a":1,"b":2}',
      experiment_item_id: 'i1',
      experiment_item_version: START,
      experiment_item_expected_output: '{"ok":true}',
    });
    expect(Object.keys(row.metadata).filter((key) => key.includes('experiment'))).toEqual([]);
    expect(rowOf({ 'langfuse.experiment.item.version': 'v2' }).experiment_item_version).toBeNull();
  });

  it('keeps the provenance', () => {
    const row = rowOf(
      {},
      {
        scope: 'agent',
        scopeVersion: '2',
        resource: { 'service.name': 'shop', 'service.version': '7', 'telemetry.sdk.language': 'go' },
      },
      { ...SENDER, sdkName: 'python', sdkVersion: '3.1.0' },
    );
    expect(row).toMatchObject({
      service_name: 'shop',
      service_version: '7',
      version: '7',
      telemetry_sdk_language: 'go',
      scope_name: 'agent',
      scope_version: '2',
      sdk_name: 'python',
      sdk_version: '3.1.0',
      via: 'otlp-http',
      api_key: 'pk-lf-1',
    });
  });
});

describe('metadata', () => {
  it('of prefixed keys wins over the object; texts stay as they are', () => {
    const row = rowOf(
      { [`${PREFIX}metadata`]: '{"a":1,"b":{"c":2}}', [`${PREFIX}metadata.a`]: '"x"', 'langfuse.trace.metadata.t': 'y' },
      { scope: 'langfuse-sdk' },
    );
    expect(row.metadata).toEqual({
      a: '"x"',
      'b.c': '2',
      resourceAttributes: '{}',
      'scope.name': 'langfuse-sdk',
      'scope.attributes': '{}',
    });
    expect(row.trace_metadata).toEqual({ t: 'y' });
  });

  it.each(['[1]', '{', 'text'])('%s is no object and is dropped', (given) => {
    expect(Object.keys(rowOf({ [`${PREFIX}metadata`]: given }, { scope: 'langfuse-sdk' }).metadata)).toEqual([
      'resourceAttributes',
      'scope.name',
      'scope.attributes',
    ]);
  });

  it('of the trace joins the span of a direct sender', () => {
    const direct = rowOf({ 'langfuse.trace.metadata.t': 'y' }, {}, { ...SENDER, sdkName: 'python', sdkVersion: '4.0.0' });
    expect(direct.metadata.t).toBe('y');
    expect(direct.trace_metadata.t).toBe('y');
  });

  it('keeps keys of every name, and none reaches a prototype', () => {
    const row = rowOf({
      [`${PREFIX}metadata`]: '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      [`${PREFIX}metadata.__proto__`]: 'x',
    });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const read = nestMetadata(row.metadata);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(JSON.stringify(read)).toContain('"constructor":{"prototype":{"polluted":1}}');
    expect(JSON.stringify(read)).toContain('"__proto__":{"polluted":1}');
  });
});
