import { join } from 'node:path';
import { LATEST, type Prompt } from '../../contract/prompt.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { HttpClient } from '../client/http.ts';
import { inParallel } from '../client/in-parallel.ts';
import { findPrompt, listPrompts } from '../client/prompts.ts';
import { EXIT } from '../exit-codes.ts';
import { type Decision, decidePull, decidePush, type ServerSide } from './decide.ts';
import { type FoundFile, freePath, nameOfPath, pathOfPrompt } from './folder.ts';
import { hashOf } from './prompt-content.ts';
import { type PromptFile, PromptFileError, readPromptFile } from './prompt-file.ts';

/** A file with the prompt in it. */
export interface LocalPrompt extends FoundFile {
  prompt: PromptFile;
}

/** One prompt with both of its sides, and what is to be done. */
export interface Planned {
  name: string;
  /** Relative to the folder; where the file is or will be. */
  path: string;
  local?: LocalPrompt;
  server?: Prompt;
  decision: Decision;
}

const AT_ONCE = 8;

/** Labels that people set; `latest` sets itself. */
export const ownLabels = (prompt: Prompt): string[] => prompt.labels.filter((label) => label !== LATEST);

export const serverSideOf = (prompt: Prompt): ServerSide => ({
  hash: hashOf(prompt),
  labels: ownLabels(prompt),
  version: prompt.version,
});

/** Prompts of these files. @throws CliError that names the file when one cannot be read or two are the same prompt */
export function readLocal(folder: string, files: readonly FoundFile[]): LocalPrompt[] {
  const byName = new Map<string, LocalPrompt>();
  for (const file of files) {
    let prompt: PromptFile;
    try {
      prompt = readPromptFile(file.text, nameOfPath(file.path));
    } catch (error) {
      if (!(error instanceof PromptFileError)) throw error;
      throw new CliError(EXIT.failed, 'prompt_file', `${join(folder, file.path)}: ${error.message}`);
    }
    const other = byName.get(prompt.name);
    if (other) throw usageError(`${join(folder, other.path)} and ${join(folder, file.path)} are both prompt "${prompt.name}".`);
    byName.set(prompt.name, { ...file, prompt });
  }
  return [...byName.values()];
}

/** Whether a prompt was asked for: by its name, or by a folder of it. */
export const isWanted = (name: string, only: readonly string[] | undefined): boolean =>
  only === undefined || only.some((each) => name === each || name.startsWith(each.endsWith('/') ? each : `${each}/`));

const sideOf = ({ prompt }: LocalPrompt) => ({ hash: hashOf(prompt), labels: prompt.labels });

/** What a push would do with these files. `label` names the version of the server that they are compared with; else the newest. */
export async function planPush(
  http: HttpClient,
  files: readonly LocalPrompt[],
  { force, label }: { force: boolean; label?: string },
): Promise<Planned[]> {
  const planned = await inParallel(files, AT_ONCE, async (local): Promise<Planned> => {
    const { name, synced } = local.prompt;
    const server = await findPrompt(http, name, label);
    const decision = decidePush({ file: sideOf(local), synced, server: server && serverSideOf(server), force });
    return { name, path: local.path, local, server, decision };
  });
  return inOrderOfInclusion(planned);
}

/** What a pull would do with these files and the prompts of the server. */
export async function planPull(
  http: HttpClient,
  files: readonly LocalPrompt[],
  { force, prune, label, only }: { force: boolean; prune: boolean; label?: string; only?: readonly string[] },
): Promise<Planned[]> {
  const listed = await listPrompts(http, { label });
  const byName = new Map(files.map((local) => [local.prompt.name, local]));
  const names = new Set([...listed.map(({ name }) => name).filter((name) => isWanted(name, only)), ...byName.keys()]);
  const here = new Set(listed.map(({ name }) => name));
  const taken = new Set(files.map(({ path }) => path.toLowerCase()));
  return inParallel([...names].sort(), AT_ONCE, async (name): Promise<Planned> => {
    const local = byName.get(name);
    const server = here.has(name) ? await findPrompt(http, name, label) : undefined;
    const decision = decidePull({
      file: local && sideOf(local),
      synced: local?.prompt.synced,
      server: server && serverSideOf(server),
      force,
      prune,
    });
    return { name, path: local?.path ?? pathOfPrompt(name), local, server, decision };
  }).then((planned) => planned.map((each) => (each.local ? each : { ...each, path: claim(each.name, taken) })));
}

function claim(name: string, taken: Set<string>): string {
  const path = freePath(name, taken);
  taken.add(path.toLowerCase());
  return path;
}

const INCLUSION = /@@@langfusePrompt:name=([^|]+)\|/g;

/** A prompt can only include what is there, so what is included goes first. */
function inOrderOfInclusion(planned: readonly Planned[]): Planned[] {
  const byName = new Map(planned.map((each) => [each.name, each]));
  const ordered = new Set<Planned>();
  const visit = (each: Planned, path: ReadonlySet<Planned>) => {
    if (ordered.has(each) || path.has(each)) return;
    const text = JSON.stringify(each.local?.prompt.prompt ?? '');
    for (const [, name] of text.matchAll(INCLUSION)) {
      const included = byName.get(name!);
      if (included) visit(included, new Set([...path, each]));
    }
    ordered.add(each);
  };
  for (const each of planned) visit(each, new Set());
  return [...ordered];
}
