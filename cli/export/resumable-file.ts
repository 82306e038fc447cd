import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CliError, failed } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

const progressFile = z.object({
  /** What was asked for: an export goes on only with the same. */
  request: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  cursor: z.string().nullable(),
  rows: z.number().int(),
  bytes: z.number().int(),
});
/** How far an export has come. */
export type Progress = z.infer<typeof progressFile>;

/** A file that is written a page at a time, as `<name>.part` until it is whole; how far it has come stands beside it. */
export interface ResumableFile {
  /** Of the export that is gone on with; undefined for a new one. */
  readonly progress: Progress | undefined;
  append(text: string, progress: Omit<Progress, 'bytes'>): Promise<void>;
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** @throws CliError 5 when the file is there already, or an unfinished export that is not to be gone on with */
export async function openResumableFile(
  path: string,
  { request, resume, overwrite }: { request: string; resume: boolean; overwrite: boolean },
): Promise<ResumableFile> {
  const [draft, notes] = [`${path}.part`, `${path}.part.json`];
  if (existsSync(path) && !overwrite) {
    throw new CliError(EXIT.conflict, 'exists', `${path} is there already. Name another file, or add --overwrite.`);
  }
  const progress = resume ? readProgress(notes, request) : undefined;
  if (!resume && existsSync(notes) && !overwrite) {
    throw new CliError(
      EXIT.conflict,
      'unfinished',
      `There is an unfinished export of ${path}. Go on with it by --resume, or begin anew by --overwrite.`,
    );
  }
  mkdirSync(dirname(path), { recursive: true });
  const file: FileHandle = await open(draft, progress ? 'r+' : 'w');
  let bytes = progress?.bytes ?? 0;
  // What was written after the last note is written again.
  await file.truncate(bytes);
  return {
    progress,
    async append(text, so) {
      const content = Buffer.from(text);
      for (let done = 0; done < content.length; )
        done += (await file.write(content, done, content.length - done, bytes + done)).bytesWritten;
      bytes += content.length;
      writeFileSync(`${notes}.new`, JSON.stringify({ ...so, bytes } satisfies Progress));
      renameSync(`${notes}.new`, notes);
    },
    async finish() {
      await file.close();
      await rename(draft, path);
      rmSync(notes, { force: true });
    },
    close: () => file.close(),
  };
}

function readProgress(notes: string, request: string): Progress {
  if (!existsSync(notes))
    throw new CliError(EXIT.notFound, 'not_found', `There is no unfinished export to go on with (${notes}).`);
  let progress: Progress;
  try {
    progress = progressFile.parse(JSON.parse(readFileSync(notes, 'utf8')));
  } catch (error) {
    throw failed(`${notes} cannot be read. Begin anew with --overwrite.`, error);
  }
  if (progress.request === request) return progress;
  throw failed('The unfinished export was asked for with other options. Give the same ones, or begin anew with --overwrite.');
}
