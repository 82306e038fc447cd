import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { failed } from '../cli-error.ts';
import type { Connection } from '../client/http.ts';

const profilesFile = z.object({
  /** The one that is used when none is named. */
  current: z.string(),
  profiles: z.record(z.string(), z.object({ host: z.string(), publicKey: z.string(), secretKey: z.string() })),
});
type ProfilesFile = z.infer<typeof profilesFile>;

/** Servers and keys that `telltale login` wrote down. */
export interface Profiles {
  readonly path: string;
  /** The named one, or the current one; undefined when there is none. @throws CliError when the file cannot be read */
  find(name?: string): (Connection & { name: string }) | undefined;
  /** Writes one down and makes it the current one. Only the owner of the file can read it. */
  save(name: string, connection: Connection): void;
  /** True when there was one. */
  remove(name?: string): boolean;
}

/** `telltale/profiles.json` in the folder where the system keeps configuration. */
export function profilesPath(env: NodeJS.ProcessEnv): string {
  const folder = env.XDG_CONFIG_HOME || (process.platform === 'win32' && env.APPDATA) || join(env.HOME || homedir(), '.config');
  return join(folder, 'telltale', 'profiles.json');
}

export function openProfiles(path: string): Profiles {
  const read = (): ProfilesFile => {
    if (!existsSync(path)) return { current: 'default', profiles: {} };
    try {
      return profilesFile.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (error) {
      throw failed(`${path} cannot be read. Delete it and run "telltale login" again.`, error);
    }
  };
  const write = (file: ProfilesFile) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
    chmodSync(draft, 0o600);
    renameSync(draft, path);
  };
  return {
    path,
    find(name) {
      const file = read();
      const wanted = name ?? file.current;
      const found = Object.hasOwn(file.profiles, wanted) ? file.profiles[wanted] : undefined;
      return found && { name: wanted, ...found };
    },
    save(name, { host, publicKey, secretKey }) {
      const file = read();
      write({ current: name, profiles: { ...file.profiles, [name]: { host, publicKey, secretKey } } });
    },
    remove(name) {
      const file = read();
      const wanted = name ?? file.current;
      if (!Object.hasOwn(file.profiles, wanted)) return false;
      const { [wanted]: _, ...rest } = file.profiles;
      const [next] = Object.keys(rest);
      if (next === undefined) rmSync(path);
      else write({ current: file.current === wanted ? next : file.current, profiles: rest });
      return true;
    },
  };
}
