import { and, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type * as declared from '../../../contract/api/repricings.ts';
import type { Attempt, Jobs } from '../../jobs/index.ts';
import type { Clock } from '../../lib/clock.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { PricedKey } from '../../query/priced-rows.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { type Change, type FindPrice, lookAt, type Span, writeChanges } from './reprice.ts';

type Repricing = z.output<typeof declared.repricing>;
type Preview = z.output<typeof declared.repricingPreview>;
interface Range {
  from: string;
  to: string;
}

export interface RepricingsDeps {
  db: MetadataDb;
  analytics: AnalyticsStore;
  jobs: Jobs;
  clock: Clock;
  /** Today's prices of a project. */
  findPrice(projectId: string): Promise<FindPrice>;
}

export interface Repricings {
  /** @throws AppError 400 for a span that is none */
  preview(projectId: string, range: Range): Promise<Preview>;
  /** Begins in the background. @throws AppError 400 for a span that is none */
  start(projectId: string, range: Range, askedBy: string | null): Promise<Repricing>;
  list(projectId: string): Promise<Repricing[]>;
}

const QUEUE = 'prices-repricing';
/** A preview looks at so many observations: a few seconds. */
const PREVIEWED = 100_000;
const SHOWN = 50;
const LISTED = 20;

/** How far a job is: the place in the table, and what it found until there. */
interface Progress {
  last: PricedKey | null;
  lookedAt: number;
  changed: number;
  costBefore: number;
  costAfter: number;
}

const { repricings } = tables;

export function createRepricings({ db, analytics, jobs, clock, findPrice }: RepricingsDeps): Repricings {
  const set = (id: string, values: Partial<typeof repricings.$inferInsert>) =>
    db.update(repricings).set(values).where(eq(repricings.id, id));

  jobs.work<{ id: string }>(QUEUE, { attempts: 5, backoffSeconds: 30 }, async ({ id }, attempt) => {
    const [row] = await db.select().from(repricings).where(eq(repricings.id, id));
    if (!row || row.status === 'done') return;
    try {
      await run(row, attempt);
    } catch (error) {
      if (attempt.last) await set(id, { status: 'failed', finishedAt: new Date(clock.now()) });
      throw error;
    }
  });

  /** From where an earlier attempt stopped: what was priced anew and not kept as done differs no more, so doing it again does nothing. */
  async function run({ id, projectId, from, to }: typeof repricings.$inferSelect, attempt: Attempt): Promise<void> {
    const span = { from: from.getTime() * 1000, to: to.getTime() * 1000 };
    const price = await findPrice(projectId);
    let progress = (attempt.progress as Progress | null) ?? { last: null, lookedAt: 0, changed: 0, costBefore: 0, costAfter: 0 };
    await set(id, { status: 'running' });
    for (;;) {
      const looked = await lookAt(analytics, projectId, span, progress.last, price);
      await writeChanges(analytics, projectId, looked.changes);
      progress = {
        last: looked.last,
        lookedAt: progress.lookedAt + looked.rows,
        changed: progress.changed + looked.changes.length,
        costBefore: progress.costBefore + sum(looked.changes, 'before'),
        costAfter: progress.costAfter + sum(looked.changes, 'after'),
      };
      const { last, ...figures } = progress;
      if (last === null) {
        await set(id, { ...figures, status: 'done', finishedAt: new Date(clock.now()) });
        return;
      }
      await attempt.save(progress);
      await set(id, figures);
    }
  }

  return {
    async preview(projectId, range) {
      const span = spanOf(range);
      const price = await findPrice(projectId);
      const groups = new Map<string, Preview['changes'][number]>();
      const preview: Preview = { lookedAt: 0, changed: 0, costBefore: 0, costAfter: 0, complete: true, changes: [] };
      let last: PricedKey | null = null;
      do {
        const looked = await lookAt(analytics, projectId, span, last, price);
        preview.lookedAt += looked.rows;
        preview.changed += looked.changes.length;
        preview.costBefore += sum(looked.changes, 'before');
        preview.costAfter += sum(looked.changes, 'after');
        for (const change of looked.changes) addTo(groups, change);
        last = looked.last;
        preview.complete = last === null;
      } while (last !== null && preview.lookedAt < PREVIEWED);
      const difference = ({ costBefore, costAfter }: Preview['changes'][number]) => Math.abs(costAfter - costBefore);
      preview.changes = [...groups.values()].sort((a, b) => difference(b) - difference(a)).slice(0, SHOWN);
      return preview;
    },

    async start(projectId, range, askedBy) {
      spanOf(range);
      const values = {
        id: newId(),
        projectId,
        from: new Date(range.from),
        to: new Date(range.to),
        status: 'waiting' as const,
        askedBy,
        createdAt: new Date(clock.now()),
      };
      const [row] = await db.insert(repricings).values(values).returning();
      await jobs.send(QUEUE, { id: values.id });
      return shown(row!);
    },

    async list(projectId) {
      const rows = await db
        .select()
        .from(repricings)
        .where(and(eq(repricings.projectId, projectId)))
        .orderBy(desc(repricings.createdAt))
        .limit(LISTED);
      return rows.map(shown);
    },
  };
}

function spanOf({ from, to }: Range): Span {
  const span = { from: Date.parse(from) * 1000, to: Date.parse(to) * 1000 };
  if (!(span.from < span.to)) throw invalidRequest('to: must be after from');
  return span;
}

const sum = (changes: readonly Change[], side: keyof Change): number =>
  changes.reduce((all, change) => all + (change[side].total_cost ?? 0), 0);

function addTo(groups: Map<string, Preview['changes'][number]>, { before, after }: Change): void {
  const key = JSON.stringify([before.model, before.price_model_id, after.price_model_id]);
  const group = groups.get(key) ?? {
    model: before.model,
    priceBefore: before.price_model_name || null,
    priceAfter: after.price_model_name || null,
    observations: 0,
    costBefore: 0,
    costAfter: 0,
  };
  group.observations += 1;
  group.costBefore += before.total_cost ?? 0;
  group.costAfter += after.total_cost ?? 0;
  groups.set(key, group);
}

const shown = (row: typeof repricings.$inferSelect): Repricing => ({
  id: row.id,
  from: row.from.toISOString(),
  to: row.to.toISOString(),
  status: row.status,
  lookedAt: row.lookedAt,
  changed: row.changed,
  costBefore: row.costBefore,
  costAfter: row.costAfter,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});
