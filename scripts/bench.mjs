// `npm run bench [-- part …]`: measures a server of its own on this machine, each figure beside the raw engine's. Not part of the tests.
import { join } from 'node:path';
import { root, run } from './node.mjs';
import { build, install } from './prepare.mjs';

const tools = install();
build(tools);
run(tools.binary, ['--disable-warning=ExperimentalWarning', join(root, 'bench/main.ts'), ...process.argv.slice(2)], {
  env: tools.env,
});
