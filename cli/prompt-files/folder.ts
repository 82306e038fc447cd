import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { isPromptFile } from './prompt-file.ts';

export const EXTENSION = '.md';
// biome-ignore lint/suspicious/noControlCharactersInRegex: file systems refuse them
const UNSAFE = /[<>:"\\|?*%\u0000-\u001f\u007f]/g;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const MAX_PART_BYTES = 200;

const encode = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);

/**
 * Where the file of a prompt lies in the folder: the folders of the name are folders, `support/answer` is `support/answer.md`. What file
 * systems do not take is percent-encoded; the name in the file says what the prompt is called.
 */
export function pathOfPrompt(name: string): string {
  const parts = name.split('/').map((part) => {
    if (part === '') return encode('/');
    let safe = part.replace(UNSAFE, encode).replace(/^\.+|[. ]+$|^ +/g, (run) => [...run].map(encode).join(''));
    if (RESERVED.test(safe)) safe = encode(safe[0]!) + safe.slice(1);
    if (Buffer.byteLength(safe) <= MAX_PART_BYTES) return safe;
    return `${Buffer.from(safe)
      .subarray(0, MAX_PART_BYTES - 9)
      .toString('utf8')
      .replace(/\uFFFD+$/, '')}~${digest(part)}`;
  });
  return parts.join('/') + EXTENSION;
}

/** The name that a file without one stands for. */
export const nameOfPath = (path: string): string =>
  path
    .slice(0, -EXTENSION.length)
    .split(/[\\/]/)
    .map((part) => part.replace(/%([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))))
    .join('/');

/** A path for a new prompt that no other file has, on file systems that do not tell `A` from `a` either. */
export function freePath(name: string, taken: ReadonlySet<string>): string {
  const path = pathOfPrompt(name);
  if (!taken.has(path.toLowerCase())) return path;
  return `${path.slice(0, -EXTENSION.length)}~${digest(name)}${EXTENSION}`;
}

/** A file of the folder; the path is relative to it, with slashes. */
export interface FoundFile {
  path: string;
  text: string;
}

/** All prompt files in a folder and those below, in the order of their paths; a path of one file gives that one. */
export function readFolder(folder: string): FoundFile[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(EXTENSION))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => part === 'node_modules' || part.startsWith('.')));
  return names
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
    .filter(({ text }) => isPromptFile(text));
}

export const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** Writes whole files only: one that is cut off by a crash would be a changed prompt. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.part`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}

/** @throws CliError when there is no such folder */
export function existingFolder(path: string): string {
  if (existsSync(path)) return path;
  throw new CliError(EXIT.notFound, 'not_found', `There is no folder or file ${path}.`);
}
