import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { invalidRequest } from '../../lib/errors.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import { textCondition } from '../conditions.ts';
import type { ProjectQuery } from '../scope.ts';

/** What lists of experiments and of their items can be narrowed by, and where rows hold it. */
const COLUMNS = {
  experimentId: 'experiment_id',
  experimentName: 'experiment_name',
  experimentItemId: 'experiment_item_id',
  datasetId: 'experiment_dataset_id',
} as const;
export type ExperimentColumn = keyof typeof COLUMNS;

/** `from` is inclusive, `to` exclusive; all conditions must hold. */
export interface ExperimentScope {
  from: Micros;
  to?: Micros | undefined;
  conditions: readonly FilterCondition[];
  /** Experiments that were deleted: what began before then is not shown. */
  hidden?: readonly HiddenExperiment[] | undefined;
}

export interface HiddenExperiment {
  id: string;
  before: Micros;
}

/** SQL that a step is not of what was deleted. */
export function notHidden(query: ProjectQuery, hidden: readonly HiddenExperiment[] | undefined): string | undefined {
  if (!hidden || hidden.length === 0) return undefined;
  const ids = query.texts(hidden.map(({ id }) => id));
  const times = hidden.map(({ before }) => query.integer(before)).join(', ');
  return `toUnixTimestamp64Micro(start_time) >= transform(experiment_id, ${ids}, [${times}], toInt64(-9223372036854775808))`;
}

/** How long an item may run and still be counted from its first step on. */
const LONGEST_ITEM: Micros = 24 * 3600 * 1e6;

const NEVER: Micros = Date.parse('2299-01-01T00:00:00Z') * 1000;

/**
 * `FROM … WHERE` of the steps that belong to experiments of the scope. They begin before `from`, because an item's first step decides
 * whether it is in range: callers narrow again by `inRange`.
 */
export function experimentRows(query: ProjectQuery, scope: ExperimentScope): string {
  return query.from(
    'observations',
    `start_time >= ${query.time(scope.from - LONGEST_ITEM)}`,
    scope.to === undefined ? undefined : `start_time < ${query.time(scope.to)}`,
    "experiment_id != ''",
    notHidden(query, scope.hidden),
    ...scope.conditions.map((condition) => `(${textCondition(query, columnOf(condition), condition)})`),
  );
}

/** SQL that a time expression lies in the scope's range. */
export const inRange = (query: ProjectQuery, scope: ExperimentScope, expression: string): string =>
  `${expression} >= ${query.time(scope.from)} AND ${expression} < ${query.time(scope.to ?? NEVER)}`;

/** What one item's rows have in common. The steps of an item whose sender names no root are one by the id of the item. */
export const ITEM_KEY = 'experiment_id, trace_id, experiment_item_id, experiment_item_root_observation_id';

/** The step that stands for the item: its root, or the first that came while or because that is not known. */
export const ITEM_ROOT_ID =
  "if(experiment_item_root_observation_id != '', experiment_item_root_observation_id, argMin(id, (start_time, id)))";

/** When an item began: with its root, or with the first step while that has not come. */
export const ITEM_START =
  'if(countIf(id = experiment_item_root_observation_id) > 0, minIf(start_time, id = experiment_item_root_observation_id), min(start_time))';

function columnOf({ column }: FilterCondition): string {
  if (!Object.hasOwn(COLUMNS, column)) throw invalidRequest(`Experiments cannot be filtered by "${column}".`);
  return COLUMNS[column as ExperimentColumn];
}
