import type { ExperimentScope } from '../../query/experiments/experiment-rows.ts';
import { readScoresOfExperiments, readScoresOfItems } from '../../query/experiments/read-experiment-scores.ts';
import type { StoredScore } from '../../query/read-scores.ts';
import { listExperiments } from './list-experiments.ts';
import { listItems } from './list-items.ts';
import { assertScope, dateOf, EXPERIMENT_COLUMNS, ITEM_COLUMNS, microsOfDate } from './scope.ts';
import type { Experiment, ExperimentItem, ExperimentsDeps, Page } from './types.ts';

export interface PageOf {
  cursor?: string | undefined;
  limit: number;
  /** Newest scores of each that come along; none when absent. */
  scoreLimit?: number | undefined;
}

export type Scored<T> = T & { scores: StoredScore[] };

export interface Experiments {
  /**
   * By latest activity, with the scores of the experiments themselves. Columns of conditions: experimentId, experimentName, datasetId.
   * @throws AppError 400 for another column, a condition that it does not take, a range or cursor that is none
   */
  list(projectId: string, scope: ExperimentScope, page: PageOf): Promise<Page<Scored<Experiment>>>;
  /** Newest first, with the scores of the items' steps and traces. Columns: those of `list` and experimentItemId. @throws as `list` */
  listItems(projectId: string, scope: ExperimentScope, page: PageOf): Promise<Page<Scored<ExperimentItem>>>;
}

const DAY = 86_400e6;

/**
 * Experiments: what a task made of each item of some data, read from the steps that name their experiment (contract §3.9) and from runs
 * over datasets. They are written by neither of their routes.
 */
export function createExperiments(deps: ExperimentsDeps): Experiments {
  /** Checks a scope, and adds what was deleted: what began before the range does not matter to it. */
  async function settle(projectId: string, scope: ExperimentScope, columns: readonly string[]): Promise<ExperimentScope> {
    assertScope(scope, columns);
    const deleted = await deps.links.listDeleted(projectId, dateOf(scope.from - DAY));
    return { ...scope, hidden: deleted.map(({ runId, deletedAt }) => ({ id: runId, before: microsOfDate(deletedAt) })) };
  }

  return {
    async list(projectId, asked, { scoreLimit, ...page }) {
      const scope = await settle(projectId, asked, EXPERIMENT_COLUMNS);
      const { data, nextCursor } = await listExperiments(deps, projectId, scope, page);
      const ids = scoreLimit === undefined ? [] : data.map(({ id }) => id);
      const scores = Map.groupBy(
        await readScoresOfExperiments(deps.store, projectId, ids, scoreLimit ?? 0),
        ({ dataset_run_id }) => dataset_run_id,
      );
      return { data: data.map((one) => ({ ...one, scores: scores.get(one.id) ?? [] })), nextCursor };
    },

    async listItems(projectId, asked, { scoreLimit, ...page }) {
      const scope = await settle(projectId, asked, ITEM_COLUMNS);
      const { data, nextCursor } = await listItems(deps, projectId, scope, page);
      const subjects = scoreLimit === undefined ? [] : data;
      const scores = Map.groupBy(
        await readScoresOfItems(deps.store, projectId, subjects, scoreLimit ?? 0),
        ({ trace_id }) => trace_id,
      );
      const scoresOf = ({ traceId, id }: ExperimentItem) =>
        (scores.get(traceId) ?? []).filter(({ observation_id }) => observation_id === '' || observation_id === id);
      return { data: data.map((item) => ({ ...item, scores: scoresOf(item).slice(0, scoreLimit) })), nextCursor };
    },
  };
}
