import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { JS_CLIENTS, type JsClient, PYTHON_CLIENTS, type PythonClient } from '../clients/packages.ts';

const root = resolve(import.meta.dirname, '../..');
const cache = join(root, '.cache', 'clients');
const scripts = join(root, 'e2e', 'clients');

export type ClientName = JsClient | PythonClient;

/** Whether Python clients can be run here: a Python 3 with venv. In CI its absence is an error rather than a reason to skip. */
export function pythonAvailable(): boolean {
  const found = spawnSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0;
  if (!found && process.env.CI) throw new Error('CI needs python3 with venv');
  return found;
}

function once(folder: string, wanted: string, install: () => void): string {
  const stamp = join(folder, '.installed');
  const value = createHash('sha256').update(wanted).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === value) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  install();
  writeFileSync(stamp, value);
  return folder;
}

function command(name: string, args: string[], cwd: string): void {
  const done = spawnSync(name, args, { cwd, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${name} ${args.join(' ')} failed:\n${done.stdout}\n${done.stderr}`);
}

/** Installs a client from its registry into the ignored cache, unless it is there, and gives its folder. */
export function installClient(name: ClientName): string {
  const folder = join(cache, name);
  if (name in JS_CLIENTS) {
    const dependencies = JS_CLIENTS[name as JsClient];
    return once(folder, JSON.stringify(dependencies), () => {
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
      command(
        'npm',
        ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', '--legacy-peer-deps'],
        folder,
      );
    });
  }
  const requirements = PYTHON_CLIENTS[name as PythonClient];
  return once(folder, requirements.join('\n'), () => {
    command('python3', ['-m', 'venv', 'venv'], folder);
    command(join(folder, 'venv/bin/pip'), ['install', '-q', '--disable-pip-version-check', ...requirements], folder);
  });
}

/**
 * Runs `e2e/clients/<script>` with the client's libraries and gives what it printed as its last line, parsed as JSON: what it sent, so that the
 * test can compare it with what is read back.
 */
export async function runClient<T>(
  name: ClientName,
  script: string,
  env: Record<string, string>,
  args: string[] = [],
): Promise<T> {
  const copy = join(installClient(name), basename(script));
  copyFileSync(join(scripts, script), copy);
  const { out, err } = await runFile(name, copy, env, args);
  const last = out.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last) as T;
  } catch {
    throw new Error(`${script} of ${name} printed no JSON line:\n${out}\n${err}`);
  }
}

/** Runs a program given as text with the client's libraries. */
export async function runSource(name: ClientName, source: string, env: Record<string, string>): Promise<void> {
  const file = join(installClient(name), name in JS_CLIENTS ? 'snippet.mjs' : 'snippet.py');
  writeFileSync(file, source);
  await runFile(name, file, env, []);
}

/** @throws Error with all it printed when it ends with anything but 0 */
async function runFile(
  name: ClientName,
  file: string,
  env: Record<string, string>,
  args: string[],
): Promise<{ out: string; err: string }> {
  const folder = dirname(file);
  const binary = name in JS_CLIENTS ? process.execPath : join(folder, 'venv/bin/python');
  const child = spawn(binary, [file, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONUNBUFFERED: '1', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${basename(file)} of ${name} ended with ${code}:\n${out}\n${err}`);
  return { out, err };
}
