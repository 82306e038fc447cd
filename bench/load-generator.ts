/**
 * Sends exports over loopback as a process of its own and prints one JSON line of what came back.
 * `node bench/load-generator.ts '{"url":…,"authorization":…,"spans":512,"connections":4,"seconds":10,"rate":0}'`; rate 0: as fast as answers come.
 */
import { Agent, request } from 'node:http';
import { makeExport, restamp } from './make-export.ts';

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
}

export interface LoadResult {
  accepted: number;
  seconds: number;
  refused: number;
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

function send(body: Buffer): Promise<number> {
  return new Promise((done, fail) => {
    const headers = {
      authorization: load.authorization,
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
    };
    const sent = request(load.url, { method: 'POST', agent, headers }, (response) => {
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
  Array.from({ length: load.connections }, async (_, worker) => {
    const mark = restamp(makeExport(load.spans, Date.now() - 60_000));
    const pause = load.rate === 0 ? 0 : (load.spans * load.connections * 1000) / load.rate;
    let next = started + (pause * worker) / load.connections;
    while (performance.now() < end) {
      const wait = next - performance.now();
      if (pause > 0 && wait > 0) await new Promise((done) => setTimeout(done, wait));
      next += pause;
      const begin = performance.now();
      const status = await send(mark(stamp++));
      if (status === 200) {
        times.push(performance.now() - begin);
        accepted += load.spans;
      } else {
        refused += load.spans;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }),
);
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
const result: LoadResult = { accepted, refused, seconds: (performance.now() - started) / 1000, p50: at(0.5), p99: at(0.99) };
console.log(JSON.stringify(result));
process.exit(0);
