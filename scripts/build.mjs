// Builds what is published: dist/server and dist/cli (one bundle each, packages left outside) and dist/web.
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environmentFor, nodeBinary, root } from './node.mjs';

if (nodeBinary() !== process.execPath) {
  const { run } = await import('./node.mjs');
  run(nodeBinary(), [join(root, 'scripts', 'build.mjs')], { env: environmentFor(nodeBinary()) });
  process.exit(0);
}

const { build: bundle } = await import('esbuild');
const { build: buildWeb } = await import('vite');
const out = join(root, 'dist');
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'server'), { recursive: true });

// The thread that counts tokens is a file of its own beside the server.
const entries = {
  server: { main: join(root, 'server/main.ts'), 'count-worker': join(root, 'server/domains/prices/count-worker.ts') },
  cli: { main: join(root, 'cli/main.ts') },
};
for (const part of ['server', 'cli'])
  await bundle({
    entryPoints: entries[part],
    outdir: join(out, part),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node22',
    sourcemap: true,
    logLevel: 'warning',
  });
for (const [from, to] of [
  ['server/store/analytics/schema', 'server/schema'],
  ['server/store/metadata/migrations', 'server/migrations/metadata'],
]) {
  if (existsSync(join(root, from))) cpSync(join(root, from), join(out, to), { recursive: true });
}
// The reference pages' renderer: their only script that is not ours, served by us.
mkdirSync(join(out, 'server/reference'));
cpSync(join(root, 'node_modules/@scalar/api-reference/dist/browser/standalone.js'), join(out, 'server/reference/renderer.js'));
await buildWeb({ configFile: join(root, 'web/vite.config.ts'), root: join(root, 'web'), logLevel: 'warn' });
