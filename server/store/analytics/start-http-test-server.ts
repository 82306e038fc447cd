import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServerAddress } from './server-engine.ts';

/** A stand-in ClickHouse server in a process of its own. */
export interface HttpTestServer {
  address: ServerAddress;
  stop(): Promise<void>;
}

/** Starts the stand-in on a free port with its data in `folder`. The user may do everything in every database. */
export async function startHttpTestServer(folder: string): Promise<HttpTestServer> {
  const [user, password] = ['tester', 'se:cret/ü'];
  const program = fileURLToPath(new URL('./http-test-server.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder, user, password], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the test server did not start'))),
  ])) as [Buffer];
  return {
    address: { url: `http://127.0.0.1:${String(port).trim()}`, user, password, database: 'telltale' },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
