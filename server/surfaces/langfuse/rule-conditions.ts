import {
  type EvaluationRule,
  RULE_FILTER_COLUMNS,
  type RuleCondition,
  type RuleTarget,
} from '../../../contract/evaluation-rule.ts';
import { refuse } from '../../lib/refuse.ts';

/** The second version of rules has no target: that only runs of experiments' items are meant is a condition. */
const ONLY_EXPERIMENTS: RuleCondition = { type: 'boolean', column: 'isExperimentItemRootSpan', operator: '=', value: true };

const isOnlyExperiments = ({ type, column, operator, value }: RuleCondition) =>
  type === ONLY_EXPERIMENTS.type && column === ONLY_EXPERIMENTS.column && operator === '=' && value === true;

/**
 * Target and conditions of a rule as they are kept, from the conditions of the second version.
 * @throws AppError 400 for a condition of another type than its column has
 */
export function keptConditions(given: readonly RuleCondition[]): { target: RuleTarget; filter: RuleCondition[] } {
  given.forEach(({ column, type }, index) => {
    const expected = Object.hasOwn(RULE_FILTER_COLUMNS, column) ? RULE_FILTER_COLUMNS[column]!.type : type;
    if (type === expected) return;
    const message = `filter[${index}]: Column "${column}" takes a condition of type ${expected}, not ${type}.`;
    throw refuse(message, { reason: 'invalid_filter_value', field: 'filter', column });
  });
  const target: RuleTarget = given.some(isOnlyExperiments) ? 'experiment' : 'observation';
  // A rule of observations knows the dataset of an experiment under the name that observations have for it.
  const filter = given
    .filter((condition) => !isOnlyExperiments(condition))
    .map((condition) =>
      target === 'observation' && condition.column === 'datasetId' ? { ...condition, column: 'experimentDatasetId' } : condition,
    );
  return { target, filter };
}

/** The conditions of a rule in the form of the second version. */
export function shownConditions({ target, filter }: Pick<EvaluationRule, 'target' | 'filter'>) {
  const all = target === 'experiment' ? [ONLY_EXPERIMENTS, ...filter] : filter;
  return all.map((condition) => ({
    ...condition,
    column: condition.column === 'experimentDatasetId' ? 'datasetId' : condition.column,
    value: condition.value ?? '',
  }));
}
