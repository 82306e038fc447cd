import { randomUUID } from 'node:crypto';
import { call } from './api.ts';
import type { TestServer } from './server.ts';
import { exportOf, newSpanId, newTraceId, spanOf } from './spans.ts';

/** What senders were promised. */
export interface Load {
  /** Identity, `trace id/id`, of everything that was acknowledged. */
  acknowledged: Set<string>;
  /** Answers by status; 0 = no answer. */
  answers: Map<number, number>;
  /** Stops sending; resolves when no request is open. */
  stop(): Promise<void>;
}

/** Sends from several senders at once over both protocols, and remembers what was acknowledged. Failures are remembered, not retried. */
export function startLoad(server: TestServer, { senders = 6, spans = 20, acknowledged = new Set<string>() } = {}): Load {
  const answers = new Map<number, number>();
  let stopped = false;
  const count = (status: number) => answers.set(status, (answers.get(status) ?? 0) + 1);

  async function exportOnce(): Promise<void> {
    const traceId = newTraceId();
    const ids = Array.from({ length: spans }, newSpanId);
    const { status } = await call(server, 'POST', '/v1/traces', exportOf(ids.map((id) => spanOf(traceId, id))));
    count(status);
    if (status === 200) for (const id of ids) acknowledged.add(`${traceId}/${id}`);
  }

  /** Created in one request and ended in the next: the second is folded with the first. */
  async function batchOnce(): Promise<void> {
    const traceId = randomUUID();
    const ids = Array.from({ length: spans }, () => randomUUID());
    const send = async (type: string, body: (id: string) => object) => {
      const timestamp = new Date().toISOString();
      const batch = ids.map((id) => ({ id: randomUUID(), timestamp, type, body: { id, traceId, ...body(id) } }));
      const answer = await call<{ successes: unknown[] }>(server, 'POST', '/api/public/ingestion', { batch });
      count(answer.status);
      if (answer.status === 207 && answer.body.successes.length === ids.length) {
        for (const id of ids) acknowledged.add(`${traceId}/${id}`);
      }
    };
    await send('generation-create', () => ({ name: 'call', startTime: new Date().toISOString(), input: 'Where is my order?' }));
    await send('generation-update', () => ({ endTime: new Date().toISOString(), output: 'It has shipped.' }));
  }

  async function sender(number: number): Promise<void> {
    while (!stopped) {
      try {
        await (number % 3 === 2 ? batchOnce() : exportOnce());
      } catch {
        count(0);
        // The server is gone: whoever started the load stops it.
        await new Promise((done) => setTimeout(done, 20));
      }
    }
  }
  const all = Promise.all(Array.from({ length: senders }, (_, number) => sender(number)));
  return {
    acknowledged,
    answers,
    stop: async () => {
      stopped = true;
      await all;
    },
  };
}
