import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
/** As `npm run up` runs it. */
const SERVER_ARGUMENTS = ['--enable-source-maps', '--max-semi-space-size=16'];
const TICKS_PER_SECOND = 100;

/** The built server as a process of its own, on a data folder and ports of its own. */
export interface BenchServer {
  url: string;
  authorization: string;
  dataDir: string;
  /** Milliseconds from starting the process to `/ready` answering 200. */
  startMs: number;
  /** Resident memory, bytes. Linux only. */
  memory(): number;
  /** Processor time used so far, seconds. Linux only. */
  cpuSeconds(): number;
  stop(): Promise<void>;
  destroy(): Promise<void>;
}

const KEYS = { public: 'pk-lf-bench', secret: 'sk-lf-bench-secret' };

export async function startBenchServer(given?: string): Promise<BenchServer> {
  const dataDir = given ?? (await mkdtemp(join(tmpdir(), 'telltale-bench-')));
  const started = performance.now();
  const child: ChildProcess = spawn(process.execPath, [...SERVER_ARGUMENTS, join(root, 'dist/server/main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      TELLTALE_OTLP_GRPC_PORT: '0',
      TELLTALE_DEMO: '0',
      TELLTALE_DATA_DIR: dataDir,
      TELLTALE_INIT_ORG_ID: 'bench',
      TELLTALE_INIT_PROJECT_ID: 'bench',
      TELLTALE_INIT_PROJECT_PUBLIC_KEY: KEYS.public,
      TELLTALE_INIT_PROJECT_SECRET_KEY: KEYS.secret,
    },
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((done, fail) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((candidate) => candidate.includes('"msg":"listening"'));
      if (line) done((JSON.parse(line) as { url: string }).url);
    });
    void ended.then(() => fail(new Error(`The server did not start:\n${text}`)));
  });
  while (!(await fetch(`${url}/ready`)).ok) await new Promise((done) => setTimeout(done, 5));
  const startMs = performance.now() - started;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return {
    url,
    authorization: `Basic ${Buffer.from(`${KEYS.public}:${KEYS.secret}`).toString('base64')}`,
    dataDir,
    startMs,
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    cpuSeconds: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    stop,
    destroy: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
