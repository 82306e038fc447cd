import { and, eq, isNull } from 'drizzle-orm';
import type { Config } from '../../config.ts';
import type { Crypto } from '../../lib/crypto.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/log.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { displaySecret } from './keys.ts';
import { needsConsent } from './members.ts';
import { createUser, findUser, hashed, hasPassword } from './people.ts';

const { apiKeys, memberships, organisations, projects, users } = tables;

export type Init = Config['init'];

/** The headless set-up contradicts what is stored. The message names the variables. */
export class InitError extends Error {}

/** Ids of what was asked for without an id, so that the next start finds it again. */
const DEFAULT_ORGANISATION_ID = 'init-organisation';
const DEFAULT_PROJECT_ID = 'init-project';

export const isInitAsked = (init: Init): boolean => Object.values(init).some((value) => value !== undefined);

/**
 * Headless set-up (`TELLTALE_INIT_*`, `LANGFUSE_INIT_*`), done at every start and changing nothing the second time. What is there stays:
 * names and passwords are set when something is made, never over what a person has changed since. Only the secret of the given public
 * key follows the configuration, because that is how operators rotate it.
 * @throws InitError
 */
export async function initialise(
  deps: { db: MetadataDb; crypto: Crypto; log: Logger },
  init: Init,
): Promise<{ projectId: string | null }> {
  const { log } = deps;
  if ((init.projectPublicKey === undefined) !== (init.projectSecretKey === undefined)) {
    throw new InitError(
      'TELLTALE_INIT_PROJECT_PUBLIC_KEY and TELLTALE_INIT_PROJECT_SECRET_KEY are given together or not at all.',
    );
  }
  if ((init.userEmail === undefined) !== (init.userPassword === undefined)) {
    throw new InitError('TELLTALE_INIT_USER_EMAIL and TELLTALE_INIT_USER_PASSWORD are given together or not at all.');
  }
  const wantsProject = init.projectId !== undefined || init.projectName !== undefined || init.projectPublicKey !== undefined;
  const organisationId = init.orgId ?? DEFAULT_ORGANISATION_ID;
  const projectId = wantsProject ? (init.projectId ?? DEFAULT_PROJECT_ID) : null;
  const existing = init.userEmail === undefined ? null : await findUser(deps.db, init.userEmail);
  const passwordHash = init.userPassword !== undefined && !existing ? await hashed(init.userPassword) : null;

  await deps.db.transaction(async (tx) => {
    await tx
      .insert(organisations)
      .values({ id: organisationId, name: init.orgName ?? 'Organisation' })
      .onConflictDoNothing();
    if (projectId !== null) {
      await tx
        .insert(projects)
        .values({ id: projectId, organisationId, name: init.projectName ?? 'Project' })
        .onConflictDoNothing();
      const [project] = await tx.select().from(projects).where(eq(projects.id, projectId));
      if (project!.organisationId !== organisationId) {
        throw new InitError(
          `TELLTALE_INIT_PROJECT_ID=${projectId}: this project belongs to another organisation than TELLTALE_INIT_ORG_ID=${organisationId}.`,
        );
      }
    }
    if (projectId !== null && init.projectPublicKey !== undefined) {
      await setKey(tx, deps, { organisationId, projectId, publicKey: init.projectPublicKey, secretKey: init.projectSecretKey! });
    }
    if (init.userEmail !== undefined) {
      const name = init.userName ?? init.userEmail.split('@')[0]!;
      const made =
        passwordHash === null
          ? null
          : await createUser(tx, { email: init.userEmail, name, passwordHash, homeOrganisationId: organisationId });
      const user = made ?? (await findUser(tx, init.userEmail));
      if (await mayBeOwner(tx, organisationId, user!, init.userPassword!)) {
        await tx.insert(memberships).values({ organisationId, userId: user!.id, role: 'OWNER' }).onConflictDoNothing();
      } else {
        log.warn(
          "TELLTALE_INIT_USER_EMAIL has an account with another password, which may be a stranger's: it was not made OWNER. Give another address, or invite the person.",
        );
      }
    }
  });
  log.info({ organisationId, projectId, publicKey: init.projectPublicKey ?? null }, 'headless set-up is in place');
  return { projectId };
}

/** An account that somebody else made before, at this address, does not become OWNER because the address was written down here. */
async function mayBeOwner(
  tx: MetadataDb,
  organisationId: string,
  user: typeof users.$inferSelect,
  password: string,
): Promise<boolean> {
  return !(await needsConsent(tx, organisationId, user)) || (await hasPassword(tx, user.id, password));
}

async function setKey(
  tx: MetadataDb,
  { crypto, log }: { crypto: Crypto; log: Logger },
  given: { organisationId: string; projectId: string; publicKey: string; secretKey: string },
): Promise<void> {
  const { publicKey, secretKey, ...owner } = given;
  const secretHash = crypto.keyedHash(secretKey);
  const [sameSecret] = await tx.select().from(apiKeys).where(eq(apiKeys.secretHash, secretHash));
  if (sameSecret && sameSecret.publicKey !== publicKey) {
    throw new InitError(
      'TELLTALE_INIT_PROJECT_SECRET_KEY is the secret of another API key already. Give each key its own secret.',
    );
  }
  const [same] = await tx.select().from(apiKeys).where(eq(apiKeys.publicKey, publicKey));
  if (!same) {
    await tx.insert(apiKeys).values({
      id: newId(),
      ...owner,
      publicKey,
      secretHash,
      displaySecretKey: displaySecret(secretKey),
      note: 'Headless set-up',
    });
    return;
  }
  if (same.projectId !== owner.projectId) {
    throw new InitError(`TELLTALE_INIT_PROJECT_PUBLIC_KEY=${publicKey} belongs to another project already.`);
  }
  if (same.revokedAt) {
    log.warn(
      { publicKey },
      'the API key of the headless set-up was revoked and stays so; give another pair to get a working key',
    );
    return;
  }
  if (same.secretHash !== secretHash) {
    await tx
      .update(apiKeys)
      .set({ secretHash, displaySecretKey: displaySecret(secretKey) })
      .where(and(eq(apiKeys.id, same.id), isNull(apiKeys.revokedAt)));
    log.info({ publicKey }, 'the API key of the headless set-up has a new secret');
  }
}
