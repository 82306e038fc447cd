import { type PricedKey, readPricedRows } from '../../query/priced-rows.ts';
import { readObservations } from '../../query/read-observations.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import type { Micros, ObservationRow } from '../../store/analytics/rows.ts';
import type { PricedModel } from './model.ts';
import { priceRow } from './price-row.ts';

/** The price of a model's name at a time, µs. */
export type FindPrice = (name: string, at: Micros) => PricedModel | null;

export interface Span {
  from: Micros;
  to: Micros;
}

/** One row whose price or cost is another one today. */
export interface Change {
  before: ObservationRow;
  /** Priced anew, without texts. */
  after: ObservationRow;
}

/** Rows looked at in one question, and what differs. */
export interface Looked {
  rows: number;
  changes: Change[];
  /** Null when there is no more. */
  last: PricedKey | null;
}

const BATCH = 2_000;
/** Whole rows, with their texts, that are held at once. */
const WHOLE = 200;
/** Costs that differ by less are the same sum, added differently. */
const SAME = 1e-11;

/** Looks at the next rows of a span, and at what today's prices make of them. Estimated tokens stay as they were estimated. */
export async function lookAt(
  store: Pick<AnalyticsStore, 'query'>,
  projectId: string,
  span: Span,
  after: PricedKey | null,
  findPrice: FindPrice,
): Promise<Looked> {
  const rows = await readPricedRows(store, projectId, span, after, BATCH);
  const changes: Change[] = [];
  for (const before of rows) {
    const priced = anew(before, findPrice);
    if (differs(before, priced)) changes.push({ before, after: priced });
  }
  const end = rows.at(-1);
  return {
    rows: rows.length,
    changes,
    last: end && rows.length === BATCH ? { hour: end.hour, trace_id: end.trace_id, id: end.id } : null,
  };
}

function anew(row: ObservationRow, findPrice: FindPrice): ObservationRow {
  const priced = { ...row, usage_details: { ...row.usage_details }, cost_details: {} };
  priceRow(priced, row.model === '' ? null : findPrice(row.model, row.start_time));
  return priced;
}

const differs = (before: ObservationRow, after: ObservationRow): boolean =>
  before.price_model_id !== after.price_model_id ||
  before.price_tier_id !== after.price_tier_id ||
  (before.total_cost === null) !== (after.total_cost === null) ||
  Math.abs((before.total_cost ?? 0) - (after.total_cost ?? 0)) > SAME;

/**
 * Writes what differs. A row gets the version after the one that was read, and no newer one: whatever a sender has said of it meanwhile has a
 * later version and stays, priced by today's prices as it came in.
 */
export async function writeChanges(
  store: Pick<AnalyticsStore, 'query' | 'insert'>,
  projectId: string,
  changes: readonly Change[],
): Promise<void> {
  for (let at = 0; at < changes.length; at += WHOLE) {
    const some = new Map(changes.slice(at, at + WHOLE).map(({ after }) => [`${after.trace_id} ${after.id}`, after]));
    const whole = await readObservations(store, projectId, [...some.values()]);
    const observations: ObservationRow[] = [];
    for (const row of whole) {
      const priced = some.get(`${row.trace_id} ${row.id}`);
      if (!priced || priced.row_version !== row.row_version) continue;
      observations.push({
        ...row,
        usage_details: priced.usage_details,
        input_tokens: priced.input_tokens,
        output_tokens: priced.output_tokens,
        total_tokens: priced.total_tokens,
        cost_details: priced.cost_details,
        total_cost: priced.total_cost,
        price_model_id: priced.price_model_id,
        price_model_name: priced.price_model_name,
        price_tier_id: priced.price_tier_id,
        price_tier_name: priced.price_tier_name,
        row_version: row.row_version + 1,
      });
    }
    if (observations.length > 0) await store.insert({ observations });
  }
}
