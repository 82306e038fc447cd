import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A way to the server on which answers get lost: some requests are answered 503 although the server did what they asked. */
export interface UnsteadyProxy {
  url: string;
  /** Requests that were answered 503, as `METHOD /path`. */
  failed: string[];
  close(): Promise<void>;
}

/** @param unsteady on which paths a POST may lose its answer: the first one does, and then each `every`th */
export async function startUnsteadyProxy(
  target: string,
  unsteady: (path: string) => boolean,
  every: number,
): Promise<UnsteadyProxy> {
  const failed: string[] = [];
  let seen = 0;
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '';
    const fails = incoming.method === 'POST' && unsteady(path) && seen++ % every === 0;
    const { host: _host, ...headers } = incoming.headers;
    const onward = request(target + path, { method: incoming.method, headers }, (answer) => {
      if (!fails) {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      failed.push(`${incoming.method} ${path}`);
      answer.resume();
      answer.once('end', () => outgoing.writeHead(503, { 'retry-after': '0' }).end('{"message":"lost on the way"}'));
    });
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failed,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
