import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The server's secret: the one given, else the one in `<dataDir>/secret`, which is made (mode 0600) at the first start.
 * @throws Error naming the file when it cannot be read or holds less than 32 characters.
 */
export async function loadSecret({ given, dataDir }: { given: string | undefined; dataDir: string }): Promise<string> {
  if (given) return given;
  const file = path.join(dataDir, 'secret');
  const stored = await read(file);
  if (stored !== undefined) return stored;
  await mkdir(dataDir, { recursive: true });
  // Written aside and linked into place: the file is never there half-written, and of two first starts one wins.
  const draft = path.join(dataDir, `secret.${randomBytes(6).toString('hex')}`);
  await writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return (await read(file))!;
}

async function read(file: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`The secret in ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (text.length < 32) {
    throw new Error(`The secret in ${file} has less than 32 characters. Restore it from a backup, or set TELLTALE_SECRET.`);
  }
  return text;
}
