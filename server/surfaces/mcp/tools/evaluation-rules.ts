import { z } from 'zod';
import {
  createEvaluationRuleInput,
  type EvaluationRuleFilter,
  RULE_FILTER_COLUMNS,
  RULE_TARGETS,
  updateEvaluationRuleInput,
} from '../../../../contract/evaluation-rule.ts';
import { MAPPING_SOURCES } from '../../../../contract/evaluator.ts';
import type { EvaluationRules } from '../../../domains/evaluators/index.ts';
import { invalidRequest } from '../../../lib/errors.ts';
import { id, paged, pageFields } from '../fields.ts';
import { type FilterInput, filterInput, readConditions, typeByValue } from '../filter-input.ts';
import { type Tool, tool } from '../tool.ts';

const evaluationRuleId = id('evaluation rule');
const evaluatorId = id('evaluator');
const variableMapping = z
  .array(
    z.object({
      variable: z.string(),
      source: z.enum(MAPPING_SOURCES),
      jsonPath: z.string().optional().describe('JSONPath of a part of the source.'),
    }),
  )
  .optional()
  .describe("What fills the evaluator's variables in this rule; without it the evaluator's own mapping. Not for CODE.");
const assignments = z.array(z.object({ evaluatorId, variableMapping })).min(1).max(100);
const sampling = z.number().gt(0).max(1).describe('Share of what fits that is judged: more than 0, at most 1.');
const filter = filterInput.describe(
  `What is judged: conditions, all of which must hold. Columns: ${Object.keys(RULE_FILTER_COLUMNS).join(', ')}.`,
);

const assigned = (given: z.output<typeof assignments>) =>
  given.map(({ evaluatorId: which, variableMapping: mapping }) => ({ evaluator: { id: which }, ...(mapping && { mapping }) }));

const typed = (given: FilterInput) =>
  readConditions('filter', given, (condition) => RULE_FILTER_COLUMNS[condition.column]?.type ?? typeByValue(condition));

/** Rules by which what comes in is judged (contract §1.18, §6). */
export function evaluationRuleTools(rules: EvaluationRules): Tool[] {
  return [
    tool({
      name: 'listEvaluationRules',
      description: 'List the rules by which evaluators judge what comes in, newest first.',
      effect: 'reads',
      input: z.object({
        ...pageFields,
        search: z.string().optional().describe('Text in the name.'),
        enabled: z.boolean().optional(),
        targetObjects: z.array(z.enum(RULE_TARGETS)).optional(),
        filter: filterInput.optional().describe('Conditions on name (contains) and enabled (=).'),
      }),
      async run({ page, limit, search, enabled, targetObjects, filter: conditions }, { projectId }) {
        const narrowed = { search, enabled, targets: targetObjects, ...narrowedBy(conditions ?? []) };
        const { data, totalItems } = await rules.list(projectId, page, limit, narrowed);
        return paged(data, { page, limit }, totalItems);
      },
    }),
    tool({
      name: 'getEvaluationRule',
      description: 'Get one rule with its evaluators.',
      effect: 'reads',
      input: z.object({ evaluationRuleId }),
      run: (input, { projectId }) => rules.get(projectId, input.evaluationRuleId),
    }),
    tool({
      name: 'createEvaluationRule',
      description: 'Make a rule: which observations are judged, by which evaluators, and what share of them.',
      effect: 'changes',
      input: z.object({
        name: z.string().min(1),
        enabled: z.boolean(),
        sampling,
        filter: filter.optional(),
        evaluatorAssignments: assignments,
      }),
      run: ({ evaluatorAssignments, filter: conditions, ...input }, { projectId }) =>
        rules.create(
          projectId,
          createEvaluationRuleInput.parse({
            ...input,
            evaluators: assigned(evaluatorAssignments),
            ...(conditions && { filter: typed(conditions) }),
          }),
        ),
    }),
    tool({
      name: 'updateEvaluationRule',
      description: 'Change a rule; absent fields stay. evaluatorAssignments replaces all of them.',
      effect: 'changes',
      input: z.object({
        evaluationRuleId,
        name: z.string().min(1).optional(),
        enabled: z.boolean().optional(),
        sampling: sampling.optional(),
        filter: filter.optional(),
        evaluatorAssignments: assignments.optional(),
      }),
      run: ({ evaluationRuleId: which, evaluatorAssignments, filter: conditions, ...input }, { projectId }) =>
        rules.update(
          projectId,
          which,
          updateEvaluationRuleInput.parse({
            ...input,
            ...(evaluatorAssignments && { evaluators: assigned(evaluatorAssignments) }),
            ...(conditions && { filter: typed(conditions) }),
          }),
        ),
    }),
    tool({
      name: 'deleteEvaluationRule',
      description: 'Delete a rule. Evaluators and scores stay.',
      effect: 'changes',
      input: z.object({ evaluationRuleId }),
      async run(input, { projectId }) {
        await rules.delete(projectId, input.evaluationRuleId);
        return { message: 'Evaluation rule successfully deleted' };
      },
    }),
    tool({
      name: 'attachEvaluatorToEvaluationRule',
      description: 'Add an evaluator to a rule, or give the one that is there another mapping.',
      effect: 'changes',
      input: z.object({ evaluationRuleId, evaluatorId, variableMapping }),
      run: ({ evaluationRuleId: which, ...assignment }, { projectId }) =>
        rules.attach(projectId, which, { mapping: undefined, ...assigned([assignment])[0]! }),
    }),
    tool({
      name: 'detachEvaluatorFromEvaluationRule',
      description: 'Take an evaluator off a rule. The last one cannot be taken off.',
      effect: 'changes',
      input: z.object({ evaluationRuleId, evaluatorId }),
      run: (input, { projectId }) => rules.detach(projectId, input.evaluationRuleId, input.evaluatorId),
    }),
  ];
}

/** What the list can be narrowed to by conditions. @throws AppError 400 for others: rules keep neither their creator nor a need of upgrades */
function narrowedBy(conditions: FilterInput): EvaluationRuleFilter {
  const narrowed: EvaluationRuleFilter = {};
  conditions.forEach(({ column, operator, value }, index) => {
    if (column === 'name' && operator === 'contains' && typeof value === 'string') narrowed.search = value;
    else if (column === 'enabled' && operator === '=' && typeof value === 'boolean') narrowed.enabled = value;
    else
      throw invalidRequest(
        `filter[${index}]: Rules can be filtered by name (contains, text) and enabled (=, true or false) only.`,
      );
  });
  return narrowed;
}
