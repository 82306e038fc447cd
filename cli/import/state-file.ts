import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { failed } from '../cli-error.ts';
import { tallyState } from './tally.ts';

const stateFile = z.object({
  version: z.literal(1),
  /** What was asked for, without keys. */
  request: z.string(),
  /** ISO, as it was meant when the import began: `2h` moves. */
  since: z.string().optional(),
  /** ISO. What the source got later than this is left for the next import. */
  until: z.string(),
  /** Names of the steps that are done. */
  done: z.array(z.string()),
  /** Where steps that go page by page are to go on. */
  positions: z.record(z.string(), z.unknown()),
  tally: tallyState,
});
export type ImportState = z.infer<typeof stateFile>;

/** How far an import has come, on disk. */
export interface StateFile {
  readonly path: string;
  readonly state: ImportState;
  /** True when an import that was cut off is gone on with. */
  readonly resumed: boolean;
  save(): void;
  /** When all is done. */
  remove(): void;
}

/** Where the system keeps what can be made anew. */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const folder =
    env.XDG_CACHE_HOME || (process.platform === 'win32' && env.LOCALAPPDATA) || join(env.HOME || homedir(), '.cache');
  return join(folder, 'telltale', 'import');
}

/**
 * Opens the state of the import that `request` describes: the one that was cut off, or a new one.
 * @throws CliError when there is one that cannot be read, or the folder cannot be written to
 */
export function openStateFile(
  folder: string,
  request: string,
  { since, until }: Pick<ImportState, 'since' | 'until'>,
): StateFile {
  const path = join(folder, `${createHash('sha256').update(request).digest('hex').slice(0, 24)}.json`);
  const before = readState(path, request);
  const state: ImportState = before ?? {
    version: 1,
    request,
    since,
    until,
    done: [],
    positions: {},
    tally: { counts: {}, problems: [], notes: {} },
  };
  const save = () => {
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(state));
      renameSync(`${path}.new`, path);
    } catch (error) {
      throw failed(
        `How far the import has come cannot be written to ${path}: ${(error as Error).message}. Name a folder by --state.`,
        error,
      );
    }
  };
  save();
  return { path, state, resumed: before !== undefined, save, remove: () => rmSync(path, { force: true }) };
}

function readState(path: string, request: string): ImportState | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const state = stateFile.parse(JSON.parse(readFileSync(path, 'utf8')));
    return state.request === request ? state : undefined;
  } catch (error) {
    throw failed(`${path} cannot be read. Delete it to begin the import anew.`, error);
  }
}
