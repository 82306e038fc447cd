import type { MetricsQuery } from '../../../contract/metrics.ts';
import { invalidRequest } from '../../lib/errors.ts';

/** Dimensions with about as many values as there are rows (contract §5.7). */
const MANY_VALUED = new Set([
  'id',
  'traceId',
  'parentObservationId',
  'userId',
  'sessionId',
  'experimentId',
  'experimentName',
  'experimentDatasetId',
]);

export const isManyValued = (dimension: string): boolean => MANY_VALUED.has(dimension);

/**
 * Rules of the second version for such dimensions: only the top of them can be asked for, and not over time.
 * @throws AppError 400 that names the dimension and what is missing
 */
export function checkManyValued(question: MetricsQuery, dimensions: readonly string[]): void {
  const field = dimensions.find(isManyValued);
  if (field === undefined) return;
  const because = `the dimension "${field}" has many values`;
  if (question.config?.row_limit === undefined) throw invalidRequest(`config.row_limit: Needed because ${because}.`);
  if (question.timeDimension) throw invalidRequest(`timeDimension: Cannot be used because ${because}.`);
  const measured = (name: string) =>
    question.metrics.some(({ measure, aggregation }) => name === `${aggregation}_${measure}` || name === measure);
  if (!question.orderBy?.some((order) => order.direction === 'desc' && measured(order.field))) {
    throw invalidRequest(`orderBy: Needs a selected measure, descending, because ${because}.`);
  }
}
