import { spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeProtobufExport } from '../server/ingest/otlp/decode-protobuf.ts';
import type { DecodedSpan } from '../server/ingest/otlp/decoded.ts';
import { httpModels } from './kit/http-models.ts';
import { type ChatRequest, ModelError } from './kit/model-client.ts';
import { virtualClock } from './kit/runtime.ts';
import { inProcessModels } from './model-server/in-process-client.ts';
import { startModelServer } from './model-server/server.ts';
import { ANSWER_PROMPT_V3 } from './support-agent/prompts.ts';

const noFaults = { rateLimit: 0, timeout: 0, overloaded: 0 };
const orderTool = {
  name: 'get_order',
  description: 'An order',
  parameters: { type: 'object', properties: { order_number: { type: 'string' } } },
};
const plan = JSON.stringify({ intent: 'order_status', order: 'NL-27094', tools: ['get_order'] });

describe('the model server', () => {
  let server: Awaited<ReturnType<typeof startModelServer>>;
  beforeAll(async () => {
    server = await startModelServer({ pace: 0 });
  });
  afterAll(() => server.close());

  const system = { role: 'system' as const, content: `${ANSWER_PROMPT_V3.text}\nPlan: ${plan}` };
  const chats: [string, Pick<ChatRequest, 'messages' | 'tools'>][] = [
    ['a text', { messages: [{ role: 'user', content: 'Hello, «wörld» 你好' }] }],
    ['a system prompt', { messages: [system, { role: 'user', content: 'thank you' }] }],
    ['a call of a tool', { messages: [system, { role: 'user', content: 'Where is NL-27094?' }], tools: [orderTool] }],
    [
      'the result of a tool',
      {
        messages: [
          system,
          { role: 'user', content: 'Where is NL-27094?' },
          {
            role: 'assistant',
            content: null,
            toolCalls: [{ id: 'call_1', name: 'get_order', arguments: '{"order_number":"NL-27094"}' }],
          },
          {
            role: 'tool',
            callId: 'call_1',
            content: '{"number":"NL-27094","product":"tent","status":"being packed","total":1,"placed":"2026-01-01"}',
          },
        ],
        tools: [orderTool],
      },
    ],
  ];

  for (const [provider, model] of [
    ['openai', 'gpt-4o'],
    ['openai', 'gpt-5-mini'],
    ['anthropic', 'claude-sonnet-4-5'],
  ] as const) {
    for (const stream of [false, true]) {
      it.each(chats)(`says the same over HTTP as in process: ${model}, ${stream ? 'streamed' : 'whole'}, %s`, async (_, chat) => {
        const request: ChatRequest = { provider, model, stream, ...chat };
        const direct = await inProcessModels(virtualClock(0), () => 0.9, noFaults).chat(request);
        let first = 0;
        const answer = await httpModels(server.url).chat(request, () => {
          first += 1;
        });
        const { id, model: served, content, toolCalls, finishReason, usage } = direct;
        expect(answer).toEqual({ id, model: served, content, toolCalls, finishReason, usage });
        expect(first).toBe(stream ? 1 : 0);
      });
    }
  }

  it('embeds: near texts have near vectors', async () => {
    const { vectors, inputTokens } = await httpModels(server.url).embed('text-embedding-3-small', [
      'return the boots',
      'the boots are returned',
      'vacation days',
    ]);
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(dot(vectors[0]!, vectors[1]!)).toBeGreaterThan(dot(vectors[0]!, vectors[2]!) + 0.3);
    expect(inputTokens).toBe(4 + 6 + 4);
  });

  it('refuses what it does not understand, in the form of the protocol', async () => {
    const ask = (path: string, body: string) => fetch(server.url + path, { method: 'POST', body });
    expect((await ask('/v1/chat/completions', '{')).status).toBe(400);
    expect((await ask('/v1/chat/completions', '{}')).status).toBe(400);
    const missing = await ask('/v1/unknown', '{}');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ error: { type: 'not_found_error' } });
  });

  it('fails as often as told', async () => {
    const failing = await startModelServer({ pace: 0, faults: { ...noFaults, rateLimit: 1 } });
    const asked = httpModels(failing.url).chat({
      provider: 'openai',
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'x' }],
    });
    await expect(asked).rejects.toMatchObject({ status: 429, type: 'rate_limit_error', retryable: true });
    await expect(asked).rejects.toBeInstanceOf(ModelError);
    await failing.close();
  });
});

describe('each example, run as its README says', () => {
  const spans: DecodedSpan[] = [];
  const scores: { name: string; traceId: string }[] = [];
  const seen: IncomingHttpHeaders[] = [];
  const sink = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    seen.push(request.headers);
    if (request.url?.endsWith('/v1/traces')) spans.push(...decodeProtobufExport(body).spans);
    else
      for (const event of (JSON.parse(body.toString()) as { batch: { body: { name: string; traceId: string } }[] }).batch)
        scores.push(event.body);
    response.writeHead(200).end();
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  });
  afterAll(() => void sink.close());

  function run(folder: string, env: Record<string, string>): Promise<string> {
    spans.length = 0;
    scores.length = 0;
    const child = spawn(process.execPath, [join(import.meta.dirname, folder, 'main.ts')], {
      env: { PATH: process.env.PATH, STAND_IN_PACE: '0', ...env },
    });
    let out = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      out += data;
    });
    return new Promise((resolve) => child.on('exit', (code) => resolve(`${out}\nexit ${code}`)));
  }
  const keys = { LANGFUSE_PUBLIC_KEY: 'pk-lf-1', LANGFUSE_SECRET_KEY: 'sk-lf-1' };
  const types = () => [...new Set(spans.map((span) => String(span.attributes.get('langfuse.observation.type'))))].toSorted();

  it('support-agent, with Langfuse keys', async () => {
    expect(await run('support-agent', { LANGFUSE_BASE_URL: url, ...keys })).toMatch(
      /NL-27094[\s\S]*You are welcome[\s\S]*exit 0/,
    );
    expect(types()).toEqual(['agent', 'embedding', 'generation', 'guardrail', 'retriever', 'tool']);
    expect(spans.filter((span) => span.parentSpanId === '')).toHaveLength(3);
    expect(new Set(scores.map((score) => score.traceId))).toEqual(new Set(spans.map((span) => span.traceId)));
    expect(seen.every((headers) => headers.authorization === `Basic ${Buffer.from('pk-lf-1:sk-lf-1').toString('base64')}`)).toBe(
      true,
    );
    const answer = spans.find(
      (span) => span.name === 'answer' && span.attributes.get('gen_ai.response.finish_reasons')?.toString() === 'stop',
    )!;
    expect(answer.attributes.get('langfuse.observation.prompt.version')).toBe(3);
    expect(Date.parse(String(answer.attributes.get('langfuse.observation.completion_start_time')))).toBeGreaterThan(
      answer.startTime! / 1000 - 5,
    );
  });

  it("rag-qa, with the OpenTelemetry SDK's own variables", async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/api/public/otel`,
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20cGs6c2s=',
    };
    expect(await run('rag-qa', env)).toMatch(/30 days of vacation[\s\S]*exit 0/);
    expect(types()).toEqual(['chain', 'embedding', 'evaluator', 'generation', 'retriever', 'span']);
    expect(seen.at(-1)!.authorization).toBe('Basic cGs6c2s=');
  });

  it('supervisor', async () => {
    expect(await run('supervisor', { LANGFUSE_BASE_URL: `${url}/`, ...keys })).toMatch(
      /where we stand[\s\S]*5 rounds[\s\S]*exit 0/,
    );
    expect(
      spans
        .filter((span) => span.attributes.get('langfuse.observation.type') === 'agent')
        .map((span) => span.name)
        .toSorted(),
    ).toEqual(['analyst', 'researcher', 'reviewer', 'supervisor', 'writer']);
  });

  it('says what is missing when there are no keys', async () => {
    expect(await run('supervisor', {})).toMatch(/Set LANGFUSE_PUBLIC_KEY[\s\S]*exit 1/);
  });
});
