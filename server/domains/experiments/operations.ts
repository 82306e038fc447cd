import * as declared from '../../../contract/api/experiments.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { notFound } from '../../lib/errors.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import { microsOf } from '../../query/conditions.ts';
import type { ExperimentColumn, ExperimentScope } from '../../query/experiments/experiment-rows.ts';
import { presentScore } from '../../query/read-scores.ts';
import type { Experiments, Scored } from './experiments.ts';

const SCORES = 50;

const is = (column: ExperimentColumn, value: string | undefined): FilterCondition[] =>
  value === undefined ? [] : [{ type: 'string', column, operator: '=', value }];

const scopeOf = (
  range: { from?: string | undefined; to?: string | undefined },
  ...conditions: FilterCondition[][]
): ExperimentScope => ({
  from: range.from === undefined ? 0 : microsOf(range.from),
  to: range.to === undefined ? undefined : microsOf(range.to),
  conditions: conditions.flat(),
});

const scored = <T>({ scores, ...one }: Scored<T>) => ({ ...one, scores: scores.map(presentScore) });

/** What our own API can do with experiments. */
export function experimentOperations(experiments: Experiments): Implemented[] {
  return [
    implement(declared.listExperiments, async ({ projectId, name, datasetId, ...page }) => {
      const scope = scopeOf(page, is('experimentName', name), is('datasetId', datasetId));
      const { data, nextCursor } = await experiments.list(projectId, scope, { ...page, scoreLimit: SCORES });
      return { data: data.map(scored), nextCursor };
    }),
    implement(declared.getExperiment, async ({ projectId, experimentId }) => {
      const scope = scopeOf({}, is('experimentId', experimentId));
      const { data } = await experiments.list(projectId, scope, { limit: 1, scoreLimit: SCORES });
      if (!data[0]) throw notFound('Experiment not found');
      return scored(data[0]);
    }),
    implement(declared.listExperimentItems, async ({ projectId, experimentId, itemId, ...page }) => {
      const scope = scopeOf(page, is('experimentId', experimentId), is('experimentItemId', itemId));
      const { data, nextCursor } = await experiments.listItems(projectId, scope, { ...page, scoreLimit: SCORES });
      return { data: data.map(scored), nextCursor };
    }),
  ];
}
