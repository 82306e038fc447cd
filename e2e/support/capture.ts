import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as a library sent it. */
export interface CapturedRequest {
  method: string;
  path: string;
  /** Only headers that mean something to the receiver; no credentials. */
  headers: Record<string, string>;
  /** Base64 of the body as it came over the wire. */
  body: string;
}

const KEPT = /^(content-type|content-encoding|x[-_]langfuse[-_].*|user-agent)$/;

/** A receiver that takes everything, answers as Langfuse would, and remembers it: for fixtures captured from real libraries. */
export async function startCapture(): Promise<{ url: string; requests: CapturedRequest[]; close(): Promise<void> }> {
  const requests: CapturedRequest[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (request.method === 'POST') {
        const headers = Object.fromEntries(
          Object.entries(request.headers)
            .filter(([name]) => KEPT.test(name))
            .map(([name, value]) => [name, String(value)]),
        );
        requests.push({ method: request.method, path: request.url ?? '', headers, body: body.toString('base64') });
      }
      const path = (request.url ?? '').split('?')[0]!;
      response.setHeader('content-type', 'application/json');
      if (path.endsWith('/ingestion')) {
        const batch = (JSON.parse(body.toString()) as { batch: { id: string }[] }).batch;
        response.statusCode = 207;
        response.end(JSON.stringify({ successes: batch.map(({ id }) => ({ id, status: 201 })), errors: [] }));
      } else if (path.endsWith('/projects')) {
        response.end(
          JSON.stringify({ data: [{ id: 'captured', name: 'captured', metadata: {}, organization: { id: 'o', name: 'o' } }] }),
        );
      } else if (path.endsWith('/traces')) {
        response.setHeader('content-type', request.headers['content-type'] ?? 'application/json');
        response.end();
      } else {
        response.statusCode = 404;
        response.end('{"message":"not captured"}');
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise((done, fail) => server.close((error) => (error ? fail(error) : done()))),
  };
}
