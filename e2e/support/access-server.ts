import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { type AccessDomain, type AccessOptions, createAccess } from '../../server/domains/access/index.ts';
import type { Clock } from '../../server/lib/clock.ts';
import type { Implemented } from '../../server/lib/implement.ts';
import { createLogger } from '../../server/lib/log.ts';
import { type MetadataStore, openMetadata } from '../../server/store/metadata/index.ts';
import { API_PREFIX, authSurface, httpSurface, requestIdOf, returnRequestIds } from '../../server/surfaces/http/index.ts';

export const TEST_SECRET = 'a secret that is only used by tests, long enough';

/** A person's browser: sends its cookies and, like a browser, the origin of the page with every change. */
export interface Browser {
  cookie: string;
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T; headers: Headers }>;
}

export interface AccessServer {
  url: string;
  app: FastifyInstance;
  access: AccessDomain;
  store: MetadataStore;
  clock: Clock & { ms: number };
  /** Ids of projects whose facts were cleared. */
  cleared: string[];
  browser(cookie?: string): Browser;
  signUp(email: string, password?: string): Promise<Browser>;
  signIn(email: string, password: string): Promise<Browser>;
  /** Signs in with a password that was handed over, and chooses another. */
  signInFirst(email: string, oneTimePassword: string): Promise<Browser>;
  /** Somebody who has an account is invited by `by`, and follows the link. */
  join(by: Browser, organisationId: string, person: Browser, email: string, role: string): Promise<void>;
  stop(): Promise<void>;
}

/** Sign-in and our own API over loopback on an empty metadata store: the real parts, without analytics. */
export async function startAccessServer(
  given: {
    config?: Partial<AccessOptions['config']>;
    databaseUrl?: string;
    more?: readonly Implemented[];
    clearFacts?: AccessOptions['clearFacts'];
    prepare?(app: FastifyInstance, access: AccessDomain): void;
  } = {},
): Promise<AccessServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'telltale-access-'));
  const log = createLogger('silent');
  const store = await openMetadata({ dataDir, databaseUrl: given.databaseUrl, log });
  const clock = { ms: Date.parse('2026-03-04T05:06:07.000Z'), now: () => clock.ms };
  const cleared: string[] = [];
  const access = createAccess({
    metadata: store,
    config: { host: '127.0.0.1', publicUrl: undefined, signUp: true, demo: false, init: noInit, ...given.config },
    secret: TEST_SECRET,
    clearFacts: async (projectId) => {
      await given.clearFacts?.(projectId);
      cleared.push(projectId);
    },
    clearDemo: async (projectId) => {
      cleared.push(projectId);
    },
    serverFacts: () => ({ version: '9.8.7', publicUrl: url, otlpGrpcPort: 4317 }),
    log,
    clock,
  });
  const app = Fastify({ genReqId: requestIdOf });
  returnRequestIds(app);
  const { trustsOrigin } = access;
  const operations = [...access.operations, ...(given.more ?? [])];
  await app.register(authSurface({ access }));
  await app.register(httpSurface({ operations, access, trustsOrigin, checkOutput: true }), { prefix: API_PREFIX });
  given.prepare?.(app, access);
  const url: string = await app.listen({ host: '127.0.0.1', port: 0 });

  const browser = (cookie = ''): Browser => ({
    cookie,
    async call<T>(method: string, route: string, body?: unknown) {
      const headers: Record<string, string> = { cookie };
      if (method !== 'GET') headers.origin = url;
      if (body !== undefined) headers['content-type'] = 'application/json';
      const answer = await fetch(url + route, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as T, headers: answer.headers };
    },
  });
  const enter = async (route: string, body: unknown) => {
    const answer = await browser().call('POST', `/api/auth/${route}`, body);
    if (answer.status !== 200) throw new Error(`${route} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return browser(cookiesOf(answer.headers));
  };
  return {
    url,
    app,
    access,
    store,
    clock,
    cleared,
    browser,
    async signUp(email, password = 'correct horse') {
      const entered = await enter('sign-up/email', { email, password, name: email.split('@')[0] });
      // Every sign-up counts towards the limit of its address; tests make more people than a minute allows.
      clock.ms += 61_000;
      return entered;
    },
    signIn: (email, password) => enter('sign-in/email', { email, password }),
    async signInFirst(email, oneTimePassword) {
      const entered = await enter('sign-in/email', { email, password: oneTimePassword });
      const chosen = { currentPassword: oneTimePassword, newPassword: `own password of ${email}` };
      const { status } = await entered.call('POST', '/api/auth/change-password', chosen);
      if (status !== 200) throw new Error(`change-password answered ${status}`);
      return entered;
    },
    async join(by, organisationId, person, email, role) {
      type Added = { invitation: { link: string } | null };
      const added = await by.call<Added>('POST', `/api/v1/organisations/${organisationId}/members`, { email, role });
      const token = added.body.invitation?.link.split('#')[1];
      const accepted = await person.call('POST', '/api/v1/invitations/accept', { token });
      if (accepted.status !== 200) throw new Error(`an invitation was answered ${added.status}, accepting it ${accepted.status}`);
    },
    async stop() {
      await app.close();
      await access.drain();
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The `Cookie` header that a browser would send after an answer. */
export const cookiesOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');

export const noInit: AccessOptions['config']['init'] = {
  orgId: undefined,
  orgName: undefined,
  projectId: undefined,
  projectName: undefined,
  projectPublicKey: undefined,
  projectSecretKey: undefined,
  userEmail: undefined,
  userName: undefined,
  userPassword: undefined,
};

export const basic = (publicKey: string, secretKey: string): string =>
  `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`;
