import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { createAccess } from '../../../domains/access/index.ts';
import { createPrompts, type PromptChange, type Prompts } from '../../../domains/prompts/index.ts';
import { createScoreConfigs, type ScoreConfigs } from '../../../domains/scores/index.ts';
import { createLogger } from '../../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../../store/metadata/index.ts';
import { promptRoutes } from '../prompts.ts';
import { scoreConfigRoutes } from '../score-configs.ts';
import { applyCheckedConventions } from './checked-conventions.ts';

export interface Answer {
  status: number;
  /** Parsed JSON, or null for an empty body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on whatever came
  body: any;
  headers: Record<string, unknown>;
}

/** One caller of the public API, by its `Authorization` header. */
export type Call = (method: string, url: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export interface SettingsServer {
  app: FastifyInstance;
  store: MetadataStore;
  prompts: Prompts;
  scoreConfigs: ScoreConfigs;
  changes: PromptChange[];
  clock: { ms: number; now(): number };
  /** Projects `one` and `two` of the same organisation. */
  one: Call;
  two: Call;
  /** Callers that may do nothing here, with the status and message that they get. */
  strangers: [name: string, call: Call, status: number, message: RegExp][];
  stop(): Promise<void>;
}

/** The settings of the public API on an empty metadata store, with real keys. */
export async function startSettings(): Promise<SettingsServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'telltale-settings-'));
  const log = createLogger('silent');
  const store = await openMetadata({ dataDir, log });
  const clock = { ms: Date.parse('2026-03-04T05:06:07.089Z'), now: () => clock.ms };
  const access = createAccess({
    metadata: store,
    config: { host: '127.0.0.1', publicUrl: undefined, signUp: false, demo: false, init: {} as never },
    secret: 'a secret that is only used by tests, long enough',
    clearFacts: async () => {},
    clearDemo: async () => {},
    serverFacts: () => ({ version: '', publicUrl: '', otlpGrpcPort: 0 }),
    log,
  });
  await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await store.db.insert(tables.projects).values(['one', 'two'].map((id) => ({ id, organisationId: 'o', name: id })));
  const changes: PromptChange[] = [];
  const prompts = createPrompts({
    metadata: store,
    log,
    clock,
    recordChanges: async (_, __, made) => () => void changes.push(...made),
  });
  const scoreConfigs = createScoreConfigs({ metadata: store, clock });
  const app = Fastify({ routerOptions: { maxParamLength: 1000 } });
  await app.register(
    async (api) => {
      applyCheckedConventions(api);
      await api.register(promptRoutes({ access, prompts }));
      await api.register(scoreConfigRoutes({ access, scoreConfigs }));
    },
    { prefix: '/api/public' },
  );

  const as =
    (authorization: string | undefined): Call =>
    async (method, url, body, headers = {}) => {
      const answer = await app.inject({
        method: method as InjectOptions['method'] & string,
        url: `/api/public${url}`,
        headers: { ...headers, ...(authorization && { authorization }) },
        ...(body !== undefined && { payload: body as object }),
      });
      return {
        status: answer.statusCode,
        body: answer.body === '' ? null : JSON.parse(answer.body),
        headers: answer.headers,
      };
    };
  const basic = (key: { publicKey: string; secretKey: string }) =>
    `Basic ${Buffer.from(`${key.publicKey}:${key.secretKey}`).toString('base64')}`;
  const key = await access.keys.create({ organisationId: 'o', projectId: 'one' }, { note: null });
  const other = await access.keys.create({ organisationId: 'o', projectId: 'two' }, { note: null });
  const organisation = await access.keys.create({ organisationId: 'o', projectId: null }, { note: null });
  return {
    app,
    store,
    prompts,
    scoreConfigs,
    changes,
    clock,
    one: as(basic(key)),
    two: as(basic(other)),
    strangers: [
      ['nobody', as(undefined), 401, /^No authorization header$/],
      ['a wrong secret', as(basic({ ...key, secretKey: 'sk-lf-wrong' })), 401, /^Invalid credentials\./],
      ['a public key alone', as(`Bearer ${key.publicKey}`), 403, /public key/],
      ['an organisation', as(basic(organisation)), 403, /organisation/],
    ],
    async stop() {
      await app.close();
      await access.drain();
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
