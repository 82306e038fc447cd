import type { MetricsQuery, MetricsRow, MetricValue } from '../../../contract/metrics.ts';
import { invalidRequest } from '../../lib/errors.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { microsOf } from '../conditions.ts';
import { ProjectQuery } from '../scope.ts';
import { isoOf } from '../stored-values.ts';
import { aggregateSql, emptyValue } from './aggregations.ts';
import { checkManyValued } from './check-many-valued.ts';
import type { MetricField, MetricFields, MetricsVersion } from './field.ts';
import { fieldCondition, splitFilters } from './metric-conditions.ts';
import { bucketSql, bucketsBetween, granularityFor } from './time-buckets.ts';
import { viewRows } from './view-rows.ts';
import { fieldsIn } from './views.ts';

/** Buckets of time, and rows without a limit, that one answer may hold: more is refused, never cut. */
const MOST_ROWS = 50_000;
/** Rows of the second version when nothing is said (contract §5.7). */
const DEFAULT_LIMIT = 100;
const DEFAULT_BINS = 10;

/**
 * Answers a metrics question about one project (contract §5.7). Buckets of time without any row come as a row with dimensions null,
 * sums and counts 0 and everything else null, unless the question orders by something. Without rows and without dimensions there is one
 * row. A trace is judged by its rows near the range, as in lists (trace-set.ts).
 * @throws AppError 400 that names what is unknown, does not fit or asks for too much
 */
export async function getMetrics(
  reader: AnalyticsReader,
  projectId: string,
  question: MetricsQuery,
  version: MetricsVersion,
): Promise<MetricsRow[]> {
  const plan = planOf(question, version);
  const query = new ProjectQuery(projectId);
  const rows = await query.ask<Record<string, MetricValue>>(reader, sqlOf(query, question, plan));
  if (plan.limit === undefined && rows.length > MOST_ROWS) {
    throw invalidRequest(`config.row_limit: The answer has more than ${MOST_ROWS} rows; ask for fewer with row_limit.`);
  }
  const answer = plan.buckets ? fillGaps(rows, plan) : rows;
  return answer.slice(0, plan.limit).map((row) => presentRow(row, plan));
}

/**
 * Checks a question without asking it, for those that keep questions: what passes here can be asked later.
 * @throws AppError 400 as `getMetrics` does; the message begins with the path of what is wrong
 */
export function checkMetricsQuery(question: MetricsQuery, version: MetricsVersion): void {
  planOf(question, version);
}

interface Plan {
  range: { from: Micros; to: Micros };
  dimensions: { name: string; field: MetricField }[];
  metrics: {
    key: string;
    aggregation: MetricsQuery['metrics'][number]['aggregation'];
    sql: (value: string) => string;
    field: MetricField;
  }[];
  granularity: ReturnType<typeof granularityFor> | null;
  /** All buckets, when gaps are to be filled. */
  buckets: Micros[] | null;
  order: string[];
  limit: number | undefined;
  filters: ReturnType<typeof splitFilters>;
}

function planOf(question: MetricsQuery, version: MetricsVersion): Plan {
  const { view, config, timeDimension } = question;
  if (version === 2 && view === 'traces') {
    throw invalidRequest('view: "traces" is not a view of the second version; observations have its dimensions.');
  }
  const fields = fieldsIn(view, version);
  const has = (all: MetricFields, name: string, path: string): MetricField => {
    if (!Object.hasOwn(all, name)) {
      throw invalidRequest(`${path}: "${name}" is unknown in view ${view}. Known: ${Object.keys(all).join(', ')}.`);
    }
    return all[name]!;
  };
  const names = [...new Set(question.dimensions.map(({ field }) => field))];
  const dimensions = names.map((name) => ({
    name,
    field: has(fields.dimensions, name, `dimensions[${question.dimensions.findIndex(({ field }) => field === name)}].field`),
  }));
  const metrics = question.metrics.map(({ measure, aggregation }, i) => {
    const field = has(fields.measures, measure, `metrics[${i}].measure`);
    if (field.pairOf !== undefined && !names.includes(field.pairOf)) {
      throw invalidRequest(`metrics[${i}].measure: "${measure}" needs the dimension "${field.pairOf}".`);
    }
    if (aggregateSql(aggregation, field.kind, '', 1) === null) {
      throw invalidRequest(`metrics[${i}].aggregation: "${measure}" is not a number: use count or uniq, not ${aggregation}.`);
    }
    const bins = config?.bins ?? DEFAULT_BINS;
    const sql = (value: string) => aggregateSql(aggregation, field.kind, value, bins)!;
    return { key: `${aggregation}_${measure}`, aggregation, sql, field: (aggregation === 'sum' && field.sum) || field };
  });
  if (version === 2) checkManyValued(question, names);

  const range = { from: microsOf(question.fromTimestamp), to: microsOf(question.toTimestamp) };
  const asked = timeDimension?.granularity;
  const granularity = asked === 'auto' ? granularityFor(range.from, range.to) : (asked ?? null);
  const ordered = (question.orderBy ?? []).length > 0;
  const buckets = granularity && !ordered ? bucketsBetween(granularity, range.from, range.to, MOST_ROWS) : null;
  if (buckets === undefined) {
    throw invalidRequest(`timeDimension.granularity: ${granularity} gives more than ${MOST_ROWS} buckets; use a coarser one.`);
  }
  return {
    range,
    dimensions,
    metrics,
    granularity,
    buckets,
    order: orderOf(question, names, granularity !== null),
    limit: config?.row_limit ?? (version === 2 ? DEFAULT_LIMIT : undefined),
    filters: splitFilters(view, fields.dimensions, question.filters),
  };
}

/** What rows are ordered by: what was asked for, then time, the first metric from the top, the dimensions. */
function orderOf(question: MetricsQuery, dimensions: readonly string[], overTime: boolean): string[] {
  const asked = (question.orderBy ?? []).map(({ field, direction }, i) => {
    const dimension = dimensions.indexOf(field);
    const metric = question.metrics.findIndex(
      ({ measure, aggregation }) => field === `${aggregation}_${measure}` || field === measure,
    );
    if (dimension >= 0) return `d${dimension} ${direction}`;
    if (metric >= 0) return `m${metric} ${direction}`;
    if (field === 'time_dimension' && overTime) return `t ${direction}`;
    throw invalidRequest(
      `orderBy[${i}].field: "${field}" is not selected; use a dimension, <aggregation>_<measure> or time_dimension.`,
    );
  });
  return [...asked, ...(overTime ? ['t asc'] : []), 'm0 desc', ...dimensions.map((_, i) => `d${i} asc`)];
}

function sqlOf(query: ProjectQuery, question: MetricsQuery, plan: Plan): string {
  const fields: MetricField[] = [];
  const indexOf = (field: MetricField) => {
    const known = fields.indexOf(field);
    return known >= 0 ? known : fields.push(field) - 1;
  };
  const readField = (field: MetricField) => {
    const source = field.pairOf === undefined ? field : plan.dimensions.find(({ name }) => name === field.pairOf)!.field;
    const value = `f${indexOf(source)}`;
    if (source.explode !== 'pairs') return value;
    return `tupleElement(${value}, ${field === source ? 1 : 2})`;
  };
  const groups = [
    ...plan.dimensions.map(({ field }, i) => `${readField(field)} AS d${i}`),
    ...(plan.granularity ? [`${bucketSql(plan.granularity, 'at')} AS t`] : []),
  ];
  const measured = plan.metrics.map(({ sql, field }, i) => `${sql(readField(field))} AS m${i}`);
  const where = plan.filters.onFields.map(
    ({ field, condition }) => `(${fieldCondition(query, field, readField(field), condition)})`,
  );
  const scope = {
    view: question.view,
    range: { from: plan.range.from, to: plan.range.to + 1 },
    filter: plan.filters.onColumns,
  };
  const parts = [
    `SELECT ${[...groups, ...measured].join(', ')}`,
    `FROM (${viewRows(query, scope, fields)})`,
    where.length > 0 && `WHERE ${where.join(' AND ')}`,
    groups.length > 0 && `GROUP BY ${groups.map((group) => group.slice(group.lastIndexOf(' ') + 1)).join(', ')}`,
    `ORDER BY ${plan.order.join(', ')}`,
    `LIMIT ${query.integer(plan.limit ?? MOST_ROWS + 1)}`,
  ];
  return parts.filter(Boolean).join('\n');
}

/** Rows come in order of time; every bucket without one gets an empty row, but that of the end: it is there when it has something. */
function fillGaps(rows: readonly Record<string, MetricValue>[], plan: Plan): Record<string, MetricValue>[] {
  const empty = Object.fromEntries(plan.metrics.map(({ aggregation }, i) => [`m${i}`, emptyValue(aggregation)]));
  const byBucket = Map.groupBy(rows, ({ t }) => t);
  const filled = plan.buckets!.flatMap((t) => byBucket.get(t) ?? [{ ...empty, t }]);
  const last = plan.buckets!.at(-1) ?? Number.NEGATIVE_INFINITY;
  return [...filled, ...rows.filter(({ t }) => Number(t) > last)];
}

function presentRow(row: Record<string, MetricValue>, plan: Plan): MetricsRow {
  const shown: MetricsRow = {};
  plan.dimensions.forEach(({ name, field }, i) => {
    const value = row[`d${i}`] ?? null;
    shown[name] = value === '' ? null : field.kind === 'boolean' && value !== null ? Boolean(value) : value;
  });
  if (plan.granularity) shown.time_dimension = isoOf(row.t as Micros);
  plan.metrics.forEach(({ key }, i) => {
    shown[key] = row[`m${i}`] ?? null;
  });
  return shown;
}
