/**
 * Sends exports over loopback as a process of its own and prints one JSON line of what came back.
 * `node bench/load-generator.ts '{"url":…,"authorization":…,"spans":512,"connections":4,"seconds":10,"rate":0}'`; rate 0: as fast as answers come.
 */
import { Agent, request } from 'node:http';
import { makeExport, restamp, type Shape } from './make-export.ts';

export interface Load {
  url: string;
  authorization: string;
  /** Spans an export. */
  spans: number;
  connections: number;
  seconds: number;
  /** Spans a second in all; 0 for no limit. */
  rate: number;
  /** Kept apart from other loads on the same server. */
  stamp: number;
  shape?: Shape;
  /** After this long without an answer the client hangs up, ms. */
  patience?: number;
}

export interface LoadResult {
  accepted: number;
  seconds: number;
  refused: number;
  /** Requests by status; 0: no answer in time, or a broken connection. */
  statuses: Record<number, number>;
  /** Longest wait for an answer, and for a refusal, ms. */
  slowest: number;
  slowestRefusal: number;
  /** Milliseconds from sending to the answer. */
  p50: number;
  p99: number;
}

const load = JSON.parse(process.argv[2]!) as Load;
const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
let stamp = load.stamp;
let accepted = 0;
let refused = 0;
const times: number[] = [];

const statuses: Record<number, number> = {};
let slowest = 0;
let slowestRefusal = 0;

/** Gives the status and the seconds to wait that the server named; status 0 when no answer came. */
function send(body: Buffer): Promise<{ status: number; retryAfter: number }> {
  return new Promise((done) => {
    const headers = {
      authorization: load.authorization,
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
    };
    const signal = AbortSignal.timeout(load.patience ?? 60_000);
    const sent = request(load.url, { method: 'POST', agent, headers, signal }, (response) => {
      response.resume();
      const retryAfter = Number(response.headers['retry-after'] ?? 0);
      response.once('end', () => done({ status: response.statusCode ?? 0, retryAfter }));
    });
    sent.once('error', () => done({ status: 0, retryAfter: 0 }));
    sent.end(body);
  });
}

const started = performance.now();
const end = started + load.seconds * 1000;
await Promise.all(
  Array.from({ length: load.connections }, async (_, worker) => {
    const mark = restamp(makeExport(load.spans, Date.now() - 60_000, load.shape));
    const pause = load.rate === 0 ? 0 : (load.spans * load.connections * 1000) / load.rate;
    let next = started + (pause * worker) / load.connections;
    while (performance.now() < end) {
      const wait = next - performance.now();
      if (pause > 0 && wait > 0) await new Promise((done) => setTimeout(done, wait));
      next += pause;
      const begin = performance.now();
      const { status, retryAfter } = await send(mark(stamp++));
      const took = performance.now() - begin;
      statuses[status] = (statuses[status] ?? 0) + 1;
      slowest = Math.max(slowest, took);
      if (status === 429 || status === 503) slowestRefusal = Math.max(slowestRefusal, took);
      if (status === 200) {
        times.push(took);
        accepted += load.spans;
      } else {
        refused += load.spans;
        await new Promise((done) => setTimeout(done, Math.max(100, retryAfter * 1000)));
      }
    }
  }),
);
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
const seconds = (performance.now() - started) / 1000;
const result: LoadResult = { accepted, refused, seconds, statuses, slowest, slowestRefusal, p50: at(0.5), p99: at(0.99) };
console.log(JSON.stringify(result));
process.exit(0);
