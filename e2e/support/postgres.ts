import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';

/** A PostgreSQL server of this machine, started for tests, with an empty database. */
export interface PostgresServer {
  /** For DATABASE_URL. */
  url: string;
  /** Makes another empty database. @returns its URL. */
  createDatabase(name: string): Promise<string>;
  /** Stops the server and deletes its files. */
  stop(): Promise<void>;
}

/**
 * Folder with `initdb` and `postgres`: on the PATH, or where Debian puts them. Undefined where PostgreSQL is not installed, in which case
 * tests that need it skip themselves and say so; in CI that is an error.
 */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...versions.map((version) => path.join(debian, version, 'bin')),
  ];
  const found = folders.find((folder) => existsSync(path.join(folder, 'initdb')) && existsSync(path.join(folder, 'postgres')));
  if (!found && process.env.CI === 'true') throw new Error('PostgreSQL is not installed, and in CI it must be.');
  if (!found) console.warn('PostgreSQL is not installed: tests on a real server are skipped.');
  return found;
}

/** PostgreSQL refuses to run as root; then it runs as the user that its package made, or as nobody. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  const user = users.get('postgres') ?? users.get('nobody');
  if (!user) throw new Error('PostgreSQL cannot run as root, and there is neither a user `postgres` nor `nobody`.');
  return user;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return (address as { port: number }).port;
}

async function run(command: string, args: string[], options: { uid?: number; gid?: number; cwd: string }): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} failed (${code}): ${output}`);
}

/** Starts a server on a free port of loopback with its files in a new temporary folder. `bin` is from `findPostgres`. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const user = unprivilegedUser();
  const folder = mkdtempSync(path.join(tmpdir(), 'telltale-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = path.join(folder, 'data');
  const as = { ...user, cwd: folder };
  let child: ChildProcess | undefined;
  const stop = async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await run(
      path.join(bin, 'initdb'),
      ['-D', data, '-U', 'telltale', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      as,
    );
    const port = await freePort();
    // Its files are thrown away: nothing has to reach the disk.
    const settings = ['fsync=off', 'full_page_writes=off', `unix_socket_directories=${folder}`].flatMap((setting) => [
      '-c',
      setting,
    ]);
    child = spawn(path.join(bin, 'postgres'), ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...settings], {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await isReady(child);
    const url = (database: string) => `postgresql://telltale@127.0.0.1:${port}/${database}`;
    const createDatabase = async (name: string) => {
      const client = new pg.Client({ connectionString: url('postgres') });
      await client.connect();
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      await client.end();
      return url(name);
    };
    return { url: await createDatabase('telltale'), createDatabase, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves when the server says that it takes connections. */
function isReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      log = (log + chunk).slice(-20_000);
      if (log.includes('ready to accept connections')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended at its start (${code}): ${log}`)));
  });
}
