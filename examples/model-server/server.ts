import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ModelError } from '../kit/model-client.ts';
import { seededRandom } from '../kit/random.ts';
import { anthropicAnswer, anthropicEvents, readAnthropicMessages } from './anthropic-protocol.ts';
import { countTokens, embed, type Thought, think } from './brain.ts';
import { type FaultRates, faultOf } from './in-process-client.ts';
import { openAiAnswer, openAiChunks, readOpenAiChat } from './openai-protocol.ts';

export interface ModelServerOptions {
  /** 0 = any free port. */
  port?: number;
  /** 1 answers as slowly as a real model, 0 at once. */
  pace?: number;
  faults?: FaultRates;
}

type Json = Record<string, unknown>;

const NO_FAULTS: FaultRates = { rateLimit: 0, timeout: 0, overloaded: 0 };
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Json;
  } catch {
    throw new ModelError(400, 'invalid_request_error', 'The body is not JSON.');
  }
}

function sendJson(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Sends events one by one, spread over the time that the model would take. */
async function stream(response: ServerResponse, thought: Thought, pace: number, events: Iterable<string>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const all = [...events];
  await wait(thought.firstTokenMs * pace);
  const between = ((thought.durationMs - thought.firstTokenMs) * pace) / all.length;
  let owed = 0;
  for (const event of all) {
    response.write(event);
    owed += between;
    // Timers are no finer than this.
    if (owed >= 4) {
      await wait(owed);
      owed = 0;
    }
  }
  response.end();
}

/** A server that speaks OpenAI's chat completions and embeddings and Anthropic's messages, on loopback, with the stand-in model behind it. */
export async function startModelServer({ port = 0, pace = 1, faults = NO_FAULTS }: ModelServerOptions = {}) {
  const random = seededRandom('model server');

  async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const body = await readBody(request);
    const fault = faultOf(random, faults);
    if (fault) {
      await wait(fault.delayMs * pace);
      throw fault.error;
    }
    const created = Math.floor(Date.now() / 1000);
    if (path === '/v1/embeddings') {
      const texts = Array.isArray(body.input) ? (body.input as string[]) : [String(body.input)];
      const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
      const packed = (vector: number[]) => Buffer.from(Float32Array.from(vector).buffer).toString('base64');
      const data = texts.map((text, index) => {
        const vector = embed(text);
        return { object: 'embedding', index, embedding: body.encoding_format === 'base64' ? packed(vector) : vector };
      });
      sendJson(response, 200, {
        object: 'list',
        data,
        model: body.model,
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      });
      return;
    }
    if (!Array.isArray(body.messages)) throw new ModelError(400, 'invalid_request_error', 'messages: must be a list.');
    const anthropic = path === '/v1/messages';
    const chat = anthropic ? readAnthropicMessages(body) : readOpenAiChat(body);
    const thought = think(chat);
    if (!chat.stream) {
      await wait(thought.durationMs * pace);
      sendJson(response, 200, anthropic ? anthropicAnswer(thought) : openAiAnswer(thought, created));
      return;
    }
    const includeUsage = (body.stream_options as Json | undefined)?.include_usage === true;
    const events = anthropic
      ? [...anthropicEvents(thought)].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      : [
          ...[...openAiChunks(thought, created, includeUsage)].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`),
          'data: [DONE]\n\n',
        ];
    await stream(response, thought, pace, events);
  }

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0]!.replace(/\/$/, '');
    if (request.method !== 'POST' || !/^\/v1\/(chat\/completions|embeddings|messages)$/.test(path)) {
      sendJson(response, 404, { error: { type: 'not_found_error', message: `${request.method} ${path} is not spoken here.` } });
      return;
    }
    answer(request, response, path).catch((error: unknown) => {
      const { status, type, message } =
        error instanceof ModelError ? error : new ModelError(400, 'invalid_request_error', String(error));
      if (response.headersSent) response.destroy();
      else sendJson(response, status, { type: 'error', error: { type, message, param: null, code: type } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
