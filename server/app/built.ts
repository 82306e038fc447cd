import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// From source this file is `server/app/built.ts`; the bundle is `dist/server/main.js`, beside `dist/web`.
const here = import.meta.dirname;

/** The web app's folder: beside the bundle when built; in `dist` of the checkout when run from source. */
export function webFolder(): string {
  const built = join(here, '../web');
  return existsSync(join(built, 'assets')) ? built : join(here, '../../dist/web');
}

export function readVersion(): string {
  const found = ['../package.json', '../../package.json'].map((path) => join(here, path)).find(existsSync);
  return found ? (JSON.parse(readFileSync(found, 'utf8')) as { version: string }).version : '0.0.0';
}
