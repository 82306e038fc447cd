import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Where rows are written to. */
export interface Output {
  write(text: string): Promise<void>;
  /** Everything was written: a file gets its name now. */
  finish(): Promise<void>;
}

/** Standard output, or a file that has its name only when it is whole. @throws CliError when there is such a file, unless `overwrite` */
export function openOutput(path: string | undefined, terminal: Terminal, overwrite: boolean): Output {
  if (path === undefined || path === '-') return { write: (text) => terminal.write(text), finish: async () => undefined };
  if (existsSync(path) && !overwrite) {
    throw new CliError(EXIT.conflict, 'exists', `${path} is there already. Name another file, or add --overwrite.`);
  }
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.part`;
  const stream = createWriteStream(draft);
  let broken: Error | undefined;
  stream.on('error', (error) => {
    broken = error;
  });
  return {
    async write(text) {
      if (broken) throw broken;
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
      if (broken) throw broken;
    },
    async finish() {
      stream.end();
      await once(stream, 'close');
      if (broken) throw broken;
      await rename(draft, path);
    },
  };
}
