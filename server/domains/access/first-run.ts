import { and, asc, eq, isNull, lt } from 'drizzle-orm';
import type { Config } from '../../config.ts';
import type { Crypto } from '../../lib/crypto.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/log.ts';
import { claimSetting, lockTransaction, type MetadataDb, tables } from '../../store/metadata/index.ts';
import { DEMO_EMAIL, guardDemoLogin, type Login, newDemoPassword } from './demo-login.ts';
import { initialise, isInitAsked } from './initialise.ts';
import { displaySecret, newKeyPair } from './keys.ts';
import { createUser, hashed } from './people.ts';

const { apiKeys, memberships, organisations, projects, sessions, users } = tables;

export interface FirstRun {
  /** Login of the demo user for the start to print; null when there is none or its password is no longer known. */
  demoLogin: Login | null;
  /** The project of the headless set-up, or the demo project. */
  projectId: string | null;
  /** A key pair of the demo project, only when it was made just now: the secret is kept nowhere. */
  publicKey: string | null;
  secretKey: string | null;
  /** The project that is to hold demo data, or null: none asked for, or removed. */
  demoProjectId: string | null;
}

/** One number for all processes that start at once on one database. */
const FIRST_RUN_LOCK = 7_358_356;

/**
 * Brings the installation to where somebody can sign in: the headless set-up when there is one, else, on an empty store, the demo
 * organisation. To be called at every start, before anything is served.
 * @throws InitError; Error when the secret is not the one with which the stored hashes were made.
 */
export async function ensureFirstRun(
  deps: { db: MetadataDb; crypto: Crypto; log: Logger; localOnly: boolean; currentDemoLogin(): Promise<Login | null> },
  config: Pick<Config, 'demo' | 'init' | 'signUp'>,
): Promise<FirstRun> {
  const { db, log, localOnly } = deps;
  await requireSameSecret(deps);
  await db.delete(sessions).where(lt(sessions.expiresAt, new Date()));
  const guarded = await guardDemoLogin(db, localOnly, log);
  let projectId: string | null = null;
  let made: Made | null = null;
  if (isInitAsked(config.init)) projectId = (await initialise(deps, config.init)).projectId;
  else if (config.demo) made = await createDemo(deps);

  const [demo] = await db
    .select({ id: projects.id })
    .from(projects)
    .where(and(eq(projects.demo, true), isNull(projects.deletedAt)))
    .orderBy(asc(projects.createdAt))
    .limit(1);
  if (!config.signUp && (await db.$count(users)) === 0) {
    log.warn(
      'nobody can sign in: sign-up is off and there is no account. Set TELLTALE_INIT_USER_EMAIL and TELLTALE_INIT_USER_PASSWORD, or TELLTALE_SIGN_UP=1.',
    );
  }
  return {
    demoLogin: made?.login ?? guarded ?? (await deps.currentDemoLogin()),
    projectId: projectId ?? demo?.id ?? null,
    publicKey: made?.publicKey ?? null,
    secretKey: made?.secretKey ?? null,
    demoProjectId: config.demo ? (demo?.id ?? null) : null,
  };
}

/**
 * Hashes of API keys are made with the secret. With another one no key would work and nobody would know why, hence a fingerprint is
 * kept and compared at every start.
 */
async function requireSameSecret({ db, crypto }: { db: MetadataDb; crypto: Crypto }): Promise<void> {
  const fingerprint = crypto.derive('fingerprint').slice(0, 16);
  const stored = await claimSetting(db, 'secret_fingerprint', fingerprint);
  if (stored !== fingerprint) {
    throw new Error(
      "The secret (TELLTALE_SECRET, or the file `secret` in the data folder) is not the one that this metadata database was made with. Restore it. To change it on purpose, delete the row 'secret_fingerprint' of table telltale.settings: API keys and sessions made so far stop working.",
    );
  }
}

interface Made {
  login: Login;
  publicKey: string;
  secretKey: string;
}

/** Makes the demo organisation with its project, person and keys, unless the store has an organisation or a person already. */
async function createDemo(deps: { db: MetadataDb; crypto: Crypto; localOnly: boolean }): Promise<Made | null> {
  const { db, crypto } = deps;
  if (!(await isEmpty(db))) return null;
  const password = newDemoPassword(deps.localOnly);
  const passwordHash = await hashed(password);
  return db.transaction(async (tx) => {
    await lockTransaction(tx, FIRST_RUN_LOCK);
    if (!(await isEmpty(tx))) return null;
    const organisationId = newId();
    const projectId = newId();
    const pair = newKeyPair();
    await tx.insert(organisations).values({ id: organisationId, name: 'Demo' });
    await tx.insert(projects).values({ id: projectId, organisationId, name: 'Demo', demo: true });
    const user = await createUser(tx, { email: DEMO_EMAIL, name: 'Demo', passwordHash });
    await tx.insert(memberships).values({ organisationId, userId: user!.id, role: 'OWNER' });
    await tx.insert(apiKeys).values({
      id: newId(),
      organisationId,
      projectId,
      publicKey: pair.publicKey,
      secretHash: crypto.keyedHash(pair.secretKey),
      displaySecretKey: displaySecret(pair.secretKey),
      note: 'Demo',
    });
    return { login: { email: DEMO_EMAIL, password }, ...pair };
  });
}

async function isEmpty(db: MetadataDb): Promise<boolean> {
  return (await db.$count(organisations)) === 0 && (await db.$count(users)) === 0;
}
