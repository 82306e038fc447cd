import { z } from 'zod';
import { EVALUATOR_TYPES, variableMapping } from './evaluator.ts';
import type { ColumnName } from './filter/columns.ts';
import { type FilterType, mapTextCondition, otherConditions } from './filter/condition.ts';
import { timestamp } from './observation.ts';
import { storable } from './storable.ts';

/** What a rule looks at: every observation as it comes in, or the runs of experiments' items (contract §1.18). */
export const RULE_TARGETS = ['observation', 'experiment'] as const;
export type RuleTarget = (typeof RULE_TARGETS)[number];

/** `paused`: it should run and cannot. */
export const RULE_STATUSES = ['active', 'inactive', 'paused'] as const;
export type RuleStatus = (typeof RULE_STATUSES)[number];

export const ruleName = storable.min(1).max(200);
const name = ruleName;
/** Share of what fits that is judged. */
export const sampling = z.number().gt(0).max(1);

/** A condition of a rule: one of the filter language, or whether a map has a key at all; then `value` says nothing. */
export const ruleCondition = z.discriminatedUnion('type', [
  ...otherConditions,
  mapTextCondition.extend({ operator: z.enum([...mapTextCondition.shape.operator.options, 'is set', 'is not set']) }),
]);
export type RuleCondition = z.output<typeof ruleCondition>;
const filter = z.array(ruleCondition).max(100);

/** An evaluator by its id, or by its name and, where given, its type. */
export const evaluatorReference = z.union([
  z.object({ id: z.string() }),
  z.object({ name: z.string(), type: z.enum(EVALUATOR_TYPES).optional() }),
]);
export type EvaluatorReference = z.output<typeof evaluatorReference>;

/** Without a mapping the evaluator's own counts. */
const assignmentInput = z.object({ evaluator: evaluatorReference, mapping: z.array(variableMapping).max(100).nullish() });
export type AssignmentInput = z.output<typeof assignmentInput>;
const evaluators = z.array(assignmentInput).min(1).max(100);

export const createEvaluationRuleInput = z.object({
  name,
  evaluators,
  target: z.enum(RULE_TARGETS).default('observation'),
  enabled: z.boolean(),
  sampling: sampling.nullish(),
  filter: filter.nullish(),
});
export type CreateEvaluationRuleInput = z.output<typeof createEvaluationRuleInput>;

/** Null counts as absent; `evaluators` replaces all of them. */
export const updateEvaluationRuleInput = z
  .object({
    name: name.nullish(),
    evaluators: evaluators.nullish(),
    target: z.enum(RULE_TARGETS).nullish(),
    enabled: z.boolean().nullish(),
    sampling: sampling.nullish(),
    filter: filter.nullish(),
  })
  .refine((given) => Object.values(given).some((value) => value != null), 'needs at least one field to change');
export type UpdateEvaluationRuleInput = z.output<typeof updateEvaluationRuleInput>;

const assignment = z.object({
  evaluator: z.object({ id: z.string(), name: z.string(), type: z.enum(EVALUATOR_TYPES) }),
  /** Null: the evaluator's own. */
  mapping: z.array(variableMapping).nullable(),
  /** What fills the variables in the end. */
  effectiveMapping: z.array(variableMapping),
});
export type RuleAssignment = z.output<typeof assignment>;

export const evaluationRule = z.object({
  id: z.string(),
  /** Several may have it. */
  name: z.string(),
  target: z.enum(RULE_TARGETS),
  /** In the order in which they were given; none in a draft, which is not enabled. */
  evaluators: z.array(assignment),
  enabled: z.boolean(),
  status: z.enum(RULE_STATUSES),
  /** Why it is paused: a name for programs and a sentence for people; else null. */
  pausedReason: z.string().nullable(),
  pausedMessage: z.string().nullable(),
  sampling: z.number(),
  filter: z.array(ruleCondition),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type EvaluationRule = z.output<typeof evaluationRule>;

/** Narrows the list of rules; `search` looks at names, without case. */
export const evaluationRuleFilter = z.object({
  search: z.string().optional(),
  enabled: z.boolean().optional(),
  targets: z.array(z.enum(RULE_TARGETS)).optional(),
});
export type EvaluationRuleFilter = z.output<typeof evaluationRuleFilter>;

interface RuleColumn {
  type: FilterType;
  only?: RuleTarget;
}

/** Columns that a rule may look at, with the one condition type of each (contract §1.18). */
const ruleColumns = {
  type: { type: 'stringOptions' },
  name: { type: 'stringOptions' },
  environment: { type: 'stringOptions' },
  level: { type: 'stringOptions' },
  traceName: { type: 'stringOptions' },
  experimentId: { type: 'stringOptions' },
  experimentDatasetId: { type: 'stringOptions' },
  version: { type: 'string' },
  userId: { type: 'string' },
  sessionId: { type: 'string' },
  tags: { type: 'arrayOptions' },
  calledToolNames: { type: 'arrayOptions' },
  metadata: { type: 'stringObject' },
  isRootObservation: { type: 'boolean' },
  isExperimentItemRootSpan: { type: 'boolean', only: 'observation' },
  parentObservationId: { type: 'null' },
  toolCalls: { type: 'number' },
  datasetId: { type: 'stringOptions', only: 'experiment' },
} as const satisfies Partial<Record<ColumnName<'observations'> | 'datasetId', RuleColumn>>;
export const RULE_FILTER_COLUMNS: Readonly<Record<string, RuleColumn>> = ruleColumns;
