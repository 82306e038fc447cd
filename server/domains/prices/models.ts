import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { CreateModelInput, Model, PricingTier } from '../../../contract/model.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { isUniqueViolation, type MetadataDb, tables } from '../../store/metadata/index.ts';
import type { PricedModel } from './model.ts';
import { compilePattern } from './pattern.ts';
import { priceBook } from './price-book.ts';
import { pricedModel, shownBuiltIn, shownModel } from './show-model.ts';

const { models } = tables;

export interface ModelsDeps {
  db: MetadataDb;
  clock: Clock;
  /** Called when a project's models have changed: `forget` of the prices. */
  onChange(projectId: string): void;
}

/** The models that a project sees: its own, and the built-in ones, which nobody changes. Contract §1.13, §5.8. */
export interface Models {
  /** @throws AppError 400 when a pattern is no regular expression or the project has a model of that name */
  create(projectId: string, input: CreateModelInput): Promise<Model>;
  /**
   * Creates the project's model of this id, or puts another in its place; `createdAt` stays.
   * @throws AppError 400 as `create`, and for the id of a built-in model
   */
  put(projectId: string, id: string, input: CreateModelInput): Promise<Model>;
  /** By name, unit, newest start first; `page` from 1. Of one owner, or all. */
  list(
    projectId: string,
    page: number,
    limit: number,
    owner?: PricedModel['owner'],
  ): Promise<{ data: Model[]; totalItems: number }>;
  /** @throws AppError 404 */
  get(projectId: string, id: string): Promise<Model>;
  /** @throws AppError 404, also for a built-in model */
  delete(projectId: string, id: string): Promise<void>;
  /** The project's own for pricing, in the order in which they are tried: newest start first. */
  load(projectId: string): Promise<PricedModel[]>;
}

const builtIn = priceBook.map(shownBuiltIn);
const builtInById = new Map(builtIn.map((model) => [model.id, model]));

export function createModels({ db, clock, onChange }: ModelsDeps): Models {
  const one = (projectId: string, id: string) => and(eq(models.projectId, projectId), eq(models.id, isStorable(id) ? id : ''));
  return {
    async create(projectId, input) {
      checkPatterns(input);
      const [row] = await db
        .insert(models)
        .values({ ...rowOf(newId(), input), projectId, createdAt: new Date(clock.now()) })
        .onConflictDoNothing({ target: [models.projectId, models.name] })
        .returning();
      if (!row) throw nameTaken(input);
      onChange(projectId);
      return shownModel(row);
    },

    async put(projectId, id, input) {
      if (builtInById.has(id)) throw invalidRequest('Built-in models cannot be changed. Take another id.');
      checkPatterns(input);
      const row = rowOf(id, input);
      const { id: _, ...replaced } = row;
      const [written] = await db
        .insert(models)
        .values({ ...row, projectId, createdAt: new Date(clock.now()) })
        .onConflictDoUpdate({ target: [models.projectId, models.id], set: replaced })
        .returning()
        .catch((error: unknown) => {
          throw isUniqueViolation(error) ? nameTaken(input) : error;
        });
      onChange(projectId);
      return shownModel(written!);
    },

    async list(projectId, page, limit, owner) {
      const own = owner === 'built-in' ? [] : await db.select().from(models).where(eq(models.projectId, projectId));
      const all = [...own.map(shownModel), ...(owner === 'project' ? [] : builtIn)].sort(byNameUnitStart);
      return { data: all.slice((page - 1) * limit, page * limit), totalItems: all.length };
    },

    async get(projectId, id) {
      const [row] = await db.select().from(models).where(one(projectId, id));
      const found = row ? shownModel(row) : builtInById.get(id);
      if (!found) throw notFound('Model not found');
      return found;
    },

    async delete(projectId, id) {
      const gone = await db.delete(models).where(one(projectId, id)).returning({ id: models.id });
      if (gone.length === 0) throw notFound('Model not found');
      onChange(projectId);
    },

    async load(projectId) {
      const rows = await db
        .select()
        .from(models)
        .where(eq(models.projectId, projectId))
        .orderBy(sql`${models.startDate} DESC NULLS LAST`, desc(models.createdAt), asc(models.id));
      return rows.map(pricedModel);
    },
  };
}

/** A model of this id as it is stored; its project and time are added. */
const rowOf = (id: string, input: CreateModelInput) => ({
  id,
  name: input.modelName,
  matchPattern: input.matchPattern,
  startDate: input.startDate ?? null,
  unit: input.unit,
  tokenizerId: input.tokenizerId ?? null,
  tokenizerConfig: input.tokenizerConfig ?? null,
  tiers: tiersOf(id, input),
});

const nameTaken = ({ modelName }: CreateModelInput) =>
  invalidRequest(`A model named ${modelName} already exists in this project.`);

/** RE2 runs every pattern in linear time, so that what compiles is safe. */
function checkPatterns(input: CreateModelInput): void {
  const check = (pattern: string, field: string) => {
    try {
      compilePattern(pattern);
    } catch (error) {
      throw invalidRequest(`${field} is not a valid regular expression: ${(error as Error).message}`);
    }
  };
  check(input.matchPattern, 'matchPattern');
  for (const { name, conditions } of input.pricingTiers ?? []) {
    for (const condition of conditions) {
      if ('usageDetailPattern' in condition) check(condition.usageDetailPattern, `usageDetailPattern of tier "${name}"`);
    }
  }
}

/** Flat prices are one tier (contract §5.8). */
function tiersOf(modelId: string, input: CreateModelInput): PricingTier[] {
  if (input.pricingTiers) {
    return input.pricingTiers.map((tier) => ({ id: newId(), ...tier })).sort((a, b) => a.priority - b.priority);
  }
  const flat = { input: input.inputPrice, output: input.outputPrice, total: input.totalPrice };
  const prices = Object.fromEntries(
    Object.entries(flat).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
  return [{ id: `${modelId}_tier_default`, name: 'Standard', isDefault: true, priority: 0, conditions: [], prices }];
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Contract §1.13; those without a start come last. */
function byNameUnitStart(a: Model, b: Model): number {
  return (
    compareTexts(a.modelName, b.modelName) ||
    compareTexts(a.unit, b.unit) ||
    compareTexts(b.startDate ?? '', a.startDate ?? '') ||
    compareTexts(a.id, b.id)
  );
}
