import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import type { HttpClient } from '../client/http.ts';
import type { CommandModule, Context } from '../command.ts';
import { parseHost, resolveConnection } from '../connection/resolve.ts';
import { EXIT } from '../exit-codes.ts';
import { countSource } from '../import/count.ts';
import { createIdMaps } from '../import/id-maps.ts';
import type { ImportRun } from '../import/import-run.ts';
import { PARTS, type Part } from '../import/kinds.ts';
import { createMediaCopier, withoutMedia } from '../import/media/copy-media.ts';
import { createProgressLine } from '../import/progress-line.ts';
import { printCounts, printReport, reportJson, type Sides } from '../import/report.ts';
import { runImport } from '../import/run-import.ts';
import { openSource, type Source } from '../import/source.ts';
import { openStateFile, stateFolder } from '../import/state-file.ts';
import { createTally } from '../import/tally.ts';
import { positive, several } from '../list-scope.ts';
import { parseTime } from '../time.ts';

interface ImportOptions {
  from?: string;
  fromPublicKey?: string;
  fromSecretKey?: string;
  only?: string[];
  since?: string;
  until?: string;
  dryRun?: boolean;
  state?: string;
  concurrency: number;
}

/** An import outlasts restarts and limits of either side: about two minutes of silence, or as long as the server says. */
const PATIENCE = { attempts: 10, firstWaitMs: 250, maxWaitMs: 900_000, timeoutMs: 180_000 };

const atMost16 = (value: string): number => {
  const count = positive(value);
  if (count > 16) throw new InvalidArgumentError('At most 16.');
  return count;
};

/** `import langfuse`: copies a project from another server. */
export const importProject: CommandModule = {
  register(program, run) {
    program
      .command('import')
      .description('copy a project from another server')
      .command('langfuse')
      .description('copy a project from a server that speaks the Langfuse API into yours')
      .option('--from <url>', 'address of the server to copy from; else LANGFUSE_FROM_HOST')
      .option('--from-public-key <key>', 'public key of the project there; else LANGFUSE_FROM_PUBLIC_KEY')
      .option('--from-secret-key <key>', 'secret key of the project there; else LANGFUSE_FROM_SECRET_KEY')
      .option('--only <parts>', `only these, with commas: ${PARTS.join(', ')}`, several)
      .option('--since <time>', 'traces and scores from then on')
      .option('--until <time>', 'traces and scores before then')
      .option('--dry-run', 'count what would come, write nothing')
      .option('--state <folder>', 'where to write down how far it has come; else a folder of the user cache')
      .option('--concurrency <n>', 'requests at a time', atMost16, 4)
      .addHelpText(
        'after',
        `
Prompts come with all versions under the same numbers, and labels; traces with steps, scores and the files they refer to, under the
same ids. It can be stopped and run again: it goes on where it was. Run once more, it copies only what is new.

Examples:
  telltale import langfuse --from https://cloud.langfuse.com --from-public-key pk-lf-… --from-secret-key sk-lf-…
  telltale import langfuse --from http://langfuse:3000 --dry-run
  telltale import langfuse --from http://langfuse:3000 --only prompts,datasets
  telltale import langfuse --from http://langfuse:3000 --since 90d`,
      )
      .action(run(importLangfuse));
  },
};

async function importLangfuse(context: Context, options: ImportOptions): Promise<number> {
  const { terminal, env, signal } = context;
  const parts = partsOf(options.only);
  const sourceHttp = context.clientOf(sourceConnection(options, env), PATIENCE);
  const since = options.since === undefined ? undefined : parseTime(options.since, '--since', context.now()).toISOString();
  const until = parseTime(options.until ?? 'now', '--until', context.now()).toISOString();
  if (since !== undefined && since >= until) throw usageError('--since must be before --until.');
  const targetHttp = context.clientOf(resolveConnection(context.options, env, context.profiles), PATIENCE);
  const [source, projectId] = await Promise.all([openSource(sourceHttp), context.server().projectId()]);
  if (sourceHttp.host === targetHttp.host && source.project.id === projectId)
    throw usageError('Source and target are the same project.');
  const sides = sidesOf(source, targetHttp, projectId);

  if (options.dryRun) {
    const counts = await countSource({ source, parts, since, until });
    if (context.options.json) terminal.out(JSON.stringify({ ...sides, dryRun: true, counts }, null, 2));
    else printCounts(terminal, sides, counts);
    return EXIT.ok;
  }

  const request = JSON.stringify([sides, [...parts].sort(), options.since ?? null, options.until ?? null]);
  const file = openStateFile(options.state ? resolve(options.state) : stateFolder(env), request, { since, until });
  if (file.resumed) terminal.note(`Going on with the import that was cut off (${file.path}).`);
  const base = {
    source,
    target: { http: targetHttp, projectId: async () => projectId },
    projectId,
    concurrency: options.concurrency,
    parts,
    since: file.state.since,
    until: file.state.until,
    narrowed: options.since !== undefined || options.until !== undefined || !parts.has('traces'),
    signal,
    tally: createTally(file.state.tally),
    file,
    progress: createProgressLine(terminal),
  };
  const run: ImportRun = {
    ...base,
    media: parts.has('media') ? createMediaCopier(base) : withoutMedia,
    ids: createIdMaps(base),
  };
  try {
    await runImport(run);
  } catch (error) {
    terminal.note('Cut off. The same command goes on where it was.');
    throw error;
  }
  file.remove();
  const report = reportJson(sides, run.tally.state);
  if (context.options.json) terminal.out(JSON.stringify(report, null, 2));
  else printReport(terminal, sides, run.tally.state);
  return report.complete ? EXIT.ok : EXIT.failed;
}

function partsOf(only: readonly string[] | undefined): Set<Part> {
  if (!only) return new Set(PARTS);
  const unknown = only.find((name) => !(PARTS as readonly string[]).includes(name));
  if (unknown !== undefined) throw usageError(`--only ${unknown}: there is no such part. Parts: ${PARTS.join(', ')}.`);
  return new Set(only as Part[]);
}

/** @throws CliError 2 without an address, 3 without keys */
function sourceConnection(options: ImportOptions, env: NodeJS.ProcessEnv) {
  const host = options.from ?? env.LANGFUSE_FROM_HOST;
  if (!host) throw usageError('Say where to copy from: --from https://cloud.langfuse.com');
  const publicKey = options.fromPublicKey ?? env.LANGFUSE_FROM_PUBLIC_KEY;
  const secretKey = options.fromSecretKey ?? env.LANGFUSE_FROM_SECRET_KEY;
  if (!publicKey || !secretKey) {
    const advice = 'Give --from-public-key and --from-secret-key, or set LANGFUSE_FROM_PUBLIC_KEY and LANGFUSE_FROM_SECRET_KEY.';
    throw new CliError(EXIT.notAuthorised, 'no_keys', `There are no keys of the project to copy. ${advice}`);
  }
  return { host: parseHost(host), publicKey, secretKey };
}

const sidesOf = ({ http, project }: Source, target: HttpClient, projectId: string): Sides => ({
  from: { host: http.host, projectId: project.id, projectName: project.name },
  to: { host: target.host, projectId },
});
