import { type Document, isMap, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { LATEST, promptLabel, promptName, promptType } from '../../contract/prompt.ts';
import { canonicalJson } from '../canonical-json.ts';
import { ChatTextError, looksLikeChat, printChat, readChat } from './chat-text.ts';
import type { PromptBody } from './prompt-content.ts';

/** A version as both sides had it when they last agreed; kept in the file, so that Git carries it. */
export interface SyncState {
  version: number;
  hash: string;
  labels: string[];
}

/** A prompt as a file holds it. */
export interface PromptFile extends PromptBody {
  name: string;
  /** Labels that this version has; never `latest`. */
  labels: string[];
  synced?: SyncState;
}

/** What is wrong with a file, with the line where that is known. */
export class PromptFileError extends Error {}

const names = z.array(z.string());
const frontMatter = z.strictObject({
  name: promptName.optional(),
  type: promptType.optional(),
  labels: z.array(promptLabel).optional(),
  tags: names.optional(),
  config: z.unknown().optional(),
  synced: z
    .object({ version: z.number().int().min(1), hash: z.string(), labels: names.default([]) })
    .optional()
    .describe('written by the command'),
});

const FENCE = '---';

/**
 * The text of a prompt file: YAML between two lines of `---`, then the prompt: a text as it is, or messages (chat-text.ts). One line end is
 * added at the end, as files have it. `readPromptFile` gives exactly the same prompt back.
 */
export function printPromptFile(file: PromptFile): string {
  return `${FENCE}\n${stringify(matterOf(file), YAML)}${FENCE}\n${printBody(file)}`;
}

/** Long texts stay on their lines, and nothing is written as a reference to something else. */
const YAML = { lineWidth: 0, aliasDuplicateObjects: false } as const;

const matterOf = (file: PromptFile) => ({
  name: file.name,
  type: file.type,
  labels: file.labels.length > 0 ? file.labels : undefined,
  tags: file.tags.length > 0 ? [...file.tags] : undefined,
  config: isEmpty(file.config) ? undefined : file.config,
  synced: file.synced,
});

const printBody = ({ prompt }: PromptBody) => (typeof prompt === 'string' ? `${prompt}\n` : printChat(prompt));
const isEmpty = (config: unknown) =>
  config === undefined ||
  config === null ||
  (typeof config === 'object' && !Array.isArray(config) && Object.keys(config).length === 0);

/** Whether a file is meant to be a prompt: other texts may lie in the same folder. */
export const isPromptFile = (text: string): boolean => /^\uFEFF?---\r?\n/.test(text);

/**
 * Reads a prompt file. Without `name` the prompt is called like its file; without `type` it is a chat when it begins with a message.
 * @throws PromptFileError
 */
export function readPromptFile(text: string, nameByPath: string): PromptFile {
  const { yaml, body } = split(text);
  const matter = readMatter(yaml);
  const type = matter.type ?? (looksLikeChat(body) ? 'chat' : 'text');
  const name = promptName.safeParse(matter.name ?? nameByPath);
  if (!name.success) throw new PromptFileError(`name ${name.error.issues[0]!.message}`);
  return {
    name: name.data,
    type,
    prompt: type === 'chat' ? readMessages(body, yaml) : body.replace(/\n$/, ''),
    config: matter.config ?? {},
    tags: matter.tags ?? [],
    labels: (matter.labels ?? []).filter((label) => label !== LATEST),
    ...(matter.synced && { synced: matter.synced }),
  };
}

function readMessages(body: string, yaml: string) {
  try {
    return readChat(body);
  } catch (error) {
    if (!(error instanceof ChatTextError)) throw error;
    throw new PromptFileError(`line ${error.line + yaml.split('\n').length + 1}: ${error.message}`);
  }
}

/** Git on Windows may have turned all line ends round; the fence tells, and they are turned back. */
function split(given: string): { yaml: string; body: string } {
  const bare = given.replace(/^\uFEFF/, '');
  const text = bare.startsWith(`${FENCE}\r\n`) ? bare.replaceAll('\r\n', '\n') : bare;
  const end = /^---[ \t]*(?:\n|$)/m;
  const rest = text.slice(FENCE.length + 1);
  const found = end.exec(rest);
  if (!text.startsWith(`${FENCE}\n`) || !found)
    throw new PromptFileError('the lines of --- around the front matter are not there');
  return { yaml: rest.slice(0, found.index), body: rest.slice(found.index + found[0].length) };
}

function parseYaml(yaml: string): Document {
  const document = parseDocument(yaml);
  const error = document.errors[0];
  if (error)
    throw new PromptFileError(
      `line ${(error.linePos?.[0].line ?? 0) + 1}: ${error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:$/, '')}`,
    );
  return document;
}

function readMatter(yaml: string): z.output<typeof frontMatter> {
  const parsed = frontMatter.safeParse(parseYaml(yaml).toJS() ?? {});
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new PromptFileError(`front matter: ${[path.join('.'), message].filter(Boolean).join(': ')}`);
}

/**
 * The text of a file brought up to what `file` says; what is the same already stays as its author wrote it, comments too.
 * @throws PromptFileError
 */
export function updatePromptFile(text: string, file: PromptFile): string {
  const { yaml } = split(text);
  const document = parseYaml(yaml);
  if (!isMap(document.contents)) return printPromptFile(file);
  const wanted = matterOf(file);
  for (const key of ['name', 'type', 'labels', 'tags', 'config', 'synced'] as const) {
    if (canonicalJson(document.toJS()[key]) === canonicalJson(wanted[key])) continue;
    if (wanted[key] === undefined) document.delete(key);
    else document.set(key, document.createNode(wanted[key]));
  }
  return `${FENCE}\n${document.toString(YAML)}${FENCE}\n${printBody(file)}`;
}
