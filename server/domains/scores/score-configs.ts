import { and, count, desc, eq } from 'drizzle-orm';
import type { CreateScoreConfig, ScoreConfig, UpdateScoreConfig } from '../../../contract/score-config.ts';
import { isStorable } from '../../../contract/storable.ts';
import { createChangeCache, ttlFor } from '../../lib/change-cache.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type MetadataStore, tables } from '../../store/metadata/index.ts';
import { BOOLEAN_CATEGORIES, requireValid } from './config-rules.ts';

const { scoreConfigs: configs } = tables;

export interface ScoreConfigs {
  /** From memory where it can be; for every score that names a config. Null: the project has none with this id. */
  find(projectId: string, configId: string): Promise<ScoreConfig | null>;
  /** @throws AppError 404 */
  get(projectId: string, configId: string): Promise<ScoreConfig>;
  /** Newest first. @param page from 1 */
  list(projectId: string, page: number, limit: number): Promise<{ data: ScoreConfig[]; totalCount: number }>;
  /** @throws AppError 400 naming the field */
  create(projectId: string, given: CreateScoreConfig): Promise<ScoreConfig>;
  /** Changes the given fields, null takes a limit or the description away. @throws AppError 400 naming the field, 404 */
  update(projectId: string, configId: string, given: UpdateScoreConfig): Promise<ScoreConfig>;
  /** Forgets what is cached of a project, after a change made elsewhere. */
  forget(projectId: string): void;
}

const MAX_CACHE_BYTES = 8 * 1024 * 1024;

type Row = typeof configs.$inferSelect;

const shown = (row: Row): ScoreConfig => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** Rules for scores, set by people and enforced at the door (contract §1.6). */
export function createScoreConfigs(deps: { metadata: Pick<MetadataStore, 'db' | 'kind'>; clock?: Clock }): ScoreConfigs {
  const { db, kind } = deps.metadata;
  const clock = deps.clock ?? systemClock;
  const cache = createChangeCache<ScoreConfig>({
    ttlMs: ttlFor(kind),
    maxBytes: MAX_CACHE_BYTES,
    sizeOf: (config) => 500 + 100 * (config.categories?.length ?? 0),
    clock,
  });
  const own = (projectId: string, configId: string) => and(eq(configs.projectId, projectId), eq(configs.id, configId));

  async function find(projectId: string, configId: string): Promise<ScoreConfig | null> {
    if (!isStorable(configId)) return null;
    return cache.get(projectId, configId, async () => {
      const [row] = await db.select().from(configs).where(own(projectId, configId));
      return row ? shown(row) : null;
    });
  }

  const scoreConfigs: ScoreConfigs = {
    find,

    async get(projectId, configId) {
      const config = await find(projectId, configId);
      if (!config) throw missing();
      return config;
    },

    async list(projectId, page, limit) {
      const where = eq(configs.projectId, projectId);
      const [rows, [total]] = await Promise.all([
        db
          .select()
          .from(configs)
          .where(where)
          .orderBy(desc(configs.createdAt), desc(configs.id))
          .limit(limit)
          .offset((page - 1) * limit),
        db.select({ rows: count() }).from(configs).where(where),
      ]);
      return { data: rows.map(shown), totalCount: total!.rows };
    },

    async create(projectId, given) {
      const { name, dataType, minValue = null, maxValue = null, categories = null, description = null } = given;
      requireValid({ dataType, minValue, maxValue, categories });
      const at = new Date(clock.now());
      const [row] = await db
        .insert(configs)
        .values({
          id: newId(),
          projectId,
          name,
          dataType,
          minValue,
          maxValue,
          categories: kept(dataType, categories),
          description,
          createdAt: at,
          updatedAt: at,
        })
        .returning();
      cache.forget(projectId);
      return shown(row!);
    },

    async update(projectId, configId, given) {
      if (!isStorable(configId)) throw missing();
      const row = await db.transaction(async (tx) => {
        const [before] = await tx.select().from(configs).where(own(projectId, configId)).for('update');
        if (!before) throw missing();
        const { dataType } = before;
        const after = {
          name: given.name ?? before.name,
          isArchived: given.isArchived ?? before.isArchived,
          minValue: given.minValue === undefined ? before.minValue : given.minValue,
          maxValue: given.maxValue === undefined ? before.maxValue : given.maxValue,
          categories: given.categories ?? before.categories,
          description: given.description === undefined ? before.description : given.description,
        };
        requireValid({ ...after, dataType, categories: dataType === 'BOOLEAN' ? (given.categories ?? null) : after.categories });
        const [changed] = await tx
          .update(configs)
          .set({ ...after, categories: kept(dataType, after.categories), updatedAt: new Date(clock.now()) })
          .where(own(projectId, configId))
          .returning();
        return changed!;
      });
      cache.forget(projectId);
      return shown(row);
    },

    forget: (projectId) => cache.forget(projectId),
  };
  return scoreConfigs;
}

const missing = () => notFound('Score config not found within authorized project');

/** Categories as they are kept: only where the data type has them. */
function kept(dataType: ScoreConfig['dataType'], categories: ScoreConfig['categories'] | undefined) {
  if (dataType === 'BOOLEAN') return [...BOOLEAN_CATEGORIES];
  return dataType === 'CATEGORICAL' ? (categories ?? null) : null;
}
