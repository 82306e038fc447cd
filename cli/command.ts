import type { Command } from 'commander';
import type { HttpClient, HttpClientOptions } from './client/http.ts';
import type { Profiles } from './connection/profiles.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  json?: boolean;
  host?: string;
  publicKey?: string;
  secretKey?: string;
  project?: string;
  profile?: string;
}

/** The server that a command speaks to. */
export interface Server {
  http: HttpClient;
  /** Of `--project`, or the one of the keys. */
  projectId(): Promise<string>;
}

/** What a command works with. */
export interface Context {
  terminal: Terminal;
  options: GlobalOptions;
  env: NodeJS.ProcessEnv;
  profiles: Profiles;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  now(): number;
  /** @throws CliError when there are no keys or no such profile */
  server(): Server;
  /** A client of another server or with other keys: for `login` and for copying between servers. */
  clientOf(
    connection: { host: string; publicKey: string; secretKey: string },
    patience?: Pick<HttpClientOptions, 'attempts' | 'firstWaitMs' | 'maxWaitMs' | 'timeoutMs'>,
  ): HttpClient;
  /** Starts a Telltale server and resolves with its exit code when it ends. */
  up(): Promise<number>;
}

/**
 * Makes an action for commander: calls `work` with the context, the command's options and what was written after its name. A number that
 * it gives is the exit code.
 */
export type Run = <Options, Args extends unknown[] = []>(
  work: (context: Context, options: Options, ...args: Args) => Promise<unknown>,
) => (...given: unknown[]) => Promise<void>;

/** One noun or verb of the command line. A new command is a file in `commands/` and a line in `commands/index.ts`. */
export interface CommandModule {
  register(program: Command, run: Run): void;
}
