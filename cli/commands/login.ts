import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { usageError } from '../cli-error.ts';
import type { CommandModule, Context } from '../command.ts';
import { DEFAULT_HOST, fromEnvironment, parseHost, resolveConnection } from '../connection/resolve.ts';

/** `login`, `logout`, `status`: where the server is and the keys, written down in the user's configuration. */
export const login: CommandModule = {
  register(program, run) {
    program
      .command('login')
      .description('check keys and write them down, so that other commands need none')
      .addHelpText(
        'after',
        `
Asks for what is not given. --secret-key - reads the secret key from standard input, so that it is in no list of processes.
The file is readable by its owner only. --profile keeps several servers or projects apart; the one that was written last is used.

Examples:
  telltale login --host https://telltale.example.com --public-key pk-lf-… --secret-key - < secret.txt
  telltale login --profile staging
  telltale traces list --profile staging`,
      )
      .action(run(logIn));
    program
      .command('logout')
      .description('forget the keys of a profile')
      .action(
        run(async ({ profiles, options, terminal }: Context) => {
          if (!profiles.remove(options.profile))
            throw usageError(`There is no profile "${options.profile ?? 'default'}" to forget.`);
          terminal.out('Forgotten.');
        }),
      );
    program.command('status').description('show which server and project the commands speak to').action(run(showStatus));
  },
};

async function logIn(context: Context): Promise<void> {
  const { terminal, options, profiles, env } = context;
  const known = fromEnvironment(env);
  const host = parseHost(
    options.host ?? known.host ?? (await ask(context, `Address of the server [${DEFAULT_HOST}]: `)) ?? DEFAULT_HOST,
  );
  const publicKey = options.publicKey ?? known.publicKey ?? (await ask(context, 'Public key: '));
  const fromInput = options.secretKey === '-';
  const secretKey = fromInput
    ? (await readAll(process.stdin)).trim()
    : (options.secretKey ?? known.secretKey ?? (await ask(context, 'Secret key: ', true)));
  if (!publicKey || !secretKey) throw usageError('Give --public-key and --secret-key; without a terminal, nobody can be asked.');
  const connection = { host, publicKey, secretKey };
  const project = await projectOf(context.clientOf(connection));
  const name = options.profile ?? 'default';
  profiles.save(name, connection);
  if (options.json)
    return terminal.out(JSON.stringify({ profile: name, host, publicKey, project, file: profiles.path }, null, 2));
  terminal.out(`${terminal.style.green('✓')} ${host}, project ${terminal.style.bold(project.name)} (${project.id})`);
  terminal.note(terminal.noteStyle.dim(`Profile "${name}" in ${profiles.path}`));
}

async function showStatus(context: Context): Promise<void> {
  const { terminal, options, env, profiles } = context;
  const { host, publicKey } = resolveConnection(options, env, profiles);
  const { http } = context.server();
  const { version } = await http.json<{ version: string }>({ path: '/api/public/health' });
  const project = await projectOf(http);
  if (options.json) return terminal.out(JSON.stringify({ host, version, publicKey, project }, null, 2));
  const line = (what: string, value: string) => terminal.out(`${terminal.style.dim(what.padEnd(8))} ${value}`);
  line('server', `${host} ${terminal.style.dim(version)}`);
  line('project', `${project.name} ${terminal.style.dim(project.id)}`);
  line('key', publicKey);
}

async function projectOf(http: ReturnType<Context['clientOf']>): Promise<{ id: string; name: string }> {
  const { data } = await http.json<{ data: { id: string; name: string }[] }>({ path: '/api/public/projects' });
  const { id, name } = data[0]!;
  return { id, name };
}

/** What the user types; undefined for nothing, and where there is no terminal to type at. */
async function ask({ signal }: Context, question: string, hidden = false): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  let silent = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!silent) process.stderr.write(chunk as Buffer);
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  // Ctrl-C at the question ends the command like everywhere else; Ctrl-D is no answer.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = new Promise<string>((done) => void lines.once('close', () => done('')));
  try {
    const answer = lines.question(question, { signal });
    silent = hidden;
    return (await Promise.race([answer, closed])).trim() || undefined;
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}
