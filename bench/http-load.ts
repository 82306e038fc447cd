/**
 * Sends one kind of request over loopback as a process of its own, as fast as answers come, and prints one JSON line of what came back.
 * `node bench/http-load.ts '{"url":…,"method":"GET","authorization":…,"connections":8,"seconds":10}'`. In `body`, `#N#` is a number that no
 * other request has; with `items`, the text stands for one of so many elements that are joined between `before` and `after`.
 */
import { Agent, request } from 'node:http';

export interface HttpLoad {
  url: string;
  method: 'GET' | 'POST';
  authorization: string;
  connections: number;
  seconds: number;
  body?: string;
  items?: { count: number; before: string; after: string };
  /** Kept apart from other loads on the same server. */
  stamp?: string;
}

export interface HttpLoadResult {
  /** Requests that were answered 2xx, a second. */
  perSecond: number;
  refused: number;
  /** Milliseconds from sending to the end of the answer. */
  p50: number;
  p99: number;
}

const load = JSON.parse(process.argv[2]!) as HttpLoad;
const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
const stamp = load.stamp ?? '';
let number = 0;
let refused = 0;
const times: number[] = [];

const nextBody = (): string | undefined => {
  const { body, items } = load;
  if (body === undefined) return undefined;
  const one = () => {
    const own = `${stamp}${number++}`;
    return body.replaceAll('#N#', own);
  };
  return items ? items.before + Array.from({ length: items.count }, one).join(',') + items.after : one();
};

function send(): Promise<number> {
  const body = nextBody();
  return new Promise((done, fail) => {
    const headers = {
      authorization: load.authorization,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const sent = request(load.url, { method: load.method, agent, headers }, (response) => {
      response.resume();
      response.once('end', () => done(response.statusCode ?? 0));
    });
    sent.once('error', fail);
    sent.end(body);
  });
}

const started = performance.now();
const end = started + load.seconds * 1000;
await Promise.all(
  Array.from({ length: load.connections }, async () => {
    while (performance.now() < end) {
      const begin = performance.now();
      const status = await send();
      if (status >= 200 && status < 300) times.push(performance.now() - begin);
      else {
        refused++;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }),
);
const seconds = (performance.now() - started) / 1000;
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
const result: HttpLoadResult = { perSecond: times.length / seconds, refused, p50: at(0.5), p99: at(0.99) };
console.log(JSON.stringify(result));
process.exit(0);
