import type { Logger } from '../../lib/log.ts';
import type { MetadataDb } from '../../store/metadata/index.ts';
import { findUser, hashed, hasPassword, newPassword, setPassword } from './people.ts';

export const DEMO_EMAIL = 'demo@telltale.local';
/** Known to everybody, therefore good only where nobody else can reach the server. */
export const DEMO_PASSWORD = 'telltale-demo';

export interface Login {
  email: string;
  password: string;
}

/** The password with which a demo user is made: the known one on a server that only this machine reaches, else a random one. */
export const newDemoPassword = (localOnly: boolean): string => (localOnly ? DEMO_PASSWORD : newPassword());

/**
 * Keeps the known password off servers that others can reach: a demo user who has it gets a random one.
 * @returns the new login, to be shown once by the start; null when nothing had to change.
 */
export async function guardDemoLogin(db: MetadataDb, localOnly: boolean, log: Logger): Promise<Login | null> {
  if (localOnly) return null;
  const user = await findUser(db, DEMO_EMAIL);
  if (!user || !(await hasPassword(db, user.id, DEMO_PASSWORD))) return null;
  const password = newPassword();
  await setPassword(db, user.id, await hashed(password));
  log.warn('the server can be reached from other machines: the demo user has a new, random password');
  return { email: DEMO_EMAIL, password };
}

export interface DemoLogin {
  /** The login that the sign-in page may show; null on servers that others can reach and once the password was changed. */
  current(): Promise<Login | null>;
  /** To be called when a password or a user changed. */
  forget(): void;
}

/** Checking a password is slow on purpose, so the answer is kept until something changes. */
export function createDemoLogin(db: MetadataDb, localOnly: boolean): DemoLogin {
  let known: Promise<Login | null> | undefined;
  async function check(): Promise<Login | null> {
    const user = await findUser(db, DEMO_EMAIL);
    if (!user || !(await hasPassword(db, user.id, DEMO_PASSWORD))) return null;
    return { email: DEMO_EMAIL, password: DEMO_PASSWORD };
  }
  return {
    async current() {
      if (!localOnly) return null;
      if (!known) {
        const asked = check();
        known = asked;
        asked.catch(() => {
          if (known === asked) known = undefined;
        });
      }
      return known;
    },
    forget() {
      known = undefined;
    },
  };
}
