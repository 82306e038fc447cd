import { eq } from 'drizzle-orm';
import type { Config } from '../../config.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { createCrypto } from '../../lib/crypto.ts';
import { notFound, unauthorized } from '../../lib/errors.ts';
import type { Implemented } from '../../lib/implement.ts';
import type { Logger } from '../../lib/log.ts';
import { type MetadataStore, tables } from '../../store/metadata/index.ts';
import {
  administerInstance,
  administerOrganisation,
  type InstanceAdministration,
  type OrganisationAdministration,
} from './administration.ts';
import { createDemoLogin } from './demo-login.ts';
import { ensureFirstRun, type FirstRun } from './first-run.ts';
import { createInvitationLinks, type SendMail } from './invitation-links.ts';
import { createKeys, type Keys } from './keys.ts';
import { accessOperations, type ServerFacts } from './operations.ts';
import { createOriginCheck, isLocalOnly, type TrustsOrigin } from './origin.ts';
import { type ClearFacts, createProjectDeletion } from './project-deletion.ts';
import { findProject } from './projects.ts';
import { roleInOrganisation, roleInProject } from './roles.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import type { Access } from './types.ts';

export interface AccessOptions {
  metadata: MetadataStore;
  config: Pick<Config, 'host' | 'publicUrl' | 'signUp' | 'demo' | 'init'>;
  /** From `loadSecret`. */
  secret: string;
  /** Deletes a project's facts from the analytics store. */
  clearFacts: ClearFacts;
  /** Puts the clearing of a hidden project into a queue, which calls `finishDeletion`. */
  queueDeletion?: (projectId: string) => Promise<void>;
  /** Deletes the demo's facts from a project, and only those. */
  clearDemo: ClearFacts;
  /** Asked for each time, because ports are known once the server listens. */
  serverFacts(): ServerFacts;
  /** Mails invitations; absent: their links are shown only. */
  sendMail?: SendMail | undefined;
  log: Logger;
  clock?: Clock;
}

export interface AccessDomain extends Access {
  operations: Implemented[];
  /** For the route that mounts sign-in. */
  signIn: Pick<SignIn, 'handle'>;
  keys: Pick<Keys, 'create'>;
  /** For keys of organisations. */
  organisation: OrganisationAdministration;
  /** For the administrator of the instance. */
  instance: InstanceAdministration;
  /** Whether a page of this origin is ours: the guard against requests forged by other sites. */
  trustsOrigin: TrustsOrigin;
  /** To be called at every start, before serving. */
  ensureFirstRun(): Promise<FirstRun>;
  /** Clears a hidden project and takes its row away. Bears repetition. */
  finishDeletion(projectId: string): Promise<void>;
  /** Finishes deletions of projects that were cut short; once at the start, in the background. */
  resumeDeletions(): Promise<void>;
  /** Waits for what is written in the background. */
  drain(): Promise<void>;
}

/** How long another process on the same PostgreSQL may go on using a key that was revoked here. */
const SHARED_CACHE_MS = 10_000;

export function createAccess(options: AccessOptions): AccessDomain {
  const { metadata, config, log } = options;
  const { db } = metadata;
  const clock = options.clock ?? systemClock;
  const crypto = createCrypto(options.secret);
  const localOnly = isLocalOnly(config);
  const trustsOrigin = createOriginCheck(config);
  const demoLogin = createDemoLogin(db, localOnly);
  // Nobody else changes keys of an embedded database.
  const cacheMs = metadata.kind === 'embedded' ? Number.POSITIVE_INFINITY : SHARED_CACHE_MS;
  const keys = createKeys({ db, crypto, log, clock, cacheMs });
  const deletion = createProjectDeletion({
    db,
    clear: options.clearFacts,
    forgetKeys: keys.forget,
    queue: options.queueDeletion,
    log,
  });
  const links = createInvitationLinks({
    db,
    clock,
    log,
    publicUrl: () => options.serverFacts().publicUrl,
    sendMail: options.sendMail,
  });
  const signIn = createSignIn({
    db,
    secret: crypto.derive('sessions'),
    signUp: config.signUp,
    secureCookies: config.publicUrl?.startsWith('https:') ?? false,
    trustsOrigin,
    log,
    clock,
    onPasswordChange: () => demoLogin.forget(),
  });
  const operations = accessOperations({
    db,
    clock,
    keys,
    links,
    demoLogin,
    signUp: config.signUp,
    serverFacts: options.serverFacts,
    deletion,
    clearDemo: options.clearDemo,
    async findPerson(userId) {
      const { id, email, name } = tables.users;
      const [row] = await db.select({ id, email, name }).from(tables.users).where(eq(id, userId));
      if (!row) throw unauthorized('Your account was removed.');
      return row;
    },
    async organisationOf(projectId) {
      const project = await findProject(db, projectId);
      if (!project) throw notFound('Project not found');
      return project.organisation.id;
    },
  });
  return {
    operations,
    signIn,
    keys,
    organisation: administerOrganisation({ db, clock, keys, deletion }),
    instance: administerInstance({ db, keys, deletion, links }),
    trustsOrigin,
    authenticateKey: (authorization) => keys.authenticate(authorization),
    authenticateSession: (headers) => signIn.authenticate(headers),
    roleInProject: (userId, projectId) => roleInProject(db, userId, projectId),
    roleInOrganisation: (userId, organisationId) => roleInOrganisation(db, userId, organisationId),
    findProject: (projectId) => findProject(db, projectId),
    async ensureFirstRun() {
      const result = await ensureFirstRun({ db, crypto, log, localOnly, currentDemoLogin: demoLogin.current }, config);
      // The set-up writes keys past the cache.
      keys.forget();
      demoLogin.forget();
      return result;
    },
    finishDeletion: (projectId) => deletion.finish(projectId),
    resumeDeletions: () => deletion.resume(),
    async drain() {
      await keys.settle();
      await links.settle();
      await deletion.settle();
    },
  };
}
