import { CliError, usageError } from '../cli-error.ts';
import type { Connection } from '../client/http.ts';
import { EXIT } from '../exit-codes.ts';
import type { Profiles } from './profiles.ts';

export const DEFAULT_HOST = 'http://localhost:3000';

/** What was said on the command line. */
export interface ConnectionOptions {
  host?: string;
  publicKey?: string;
  secretKey?: string;
  profile?: string;
}

const first = (env: NodeJS.ProcessEnv, ...names: string[]) => names.map((name) => env[name]).find((value) => value);

/** What the environment says: our own names first, then those that every Langfuse SDK reads. */
export const fromEnvironment = (env: NodeJS.ProcessEnv): Partial<Connection> => ({
  host: first(env, 'TELLTALE_HOST', 'LANGFUSE_HOST', 'LANGFUSE_BASE_URL', 'LANGFUSE_BASEURL'),
  publicKey: first(env, 'TELLTALE_PUBLIC_KEY', 'LANGFUSE_PUBLIC_KEY'),
  secretKey: first(env, 'TELLTALE_SECRET_KEY', 'LANGFUSE_SECRET_KEY'),
});

/**
 * Which server, with which keys: the command line wins over the environment, that over the profile. A profile that is named wins over the
 * environment. The keys of a profile are never sent to another host than its own.
 * @throws CliError 2 for a bad address, 3 without keys
 */
export function resolveConnection(options: ConnectionOptions, env: NodeJS.ProcessEnv, profiles: Profiles): Connection {
  const named = options.profile ?? env.TELLTALE_PROFILE;
  const profile = profiles.find(named);
  if (named && !profile)
    throw usageError(`There is no profile "${named}" in ${profiles.path}. Make it: telltale login --profile ${named}`);
  const environment = fromEnvironment(env);
  const [second, third]: Partial<Connection>[] = named ? [profile!, environment] : [environment, profile ?? {}];
  const host = parseHost(options.host ?? second!.host ?? third!.host ?? DEFAULT_HOST);
  const usable = [second!, third!].filter((source) => source !== profile || parseHost(profile!.host) === host);
  const pair = usable.find(({ publicKey, secretKey }) => publicKey && secretKey);
  const publicKey = options.publicKey ?? pair?.publicKey;
  const secretKey = options.secretKey ?? pair?.secretKey;
  if (!publicKey || !secretKey) {
    const lacking = !publicKey && !secretKey ? 'There are no keys' : `There is no ${publicKey ? 'secret' : 'public'} key`;
    throw new CliError(
      EXIT.notAuthorised,
      'no_keys',
      `${lacking} for ${host}. Run "telltale login", or set LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY.`,
    );
  }
  return { host, publicKey, secretKey };
}

/** The address without slashes at its end. @throws CliError when it is none */
export function parseHost(given: string): string {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw usageError(`"${given}" is not the address of a server. Write it like https://telltale.example.com`);
  }
  if (url.username || url.password)
    throw usageError('The address of the server must not hold keys. Use --public-key and --secret-key.');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
