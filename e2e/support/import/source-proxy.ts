import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A way to a server on which a test decides what becomes of each request. */
export interface SourceProxy {
  url: string;
  /** Requests so far. */
  count(): number;
  close(): Promise<void>;
}

/** `pass` lets it through; a number is the status of the answer; `reset` cuts the connection; `cut` does so in the middle of the answer. */
export type Fate = 'pass' | 'reset' | 'cut' | number;

/** @param decide called for each request, counted from 1 */
export async function startSourceProxy(target: string, decide: (path: string, nth: number) => Fate): Promise<SourceProxy> {
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '';
    const fate = decide(path, ++count);
    if (fate === 'reset') return void incoming.socket.destroy();
    if (typeof fate === 'number') {
      outgoing.writeHead(fate, { 'content-type': 'application/json', ...(fate === 429 && { 'retry-after': '0' }) });
      return void outgoing.end('{"message":"as the test decided"}');
    }
    const { host: _host, ...headers } = incoming.headers;
    const onward = request(target + path, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (fate === 'pass') return void answer.pipe(outgoing);
      answer.once('data', (chunk: Buffer) => {
        outgoing.write(chunk.subarray(0, chunk.length / 2), () => outgoing.destroy());
        answer.resume();
      });
    });
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
