import { Command, CommanderError, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { createHttpClient } from './client/http.ts';
import type { Context, GlobalOptions, Run, Server } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { openProfiles, profilesPath } from './connection/profiles.ts';
import { resolveConnection } from './connection/resolve.ts';
import { EXIT, EXIT_CODE_MEANINGS } from './exit-codes.ts';
import type { Terminal } from './terminal/terminal.ts';
import { oneLine } from './terminal/text.ts';

export interface ProgramDeps {
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
  version: string;
  signal: AbortSignal;
  now(): number;
  up(): Promise<number>;
}

const EXAMPLES = `
Examples:
  telltale --version
  telltale up                                          start a server here
  telltale login --host https://telltale.example.com   write down where the server is, and the keys
  telltale traces list --since 2h --level ERROR
  telltale traces get 4bf92f3577b34da6a3ce929d0e0e4736
  telltale traces tail --name checkout
  telltale prompts pull prompts/                       the project's prompts as files
  telltale prompts push prompts/ --dry-run             what would change on the server
  telltale datasets import qa.csv --dataset qa --input question --expected-output answer
  telltale export observations --since 7d --format csv --output week.csv
  telltale import langfuse --from https://cloud.langfuse.com --dry-run

Server and keys:
  --host, --public-key, --secret-key; else TELLTALE_HOST, TELLTALE_PUBLIC_KEY, TELLTALE_SECRET_KEY;
  else LANGFUSE_HOST or LANGFUSE_BASE_URL, LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY; else what "telltale login" wrote down.

Exit codes:
${EXIT_CODE_MEANINGS.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}
`;

/** Does what the arguments say and gives the exit code. Never throws. */
export async function runProgram(args: readonly string[], deps: ProgramDeps): Promise<number> {
  // Not an option of the program: it would swallow the --version of a prompt.
  if (args[0] === '--version' || args[0] === '-V') {
    deps.terminal.out(deps.version);
    return EXIT.ok;
  }
  let exitCode: number = EXIT.ok;
  const program = new Command('telltale');
  const run: Run =
    (work) =>
    async (...given) => {
      // Commander hands over the arguments, then the options, then the command itself.
      const options = given.at(-2) as never;
      const context = createContext(program.opts<GlobalOptions>(), deps);
      const result = await work(context, options, ...(given.slice(0, -2) as never));
      if (typeof result === 'number') exitCode = result;
    };
  program
    .description(
      'LLM observability in one process. Reads and writes a Telltale server; speaks to Langfuse servers where they allow it.',
    )
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--json', 'print JSON')
    .option('--host <url>', 'address of the server')
    .option('--public-key <key>', 'public key of the project')
    .option('--secret-key <key>', 'secret key of the project')
    .option('--project <id>', 'id of the project; refused when the keys are of another')
    .addOption(new Option('--profile <name>', 'which of the profiles that "telltale login" wrote'))
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => deps.terminal.out(text),
      writeErr: (text) => deps.terminal.note(text.trimEnd()),
      outputError: () => undefined,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
  for (const command of COMMANDS) command.register(program, run);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, program.opts<GlobalOptions>().json === true, deps);
  }
}

/** One line for the user; the exit code. */
function explain(error: unknown, json: boolean, { terminal, env, signal }: ProgramDeps): number {
  if (signal.aborted) return 130;
  const { exitCode, code, message } = describe(error);
  if (message !== undefined) {
    const text = oneLine(message);
    if (json) terminal.note(JSON.stringify({ error: { code, message: text, exitCode } }));
    else terminal.note(`${terminal.noteStyle.red('error:')} ${text}`);
  }
  if (env.TELLTALE_DEBUG) terminal.note(String((error as Error).stack));
  return exitCode;
}

function describe(error: unknown): { exitCode: number; code: string; message?: string } {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError) {
    // Help and the version were asked for, or help stands in for an error: they are printed already.
    if (error.exitCode === 0) return { exitCode: EXIT.ok, code: error.code };
    if (error.code === 'commander.help') return { exitCode: EXIT.usage, code: error.code };
    return { exitCode: EXIT.usage, code: 'usage', message: error.message.replace(/^error: /, '') };
  }
  const system = error as NodeJS.ErrnoException;
  return { exitCode: EXIT.failed, code: system.code ?? 'failed', message: system.message ?? String(error) };
}

function createContext(options: GlobalOptions, deps: ProgramDeps): Context {
  const profiles = openProfiles(profilesPath(deps.env));
  const clientOf: Context['clientOf'] = (connection, patience) =>
    createHttpClient(connection, { ...patience, userAgent: `telltale-cli/${deps.version}`, signal: deps.signal });
  let server: Server | undefined;
  return {
    terminal: deps.terminal,
    options,
    env: deps.env,
    profiles,
    signal: deps.signal,
    now: deps.now,
    up: deps.up,
    clientOf,
    server() {
      server ??= serverOf(clientOf(resolveConnection(options, deps.env, profiles)), options.project);
      return server;
    },
  };
}

function serverOf(http: Server['http'], project: string | undefined): Server {
  let found: Promise<string> | undefined;
  const ask = async () => {
    const { data } = await http.json<{ data: { id: string; name: string }[] }>({ path: '/api/public/projects' });
    const match = data.find(({ id }) => project === undefined || id === project);
    if (match) return match.id;
    throw new CliError(
      EXIT.notFound,
      'not_found',
      `The keys for ${http.host} are not of project "${project}" but of "${data[0]?.id}".`,
    );
  };
  return {
    http,
    projectId() {
      found ??= ask();
      return found;
    },
  };
}
