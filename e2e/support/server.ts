import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A Telltale that runs as a process of its own, as users run it, on free ports and a data folder of its own. */
export interface TestServer {
  url: string;
  grpcPort: number;
  dataDir: string;
  pid: number;
  projectId: string;
  publicKey: string;
  secretKey: string;
  email: string;
  password: string;
  /** `Basic …` of the project's key pair. */
  authorization: string;
  /** Everything the process printed so far. */
  output(): string;
  /**
   * Ends the process with the signal and gives its exit code (null when the signal killed it).
   * @throws Error when an answer broke its published shape
   */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Starts it again on the same data folder and ports may differ. */
  restart(env?: Record<string, string>): Promise<TestServer>;
  /** Stops it and deletes its data folder. */
  destroy(): Promise<void>;
}

export const TEST_PROJECT = {
  projectId: 'e2e-project',
  publicKey: 'pk-lf-e2e',
  secretKey: 'sk-lf-e2e-secret',
  email: 'e2e@telltale.test',
  password: 'e2e-password-1',
};

/** Starts the built server (`dist/server/main.js`) and resolves when it says that it listens. */
export async function startServer(
  env: Record<string, string> = {},
  dataDir = mkdtempSync(join(tmpdir(), 'telltale-e2e-')),
): Promise<TestServer> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--enable-source-maps', process.env.TELLTALE_TEST_SERVER ?? join(root, 'dist/server/main.js')],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: '0',
        TELLTALE_OTLP_GRPC_PORT: '0',
        TELLTALE_DEMO: '0',
        TELLTALE_CHECK_RESPONSES: '1',
        TELLTALE_DATA_DIR: dataDir,
        TELLTALE_INIT_ORG_ID: 'e2e-org',
        TELLTALE_INIT_ORG_NAME: 'E2E',
        TELLTALE_INIT_PROJECT_ID: TEST_PROJECT.projectId,
        TELLTALE_INIT_PROJECT_NAME: 'E2E project',
        TELLTALE_INIT_PROJECT_PUBLIC_KEY: TEST_PROJECT.publicKey,
        TELLTALE_INIT_PROJECT_SECRET_KEY: TEST_PROJECT.secretKey,
        TELLTALE_INIT_USER_EMAIL: TEST_PROJECT.email,
        TELLTALE_INIT_USER_NAME: 'E2E',
        TELLTALE_INIT_USER_PASSWORD: TEST_PROJECT.password,
        ...env,
      },
    },
  );
  let output = '';
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const listening = new Promise<{ url: string; grpcPort: number }>((done, fail) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const line = output.split('\n').find((text) => text.includes('"msg":"listening"'));
      if (line) {
        const { url, grpcPort } = JSON.parse(line) as { url: string; grpcPort: number };
        done({ url, grpcPort });
      }
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void exited.then((code) => fail(new Error(`The server ended with ${code} before it listened:\n${output}`)));
  });
  const { url, grpcPort } = await listening;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const code = await exited;
    failOnViolations(output);
    return code;
  };
  return {
    ...TEST_PROJECT,
    url,
    grpcPort,
    dataDir,
    pid: child.pid!,
    authorization: `Basic ${Buffer.from(`${TEST_PROJECT.publicKey}:${TEST_PROJECT.secretKey}`).toString('base64')}`,
    output: () => output,
    stop,
    restart: async (more = {}) => {
      await stop();
      return startServer({ ...env, ...more }, dataDir);
    },
    destroy: async () => {
      try {
        await stop();
      } finally {
        rmSync(dataDir, { recursive: true, force: true });
      }
    },
  };
}

/** An answer of either API that broke its declared shape fails the test that stops the server. */
function failOnViolations(output: string) {
  const found = output.split('\n').filter((line) => /answer breaks the published shape|breaks its declaration/.test(line));
  const named = found.map((line) => {
    const { violation, err } = JSON.parse(line) as { violation?: string; err?: { message: string } };
    return violation ?? err?.message ?? line;
  });
  if (named.length > 0) throw new Error(`Answers that break the published shape:\n${[...new Set(named)].join('\n')}`);
}

/** Asks until the answer is there; fails with the last error after the limit. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | null | false>,
  what: string,
  limitMs = 20_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`Waited ${limitMs} ms for ${what}${last ? `: ${String(last)}` : ''}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
