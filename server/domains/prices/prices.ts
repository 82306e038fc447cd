import { type Clock, systemClock } from '../../lib/clock.ts';
import type { ObservationRow } from '../../store/analytics/rows.ts';
import { createEstimator, type Estimator } from './estimator.ts';
import { candidates, priceAt } from './match-model.ts';
import type { PricedModel } from './model.ts';
import { priceBook } from './price-book.ts';
import { needsCounting, priceRow } from './price-row.ts';

export interface PricesDeps {
  /** A project's own models, newest start first. What it throws, `priceRows` throws: a row is not stored at a wrong price. */
  loadProjectModels?: (projectId: string) => Promise<readonly PricedModel[]> | readonly PricedModel[];
  book?: readonly PricedModel[];
  clock?: Clock;
  estimator?: Estimator;
}

export interface Prices {
  /** Adds usage (when missing), price and cost to whole rows, in place. Answers at once unless models must be loaded or tokens counted. */
  priceRows(rows: ObservationRow[]): Promise<void> | void;
  /** The model that prices `name` in a project today, or null. */
  match(projectId: string, name: string): Promise<PricedModel | null>;
  /** The project's own models, then the built-in ones by name. */
  list(projectId: string): Promise<PricedModel[]>;
  findModel(projectId: string, id: string): Promise<PricedModel | null>;
  /** Today's prices of a project, by a model's name and the time of a call, µs. */
  pricesOf(projectId: string): Promise<(name: string, at: number) => PricedModel | null>;
  /** Forgets a project's own models: call it when they change. */
  forget(projectId: string): void;
  /** Ends the thread that counts tokens. */
  stop(): Promise<void>;
}

/** A project's own models are read again after this long, for another process may have changed them. */
const MODELS_TTL = 30_000;
/** Names come from outside: a project that invents them starts its cache anew. */
const MAX_NAMES = 5_000;
/** One thread for the whole process. */
const shared = createEstimator();

interface ProjectPrices {
  models: readonly PricedModel[];
  expires: number;
  /** Models that may price a name, the first that holds at a row's time does. */
  byName: Map<string, readonly PricedModel[]>;
}

/** The price of everything: matches model names with prices and prices rows. */
export function createPrices({
  loadProjectModels = () => [],
  book = priceBook,
  clock = systemClock,
  estimator = shared,
}: PricesDeps = {}): Prices {
  const projects = new Map<string, ProjectPrices>();
  /** Counts changes of models: what was asked before one and answered after it is not remembered. */
  let changes = 0;
  const byId = new Map(book.map((model) => [model.id, model]));

  function remember(projectId: string, models: readonly PricedModel[], asOf: number): ProjectPrices {
    const known = { models, expires: clock.now() + MODELS_TTL, byName: new Map<string, readonly PricedModel[]>() };
    if (asOf === changes) projects.set(projectId, known);
    return known;
  }

  function cached(projectId: string): ProjectPrices | undefined {
    const known = projects.get(projectId);
    return known && known.expires > clock.now() ? known : undefined;
  }

  /** Answers without a promise when it can: a promise a row would cost more than pricing it. */
  function pricesOf(projectId: string): Promise<ProjectPrices> | ProjectPrices {
    const known = cached(projectId);
    if (known) return known;
    const asOf = changes;
    const models = loadProjectModels(projectId);
    if (!(models instanceof Promise)) return remember(projectId, models, asOf);
    return models.then((loaded) => remember(projectId, loaded, asOf));
  }

  function find(prices: ProjectPrices, name: string, at: number): PricedModel | null {
    let models = prices.byName.get(name);
    if (models === undefined) {
      models = candidates(name, book, prices.models);
      if (prices.byName.size >= MAX_NAMES) prices.byName.clear();
      prices.byName.set(name, models);
    }
    return priceAt(models, at);
  }

  async function countAndPrice(rows: { row: ObservationRow; model: PricedModel }[]): Promise<void> {
    const counts = await estimator.estimate(
      rows.map(({ row, model }) => ({
        tokenizer: model.tokenizer!,
        modelName: model.name,
        input: row.input,
        output: row.output,
      })),
    );
    for (const [at, { row, model }] of rows.entries()) {
      const { input, output } = counts[at]!;
      row.usage_details = row.type === 'EMBEDDING' ? { input } : { input, output };
      row.usage_estimated = true;
      priceRow(row, model);
    }
  }

  function price(rows: ObservationRow[], projectPrices: (projectId: string) => ProjectPrices): Promise<void> | void {
    const toCount: { row: ObservationRow; model: PricedModel }[] = [];
    let projectId = '';
    let prices: ProjectPrices | undefined;
    for (const row of rows) {
      if (!prices || row.project_id !== projectId) {
        projectId = row.project_id;
        prices = projectPrices(projectId);
      }
      const model = row.model === '' ? null : find(prices, row.model, row.start_time);
      if (model && needsCounting(row, model)) toCount.push({ row, model });
      else priceRow(row, model);
    }
    return toCount.length > 0 ? countAndPrice(toCount) : undefined;
  }

  return {
    priceRows: (rows) => {
      const loaded = new Map<string, ProjectPrices>();
      const waiting: Promise<void>[] = [];
      for (const row of rows) {
        if (loaded.has(row.project_id)) continue;
        const prices = pricesOf(row.project_id);
        if (prices instanceof Promise) {
          loaded.set(row.project_id, { models: [], expires: 0, byName: new Map() });
          waiting.push(prices.then((found) => void loaded.set(row.project_id, found)));
        } else loaded.set(row.project_id, prices);
      }
      const now = () => price(rows, (projectId) => loaded.get(projectId)!);
      return waiting.length > 0 ? Promise.all(waiting).then(now) : now();
    },
    match: async (projectId, name) => find(await pricesOf(projectId), name, clock.now() * 1000),
    pricesOf: async (projectId) => {
      const prices = await pricesOf(projectId);
      return (name, at) => find(prices, name, at);
    },
    list: async (projectId) => [
      ...(await pricesOf(projectId)).models,
      ...book.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    ],
    findModel: async (projectId, id) =>
      (await pricesOf(projectId)).models.find((model) => model.id === id) ?? byId.get(id) ?? null,
    forget(projectId) {
      changes++;
      projects.delete(projectId);
    },
    stop: () => estimator.stop(),
  };
}
