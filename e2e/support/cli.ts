import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { TestServer } from './server.ts';

const root = resolve(import.meta.dirname, '../..');
const bin = process.env.TELLTALE_TEST_BIN ?? join(root, 'bin/telltale.mjs');

/** What a run of the command line printed and ended with. */
export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string;
  /** Ends it with SIGINT as soon as what it printed fits. */
  until?: (stdout: string) => boolean;
  onStart?: (output: () => string) => void;
  /** Called with what sends the process a signal. */
  onChild?: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** The published command as a process, with the server and its keys in the environment, and nothing else of it. */
export function runCli(server: Partial<TestServer>, args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd ?? root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      TZ: 'UTC',
      ...(server.url && { LANGFUSE_BASE_URL: server.url }),
      ...(server.publicKey && { LANGFUSE_PUBLIC_KEY: server.publicKey }),
      ...(server.secretKey && { LANGFUSE_SECRET_KEY: server.secretKey }),
      ...options.env,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (options.until?.(stdout)) child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  options.onStart?.(() => stdout);
  options.onChild?.((signal) => child.kill(signal));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

/** The JSON that a run with `--json` printed. @throws Error with what it said unless it ended well */
export async function cliJson<T>(server: Partial<TestServer>, args: readonly string[], options?: CliOptions): Promise<T> {
  const { code, stdout, stderr } = await runCli(server, [...args, '--json'], options);
  if (code !== 0) throw new Error(`telltale ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
