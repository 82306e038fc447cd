import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { CliError, failed } from '../cli-error.ts';
import type { HttpClient } from '../client/http.ts';
import { createVersion, moveLabels } from '../client/prompts.ts';
import type { Context, Run } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { repeated } from '../list-scope.ts';
import { paintDiff } from '../terminal/diff.ts';
import { counted } from '../terminal/format.ts';
import { existingFolder, isFile, readFolder, writeWhole } from './folder.ts';
import { isWanted, type LocalPrompt, ownLabels, type Planned, planPull, planPush, readLocal } from './plan.ts';
import { hashOf } from './prompt-content.ts';
import { printPromptFile, updatePromptFile } from './prompt-file.ts';
import { type Direction, diffOf, type Outcome, outcomeLine } from './report.ts';

const DEFAULT_FOLDER = 'prompts';

interface SyncOptions {
  dryRun?: boolean;
  force?: boolean;
  label?: string;
  only?: string[];
  prune?: boolean;
  message?: string;
}

/** `prompts pull` and `prompts push`. */
export function registerSync(noun: Command, run: Run): void {
  noun
    .command('pull [folder]')
    .description(`write prompts of the server as files, by default into ${DEFAULT_FOLDER}/`)
    .option('--only <name>', 'this prompt, or those in this folder of names; may be given several times', repeated)
    .option('--label <label>', 'the versions with this label instead of the newest')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--force', 'the server wins where both sides changed, and over changed files')
    .option('--prune', 'delete files whose prompt was deleted on the server')
    .addHelpText('after', PULL_HELP)
    .action(run((context: Context, options: SyncOptions, folder?: string) => pull(context, options, folder ?? DEFAULT_FOLDER)));
  noun
    .command('push [path]')
    .description(`bring changed files to the server as new versions, by default those in ${DEFAULT_FOLDER}/`)
    .option('--only <name>', 'this prompt, or those in this folder of names; may be given several times', repeated)
    .option('--label <label>', 'compare with the versions of this label instead of the newest')
    .option('--message <text>', 'what changed, kept with the new versions')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--force', 'the files win where both sides changed, and over newer versions')
    .addHelpText('after', PUSH_HELP)
    .action(run((context: Context, options: SyncOptions, path?: string) => push(context, options, path ?? DEFAULT_FOLDER)));
}

const PULL_HELP = `
A file is left alone when only the file changed, and reported as a conflict (exit code 5) when both sides did.

Examples:
  telltale prompts pull
  telltale prompts pull prompts/ --only support --dry-run
  telltale prompts pull prompts/ --label production`;

const PUSH_HELP = `
A file whose content is on the server already makes no new version; labels that were added to it are moved. When one prompt was changed on
both sides, it is reported (exit code 5) and nothing is pushed.

Examples:
  telltale prompts push --dry-run
  telltale prompts push prompts/ --message "Shorter answers"
  telltale prompts push prompts/support/answer.md`;

async function push(context: Context, options: SyncOptions, path: string): Promise<ExitCode> {
  const { http } = context.server();
  const one = isFile(path);
  const folder = one ? dirname(path) : existingFolder(path);
  const files = readFolder(folder).filter((file) => !one || file.path === basename(path));
  if (files.length === 0) throw failed(`There are no prompt files in ${path}: Markdown that begins with a line of ---`);
  const local = readLocal(folder, files).filter(({ prompt }) => isWanted(prompt.name, options.only));
  const planned = await planPush(http, local, { force: options.force === true, label: options.label });
  const blocked = planned.some(({ decision }) => decision.action === 'conflict');
  const outcomes: Outcome[] = [];
  for (const each of planned) {
    outcomes.push(blocked || options.dryRun ? each : await attempt(each, () => pushOne(http, folder, each, options)));
  }
  return report(context, outcomes, 'push', options, blocked);
}

async function pull(context: Context, options: SyncOptions, folder: string): Promise<ExitCode> {
  const { http } = context.server();
  if (isFile(folder)) throw failed(`${folder} is a file. Name a folder, and the prompt with --only.`);
  const local = readLocal(folder, readFolder(folder)).filter(({ prompt }) => isWanted(prompt.name, options.only));
  const planned = await planPull(http, local, {
    force: options.force === true,
    prune: options.prune === true,
    label: options.label,
    only: options.only,
  });
  const outcomes: Outcome[] = [];
  for (const each of planned) outcomes.push(options.dryRun ? each : await attempt(each, async () => pullOne(folder, each)));
  return report(context, outcomes, 'pull', options, false);
}

/** One prompt that does not work does not keep the others from it; a server that is away or refuses the keys does. */
async function attempt(planned: Planned, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const hopeless: ExitCode[] = [EXIT.unreachable, EXIT.notAuthorised];
    if (!(error instanceof CliError) || hopeless.includes(error.exitCode)) throw error;
    return { ...planned, error: error.message };
  }
}

async function pushOne(http: HttpClient, folder: string, planned: Planned, { message }: SyncOptions): Promise<Outcome> {
  const { decision, local, server } = planned;
  if (!local) return planned;
  const { name, type, prompt, config, tags } = local.prompt;
  const remember = (version: number, labels: readonly string[]) => {
    // A label that stays elsewhere on the server is not one that the file asks for again.
    const left = local.prompt.labels.filter((label) => local.prompt.synced?.labels.includes(label) && !labels.includes(label));
    saveState(folder, local, version, [...labels, ...left]);
  };
  if (decision.action === 'create' || decision.action === 'new version') {
    const { labels } = decision;
    const made = await createVersion(http, { name, type, prompt, config, tags, labels, commitMessage: message });
    remember(made.version, ownLabels(made));
    return { ...planned, version: made.version };
  }
  if (decision.action === 'move labels') {
    const moved = await moveLabels(http, name, server!.version, decision.labels);
    remember(moved.version, ownLabels(moved));
    return { ...planned, version: moved.version };
  }
  if (decision.action === 'remember') remember(server!.version, ownLabels(server!));
  return planned;
}

function saveState(folder: string, { path, text, prompt }: LocalPrompt, version: number, labels: readonly string[]): void {
  const synced = { version, hash: hashOf(prompt), labels: [...labels] };
  writeWhole(join(folder, path), updatePromptFile(text, { ...prompt, synced }));
}

function pullOne(folder: string, planned: Planned): Outcome {
  const { decision, local, server, path } = planned;
  const target = join(folder, path);
  if (decision.action === 'delete file') rmSync(target);
  if (decision.action === 'remember') saveState(folder, local!, server!.version, ownLabels(server!));
  if (decision.action === 'write file') {
    const labels = ownLabels(server!);
    const file = { ...server!, labels, synced: { version: server!.version, hash: hashOf(server!), labels } };
    writeWhole(target, local ? updatePromptFile(local.text, file) : printPromptFile(file));
  }
  return { ...planned, version: server?.version };
}

function report(context: Context, outcomes: Outcome[], direction: Direction, options: SyncOptions, blocked: boolean): ExitCode {
  const { terminal } = context;
  const { style } = terminal;
  const dryRun = options.dryRun === true;
  const count = (action: string) => outcomes.filter(({ decision }) => decision.action === action).length;
  const conflicts = count('conflict');
  const errors = outcomes.filter(({ error }) => error !== undefined).length;
  const exitCode = conflicts > 0 ? EXIT.conflict : errors > 0 ? EXIT.failed : EXIT.ok;
  // What is the same on both sides, or is for the other direction, needs no diff.
  const differs = ({ decision }: Outcome) => !['nothing', 'remember', 'leave'].includes(decision.action);
  if (context.options.json) {
    const results = outcomes.map((outcome) => ({
      name: outcome.name,
      path: outcome.path,
      ...outcome.decision,
      version: outcome.version ?? outcome.server?.version ?? null,
      ...(outcome.error !== undefined && { error: outcome.error }),
      ...((dryRun || outcome.decision.action === 'conflict') && differs(outcome) && { diff: diffOf(outcome, direction) }),
    }));
    terminal.out(JSON.stringify({ dryRun, applied: !dryRun && !blocked, conflicts, errors, results }, null, 2));
    return exitCode;
  }
  for (const outcome of outcomes) {
    const line = outcomeLine(outcome, style, dryRun || blocked);
    if (line) terminal.out(line);
    const diff = differs(outcome) && (dryRun || outcome.decision.action === 'conflict') ? diffOf(outcome, direction) : '';
    if (diff) terminal.out(`${paintDiff(diff, style).replace(/^/gm, '  ')}\n`);
  }
  const same = count('nothing') + count('remember');
  if (same > 0) terminal.out(style.dim(`= ${counted(same, 'prompt')} the same on both sides`));
  if (outcomes.length === 0) terminal.note('No prompts.');
  if (conflicts > 0) terminal.note(`${terminal.noteStyle.red('conflict:')} ${conflictAdvice(conflicts, direction, blocked)}`);
  return exitCode;
}

function conflictAdvice(conflicts: number, direction: Direction, blocked: boolean): string {
  const what = `${counted(conflicts, 'prompt')} changed on both sides${blocked ? '; nothing was pushed' : ''}.`;
  const [server, files] =
    direction === 'pull'
      ? ['--force takes those of the server', '"telltale prompts push --force" those of the files']
      : ['"telltale prompts pull --force" takes those of the server', '--force those of the files'];
  return `${what} ${server}, ${files}; name single ones with --only.`;
}
