import { and, count, desc, eq } from 'drizzle-orm';
import type {
  LlmAdapter,
  LlmConnection,
  UpdateLlmConnectionInput,
  UpsertLlmConnectionInput,
} from '../../../contract/llm-connection.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Crypto } from '../../lib/crypto.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Outbound } from '../../lib/outbound.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { llmConnections: connections } = tables;

type Row = typeof connections.$inferSelect;

export interface LlmConnectionsDeps {
  db: MetadataDb;
  clock: Clock;
  crypto: Pick<Crypto, 'encrypt' | 'decrypt'>;
  /** Judges addresses at the moment of saving; a request to one is judged again. */
  outbound: Pick<Outbound, 'check'>;
}

/** A connection with its secrets, to ask a model with. Stays inside the server. */
export interface OpenLlmConnection {
  id: string;
  provider: string;
  adapter: LlmAdapter;
  secretKey: string;
  baseURL: string | null;
  customModels: string[];
  withDefaultModels: boolean;
  extraHeaders: Record<string, string>;
  config: Record<string, unknown> | null;
}

/** Ways to models of providers, with their secrets encrypted at rest (contract §1.16). */
export interface LlmConnections {
  /** Makes the connection of this provider name, or replaces it as a whole. @throws OutboundRefused for a private address */
  upsert(projectId: string, input: UpsertLlmConnectionInput): Promise<{ connection: LlmConnection; created: boolean }>;
  /**
   * Changes a connection. Secrets that are left out stay, unless they would go to another address or another kind of provider.
   * @throws AppError 400 with the field whose secret is needed, 404
   */
  update(projectId: string, connectionId: string, input: UpdateLlmConnectionInput): Promise<LlmConnection>;
  /** Newest first. @param page from 1 */
  list(projectId: string, page: number, limit: number): Promise<{ data: LlmConnection[]; totalItems: number }>;
  /** @throws AppError 404 */
  delete(projectId: string, connectionId: string): Promise<void>;
  /** All of the project, without secrets: to judge which models can be asked. */
  all(projectId: string): Promise<LlmConnection[]>;
  /**
   * With its secrets, for those parts of the server that ask models; null when the project has none of this name.
   * @throws DecryptionError when the server's secret is not the one that it was stored with
   */
  open(projectId: string, provider: string): Promise<OpenLlmConnection | null>;
}

type Headers = Record<string, string>;

export function createLlmConnections({ db, clock, crypto, outbound }: LlmConnectionsDeps): LlmConnections {
  const secretOf = (projectId: string, provider: string, secretKey: string) => ({
    secretKey: crypto.encrypt(secretKey, contextOf(projectId, provider, 'key')),
    displaySecretKey: masked(secretKey),
  });
  const headersOf = (projectId: string, provider: string, headers: Headers) => ({
    extraHeaders: crypto.encrypt(JSON.stringify(headers), contextOf(projectId, provider, 'headers')),
    extraHeaderKeys: Object.keys(headers),
  });
  return {
    async upsert(projectId, input) {
      if (input.baseURL) await outbound.check(input.baseURL);
      const at = new Date(clock.now());
      const id = newId();
      const state = {
        adapter: input.adapter,
        ...secretOf(projectId, input.provider, input.secretKey),
        baseUrl: input.baseURL ?? null,
        ...openState(input),
        ...headersOf(projectId, input.provider, input.extraHeaders ?? {}),
        updatedAt: at,
      };
      const [row] = await db
        .insert(connections)
        .values({ id, projectId, provider: input.provider, ...state, createdAt: at })
        .onConflictDoUpdate({ target: [connections.projectId, connections.provider], set: state })
        .returning();
      return { connection: shown(row!), created: row!.id === id };
    },

    async update(projectId, connectionId, input) {
      if (input.baseURL) await outbound.check(input.baseURL);
      return db.transaction(async (tx) => {
        const [former] = isStorable(connectionId)
          ? await tx
              .select()
              .from(connections)
              .where(and(eq(connections.projectId, projectId), eq(connections.id, connectionId)))
              .for('update')
          : [];
        if (!former) throw notFound('LLM connection not found');
        const { provider } = former;
        const baseUrl = input.baseURL ?? null;
        const isElsewhere = former.adapter !== input.adapter || former.baseUrl !== baseUrl;
        if (input.secretKey === undefined && isElsewhere) throw needed('secretKey');
        const kept = JSON.parse(crypto.decrypt(former.extraHeaders, contextOf(projectId, provider, 'headers'))) as Headers;
        const headers: Headers = {};
        for (const [name, value] of Object.entries(input.extraHeaders ?? {})) {
          if (value === null && (isElsewhere || !Object.hasOwn(kept, name))) throw needed(`extraHeaders.${name}`);
          headers[name] = value ?? kept[name]!;
        }
        const [row] = await tx
          .update(connections)
          .set({
            adapter: input.adapter,
            ...(input.secretKey === undefined ? {} : secretOf(projectId, provider, input.secretKey)),
            baseUrl,
            ...openState(input),
            ...headersOf(projectId, provider, headers),
            updatedAt: new Date(clock.now()),
          })
          .where(eq(connections.id, former.id))
          .returning();
        return shown(row!);
      });
    },

    async list(projectId, page, limit) {
      const ofProject = eq(connections.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(connections).where(ofProject);
      const rows = await db
        .select()
        .from(connections)
        .where(ofProject)
        .orderBy(desc(connections.createdAt), desc(connections.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: rows.map(shown), totalItems: total!.count };
    },

    async delete(projectId, connectionId) {
      const gone = isStorable(connectionId)
        ? await db
            .delete(connections)
            .where(and(eq(connections.projectId, projectId), eq(connections.id, connectionId)))
            .returning({ id: connections.id })
        : [];
      if (gone.length === 0) throw notFound('LLM connection not found');
    },

    async all(projectId) {
      return (await db.select().from(connections).where(eq(connections.projectId, projectId))).map(shown);
    },

    async open(projectId, provider) {
      if (!isStorable(provider)) return null;
      const [row] = await db
        .select()
        .from(connections)
        .where(and(eq(connections.projectId, projectId), eq(connections.provider, provider)));
      if (!row) return null;
      const { id, adapter, baseUrl, customModels, withDefaultModels } = row;
      const headers = crypto.decrypt(row.extraHeaders, contextOf(projectId, provider, 'headers'));
      return {
        id,
        provider,
        adapter,
        secretKey: crypto.decrypt(row.secretKey, contextOf(projectId, provider, 'key')),
        baseURL: baseUrl,
        customModels,
        withDefaultModels,
        extraHeaders: JSON.parse(headers) as Record<string, string>,
        config: row.config as Record<string, unknown> | null,
      };
    },
  };
}

/** What is no secret, beside adapter and address. */
const openState = (input: Pick<UpsertLlmConnectionInput, 'customModels' | 'withDefaultModels' | 'config'>) => ({
  customModels: [...new Set(input.customModels ?? [])],
  withDefaultModels: input.withDefaultModels ?? true,
  config: input.config ?? null,
});

const needed = (path: string) => {
  const message = 'is needed again, because the stored one is not sent to another address';
  return invalidRequest(`${path}: ${message}`, [{ path, message }]);
};

/** What an encrypted text belongs to: copied to another project, provider or column it does not open. */
const contextOf = (projectId: string, provider: string, part: 'key' | 'headers'): string =>
  JSON.stringify(['llm connection', projectId, provider, part]);

/** Enough to tell keys apart; of a short key even four characters would be too much. Of credentials in JSON, the last of their values. */
function masked(secret: string): string {
  const told = secret.replace(/"\s*\}\s*$/, '');
  return told.length >= 12 ? `...${told.slice(-4)}` : '...';
}

const shown = (row: Row): LlmConnection => ({
  id: row.id,
  provider: row.provider,
  adapter: row.adapter,
  displaySecretKey: row.displaySecretKey,
  baseURL: row.baseUrl,
  customModels: row.customModels,
  withDefaultModels: row.withDefaultModels,
  extraHeaderKeys: row.extraHeaderKeys,
  config: row.config as Record<string, unknown> | null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
