import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExactNumber } from '../contract/json/exact-number.ts';
import { isObject, parseJson } from '../contract/json/parse.ts';
import { runCli } from './support/cli.ts';
import { startServer, TEST_PROJECT, type TestServer } from './support/server.ts';

/*
 * Values come back as they were sent: every door against every surface. Bodies are written and answers are read as text here, since
 * what is looked for is what JavaScript's own reader of JSON would lose.
 */

/** Numbers that no double holds, texts that look like them, and keys that are no paths. */
const VALUE =
  '{"id":107505301260286111,"text":"1983516295378495150","small":0.1234567890123456789,"decimal":"0.1234567890123456789",' +
  '"huge":1e400,"nought":-0,"one":1.0,"list":[9007199254740993,{"deep":-107505301260286111}],"a.b":1,"a":{"c":2},' +
  '"user.email":"x","http.status":200,"http.status.text":"OK","constructor":"c","toString":{"__proto__":"p"}}';
const SENT = parseJson(VALUE);

/** One text for equal values. */
const canonical = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(canonical)}]`
    : isObject(value)
      ? `{${Object.keys(value)
          .sort()
          .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`
      : value instanceof ExactNumber
        ? value.text
        : JSON.stringify(value);
const same = (read: unknown, sent: unknown = SENT) => expect(canonical(read)).toBe(canonical(sent));

let server: TestServer;
let folder: string;
const at = new Date().toISOString();
const PROJECT = `/api/v1/projects/${TEST_PROJECT.projectId}`;

async function ask(method: string, path: string, body?: string): Promise<string> {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      authorization: server.authorization,
      accept: 'application/json, text/event-stream',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
  return text;
}

// biome-ignore lint/suspicious/noExplicitAny: tests assert on whatever came
const read = async (path: string): Promise<any> => parseJson(await ask('GET', path));

const tool = async (name: string, args: string) => {
  const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`;
  const answer = parseJson(await ask('POST', '/api/public/mcp', body)) as {
    result: { content: { text: string }[]; isError?: boolean };
  };
  expect(answer.result.isError, JSON.stringify(answer)).not.toBe(true);
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on whatever came
  return parseJson(answer.result.content[0]!.text) as any;
};

/** Every door that takes a step with input, output and metadata. `step` is its id; its trace bears the name of the door. */
const attribute = (key: string, value: string) => `{"key":"${key}","value":${value}}`;
const text = (value: string) => `{"stringValue":${JSON.stringify(value)}}`;
const OTLP_ID = 'aaaaaaaaaaaaaaaa';
const DOORS: Record<string, { trace: string; step: string; send: () => Promise<unknown> }> = {
  batch: {
    trace: 'of-batch',
    step: 'step-of-batch',
    send: () =>
      ask(
        'POST',
        '/api/public/ingestion',
        `{"batch":[{"id":"e1","type":"trace-create","timestamp":"${at}","body":{"id":"of-batch","timestamp":"${at}","sessionId":"s","metadata":${VALUE},"input":${VALUE},"output":${VALUE}}},` +
          `{"id":"e2","type":"generation-create","timestamp":"${at}","body":{"id":"step-of-batch","traceId":"of-batch","startTime":"${at}","metadata":${VALUE},"input":${VALUE},"output":${VALUE},"modelParameters":{"seed":107505301260286111}}}]}`,
      ),
  },
  'batch, as JSON text': {
    trace: 'of-text',
    step: 'step-of-text',
    send: () =>
      ask(
        'POST',
        '/api/public/ingestion',
        `{"batch":[{"id":"e3","type":"trace-create","timestamp":"${at}","body":{"id":"of-text","timestamp":"${at}","metadata":${VALUE},"input":${JSON.stringify(VALUE)},"output":${JSON.stringify(VALUE)}}},` +
          `{"id":"e4","type":"span-create","timestamp":"${at}","body":{"id":"step-of-text","traceId":"of-text","startTime":"${at}","metadata":${VALUE},"input":${JSON.stringify(VALUE)},"output":${JSON.stringify(VALUE)}}}]}`,
      ),
  },
  'OpenTelemetry, JSON': {
    trace: 'a'.repeat(32),
    step: OTLP_ID,
    send: () =>
      ask(
        'POST',
        '/api/public/otel/v1/traces',
        `{"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"scope":{"name":"langfuse-sdk","version":"4"},"spans":[{"traceId":"${'a'.repeat(32)}","spanId":"${OTLP_ID}","name":"n","startTimeUnixNano":"${Date.now()}000000","endTimeUnixNano":"${Date.now()}000000","attributes":[${[
          attribute('langfuse.observation.input', text(VALUE)),
          attribute('langfuse.observation.output', text(VALUE)),
          attribute('langfuse.observation.metadata', text(VALUE)),
          attribute('langfuse.trace.input', text(VALUE)),
          attribute('langfuse.trace.output', text(VALUE)),
          attribute('langfuse.trace.metadata', text(VALUE)),
        ]}]}]}]}]}`,
      ),
  },
};

/** Every surface that shows such a step, as the values that it shows. */
const SURFACES: Record<string, (door: { trace: string; step: string }) => Promise<unknown[]>> = {
  'GET /traces/{id}': async ({ trace, step }) => {
    const found = await read(`/api/public/traces/${trace}`);
    const shown = found.observations.find(({ id }: { id: string }) => id === step);
    return [found.input, found.output, withoutTelemetry(found.metadata), ...valuesOf(shown)];
  },
  'GET /traces': async ({ trace }) =>
    valuesOf((await read('/api/public/traces?limit=50')).data.find(({ id }: { id: string }) => id === trace)),
  'GET /observations/{id}': async ({ step }) => valuesOf(await read(`/api/public/observations/${step}`)),
  'GET /observations': async ({ trace, step }) =>
    valuesOf((await read(`/api/public/observations?traceId=${trace}`)).data.find(({ id }: { id: string }) => id === step)),
  'GET /v2/observations': async ({ trace, step }) => {
    const { data } = await read(`/api/public/v2/observations?traceId=${trace}&fields=core,io`);
    const { input, output } = data.find(({ id }: { id: string }) => id === step);
    return [parseJson(input), parseJson(output)];
  },
  'our own trace': async ({ trace }) => valuesOf(await read(`${PROJECT}/traces/${trace}`)),
  'our own step': async ({ trace, step }) => valuesOf(await read(`${PROJECT}/traces/${trace}/observations/${step}`)),
  'our own steps': async ({ trace, step }) =>
    valuesOf((await read(`${PROJECT}/traces/${trace}/observations`)).data.find(({ id }: { id: string }) => id === step)),
  'a download': async ({ trace, step }) => {
    const lines = (await ask('GET', `${PROJECT}/export?table=observations`)).trim().split('\n').map(parseJson);
    const row = (lines as Record<string, unknown>[]).find(
      (line) => JSON.stringify(line).includes(`"${step}"`) && JSON.stringify(line).includes(`"${trace}"`),
    )!;
    return valuesOf(row);
  },
  // Its texts are as they are stored, metadata as paths.
  'MCP, a step': async ({ step }) => {
    const { input, output, metadata } = await tool('getObservation', `{"observationId":"${step}"}`);
    expect(metadata).toMatchObject({ id: '107505301260286111', 'user.email': 'x', small: '0.1234567890123456789' });
    return [parseJson(input), parseJson(output)];
  },
  'the command line, a trace': async ({ trace, step }) => {
    const run = await runCli(server, ['traces', 'get', trace, '--json']);
    expect(run).toMatchObject({ code: 0 });
    // biome-ignore lint/suspicious/noExplicitAny: tests assert on whatever came
    const shown = parseJson(run.stdout) as any;
    return [...valuesOf(shown), ...valuesOf(shown.observations.find(({ id }: { id: string }) => id === step))];
  },
  'the command line, an export': async ({ step }) => {
    const file = join(folder, 'steps.jsonl');
    const run = await runCli(server, ['export', 'observations', '--since', '1h', '--output', file, '--overwrite']);
    expect(run).toMatchObject({ code: 0 });
    const rows = readFileSync(file, 'utf8').trim().split('\n').map(parseJson) as Record<string, unknown>[];
    return valuesOf(rows.find(({ id }) => id === step));
  },
};

/** What OpenTelemetry adds of its own. */
function withoutTelemetry(metadata: unknown): unknown {
  const { resourceAttributes: _resource, scope: _scope, ...rest } = metadata as Record<string, unknown>;
  return rest;
}
// biome-ignore lint/suspicious/noExplicitAny: tests assert on whatever came
const valuesOf = (shown: any): unknown[] => [shown.input, shown.output, withoutTelemetry(shown.metadata)];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-fidelity-'));
  server = await startServer();
  for (const { send } of Object.values(DOORS)) await send();
}, 120_000);
afterAll(async () => {
  await server.destroy();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.entries(DOORS))('sent by %s', (_, door) => {
  it.each(Object.entries(SURFACES))('is shown as it was by %s', async (__, valuesAt) => {
    const values = await valuesAt(door);
    expect(values.length).toBeGreaterThan(1);
    for (const value of values) same(value);
  });
});

describe('what is more than a step', () => {
  it('parameters of a model', async () => {
    const shown = await ask('GET', '/api/public/observations/step-of-batch');
    expect(shown).toContain('"modelParameters":{"seed":107505301260286111}');
  });

  it('whole numbers of OpenTelemetry, as text and as number, and texts of digits beside them', async () => {
    const trace = 'b'.repeat(32);
    await ask(
      'POST',
      '/api/public/otel/v1/traces',
      `{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"langfuse-sdk"},"spans":[{"traceId":"${trace}","spanId":"bbbbbbbbbbbbbbbb","name":"n","startTimeUnixNano":${Date.now()}000000,"attributes":[${[
        attribute('langfuse.trace.metadata.order', '{"intValue":"107505301260286111"}'),
        attribute('langfuse.trace.metadata.item', '{"intValue":9007199254740993}'),
        attribute('langfuse.trace.metadata.tweet', text('1983516295378495150')),
        attribute('langfuse.observation.input', text('1983516295378495150')),
        attribute('langfuse.observation.output', text('0.1234567890123456789')),
      ]}]}]}]}]}`,
    );
    const shown = await read(`/api/public/traces/${trace}`);
    same(withoutTelemetry(shown.metadata), {
      order: new ExactNumber('107505301260286111'),
      item: new ExactNumber('9007199254740993'),
      tweet: '1983516295378495150',
    });
    same(shown.observations[0].input, '1983516295378495150');
    same(shown.observations[0].output, '0.1234567890123456789');
  });

  it('a number or a text of digits alone', async () => {
    const pairs = ['107505301260286111', '"1983516295378495150"', '0.1234567890123456789', '"0.1234567890123456789"', '1e400'];
    for (const [index, value] of pairs.entries()) {
      await ask(
        'POST',
        '/api/public/ingestion',
        `{"batch":[{"id":"n${index}","type":"trace-create","timestamp":"${at}","body":{"id":"alone-${index}","input":${value},"metadata":{"v":${value}}}}]}`,
      );
      const shown = await read(`/api/public/traces/alone-${index}`);
      same([shown.input, shown.metadata], [parseJson(value), { v: parseJson(value) }]);
    }
  });

  it('metadata of scores, by each way in and out', async () => {
    await ask(
      'POST',
      '/api/public/scores',
      `{"id":"by-rest","traceId":"of-batch","name":"n","value":0.1234567890123456789,"metadata":${VALUE}}`,
    );
    await ask(
      'POST',
      '/api/public/ingestion',
      `{"batch":[{"id":"e9","type":"score-create","timestamp":"${at}","body":{"id":"by-batch","traceId":"of-batch","name":"n","value":9007199254740993,"metadata":${VALUE}}}]}`,
    );
    await tool('createScore', `{"id":"by-tool","traceId":"of-batch","name":"n","value":1.0,"metadata":${VALUE}}`);
    for (const id of ['by-rest', 'by-batch', 'by-tool']) {
      for (const path of ['/api/public/scores', '/api/public/v2/scores']) same((await read(`${path}/${id}`)).metadata);
      const { data } = await read('/api/public/v3/scores?limit=50&fields=details');
      same(data.find((score: { id: string }) => score.id === id).metadata);
      same((await tool('getScore', `{"scoreId":"${id}"}`)).metadata);
    }
  });

  it('items of datasets, configs of prompts', async () => {
    await ask(
      'POST',
      '/api/public/v2/datasets',
      `{"name":"d","metadata":${VALUE},"inputSchema":{"type":"object","properties":{"id":{"type":"integer"}}}}`,
    );
    await ask(
      'POST',
      '/api/public/dataset-items',
      `{"id":"item","datasetName":"d","input":${VALUE},"expectedOutput":${JSON.stringify(VALUE)},"metadata":${VALUE}}`,
    );
    const item = await read('/api/public/dataset-items/item');
    for (const value of [item.input, item.expectedOutput, item.metadata]) same(value);
    same((await read('/api/public/v2/datasets/d')).metadata);
    await ask(
      'POST',
      '/api/public/v2/prompts',
      `{"name":"p","type":"text","prompt":"x","labels":["production"],"config":${VALUE}}`,
    );
    same((await read('/api/public/v2/prompts/p')).config);
    same((await tool('getPrompt', '{"name":"p"}')).config);
  });

  it('filters still find metadata by its path', async () => {
    for (const [key, value] of [
      ['user.email', 'x'],
      ['id', '107505301260286111'],
      ['a.c', '2'],
    ]) {
      const filter = [{ type: 'stringObject', column: 'metadata', key, operator: '=', value }];
      const { data } = await read(`/api/public/traces?filter=${encodeURIComponent(JSON.stringify(filter))}`);
      expect(data.map(({ id }: { id: string }) => id)).toContain('of-batch');
    }
  });
});
