import { and, asc, count, desc, eq, exists, ilike, inArray, lt, ne } from 'drizzle-orm';
import type {
  AssignmentInput,
  CreateEvaluationRuleInput,
  EvaluationRule,
  EvaluationRuleFilter,
  EvaluatorReference,
  RuleCondition,
  RuleTarget,
  UpdateEvaluationRuleInput,
} from '../../../contract/evaluation-rule.ts';
import type { VariableMapping } from '../../../contract/evaluator.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { refuse } from '../../lib/refuse.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { readDefinition } from './definition.ts';
import { lockNames } from './lock-names.ts';
import { effectiveMapping, mappingProblem, type Problem } from './mapping.ts';
import { ruleFilterProblem } from './rule-filter.ts';
import { type Connections, preflightProblem, type RuleEvaluator, ruleStatus } from './rule-status.ts';

const { evaluationRules: rules, evaluationRuleEvaluators: assignments, evaluators, evaluatorVersions: versions } = tables;

type Row = typeof rules.$inferSelect;
/** An evaluator of a rule, in its newest version. */
type Assigned = RuleEvaluator & { id: string };
type Db = Pick<MetadataDb, 'select' | 'insert' | 'delete'>;

export interface EvaluationRulesDeps {
  db: MetadataDb;
  clock: Clock;
  /** The project's connections to models. */
  connections(projectId: string): Promise<Connections>;
  /** Whether this server runs evaluators: where it does not, no rule says that it is active. */
  isRun: boolean;
}

/** What some callers may and others may not: docs/adr/007. */
export interface RuleFreedom {
  /** The rule may have the name of another. */
  sharedName?: boolean;
  /** A rule of observations may read what only experiments have. */
  anySource?: boolean;
}

/**
 * What is judged, and by which evaluators (contract §1.18). All that change a rule throw AppError 400 for what does not fit (filter,
 * mapping, an enabled rule without evaluators), 404 for an unknown rule or evaluator, 409 for a name that is taken, 422 when an enabled
 * rule cannot run.
 */
export interface EvaluationRules {
  create(projectId: string, input: CreateEvaluationRuleInput, freedom?: RuleFreedom): Promise<EvaluationRule>;
  /** A change also tries again what was given up. A rule whose evaluators are all taken away is switched off. */
  update(projectId: string, ruleId: string, input: UpdateEvaluationRuleInput, freedom?: RuleFreedom): Promise<EvaluationRule>;
  /** Newest first. @param page from 1 */
  list(
    projectId: string,
    page: number,
    limit: number,
    filter?: EvaluationRuleFilter & { withEvaluators?: boolean },
  ): Promise<{ data: EvaluationRule[]; totalItems: number }>;
  /** As `list`, in the order of creation alone. @param before where the page before ended @returns `next`: where this one did; null after the last */
  listBefore(projectId: string, before: number | null, limit: number): Promise<{ data: EvaluationRule[]; next: number | null }>;
  /** @throws AppError 404 */
  get(projectId: string, ruleId: string): Promise<EvaluationRule>;
  /** @throws AppError 404 */
  delete(projectId: string, ruleId: string): Promise<void>;
  /** Adds an evaluator at the end; one that is there keeps its place and takes the mapping. */
  attach(projectId: string, ruleId: string, input: AssignmentInput): Promise<EvaluationRule>;
  /** @throws AppError 404 also for an evaluator that the rule does not use, 409 for its last one */
  detach(projectId: string, ruleId: string, evaluatorId: string): Promise<EvaluationRule>;
  /** Says that running the rule was given up: it is paused until it is changed. Without effect when it is gone. */
  pause(projectId: string, ruleId: string, why: { reason: string; message: string }): Promise<void>;
}

export function createEvaluationRules({ db, clock, connections, isRun }: EvaluationRulesDeps): EvaluationRules {
  const one = (projectId: string, id: string) => and(eq(rules.projectId, projectId), eq(rules.id, id));

  /** @throws AppError 404 */
  async function findRow(projectId: string, id: string): Promise<Row> {
    const [row] = isStorable(id) ? await db.select().from(rules).where(one(projectId, id)) : [];
    if (!row) throw missing();
    return row;
  }

  async function show(projectId: string, rows: readonly Row[]): Promise<EvaluationRule[]> {
    if (rows.length === 0) return [];
    const known = await connections(projectId);
    const assigned = await assignedTo(
      db,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => shown(row, assigned.get(row.id) ?? [], known, isRun));
  }

  /** Changes a rule under its lock. `change` says what it becomes of what it is; absent fields stay. */
  async function change(
    projectId: string,
    ruleId: string,
    newName: string | null | undefined,
    say: (tx: Db, now: Assigned[]) => Promise<UpdateEvaluationRuleInput & { assigned?: Assigned[] }>,
    { sharedName, anySource }: RuleFreedom = {},
  ): Promise<EvaluationRule> {
    if (!isStorable(ruleId)) throw missing();
    const known = await connections(projectId);
    const at = new Date(clock.now());
    return db.transaction(async (tx) => {
      if (newName != null && !sharedName) await refuseTakenName(tx, projectId, newName, ruleId);
      const [before] = await tx.select().from(rules).where(one(projectId, ruleId)).for('update');
      if (!before) throw missing();
      const now = (await assignedTo(tx, [before.id])).get(before.id) ?? [];
      const given = await say(tx, now);
      const after = {
        name: given.name ?? before.name,
        target: given.target ?? before.target,
        enabled: given.enabled ?? (given.assigned?.length === 0 ? false : before.enabled),
        sampling: given.sampling ?? before.sampling,
        filter: given.filter ?? (before.filter as RuleCondition[]),
      };
      const assigned = given.assigned ?? now;
      // What was wrong before, and this change has nothing to do with, does not stop it: a rename, say.
      if (given.target || given.filter) checkFilter(after.target, after.filter);
      if (given.target || given.assigned) checkMappings(anySource ? 'any' : after.target, assigned);
      if (after.enabled && (given.assigned || given.enabled)) checkRuns(assigned, known);
      const [row] = await tx
        .update(rules)
        .set({ ...after, pausedReason: null, pausedMessage: null, updatedAt: at })
        .where(eq(rules.id, before.id))
        .returning();
      if (given.assigned) {
        await tx.delete(assignments).where(eq(assignments.ruleId, before.id));
        await assign(tx, before.id, assigned);
      }
      return shown(row!, assigned, known, isRun);
    });
  }

  return {
    async create(projectId, { name, evaluators: given, target, enabled, sampling, filter }, { sharedName, anySource } = {}) {
      const known = await connections(projectId);
      const at = new Date(clock.now());
      return db.transaction(async (tx) => {
        if (!sharedName) await refuseTakenName(tx, projectId, name);
        const assigned = await resolve(tx, projectId, given);
        checkFilter(target, filter ?? []);
        checkMappings(anySource ? 'any' : target, assigned);
        if (enabled) checkRuns(assigned, known);
        const [row] = await tx
          .insert(rules)
          .values({
            id: newId(),
            projectId,
            name,
            target,
            enabled,
            sampling: sampling ?? 1,
            filter: filter ?? [],
            createdAt: at,
            updatedAt: at,
          })
          .returning();
        await assign(tx, row!.id, assigned);
        return shown(row!, assigned, known, isRun);
      });
    },

    update: (projectId, ruleId, input, freedom) =>
      change(
        projectId,
        ruleId,
        input.name,
        async (tx) => ({
          ...input,
          ...(input.evaluators && { assigned: await resolve(tx, projectId, input.evaluators) }),
        }),
        freedom,
      ),

    async list(projectId, page, limit, { search, enabled, targets, withEvaluators } = {}) {
      const wanted = and(
        eq(rules.projectId, projectId),
        search === undefined || search === '' ? undefined : ilike(rules.name, `%${search.replace(/[\\%_]/g, '\\$&')}%`),
        enabled === undefined ? undefined : eq(rules.enabled, enabled),
        targets === undefined ? undefined : inArray(rules.target, targets),
        withEvaluators ? exists(db.select().from(assignments).where(eq(assignments.ruleId, rules.id))) : undefined,
      );
      if (search !== undefined && !isStorable(search)) return { data: [], totalItems: 0 };
      const [total] = await db.select({ count: count() }).from(rules).where(wanted);
      const rows = await db
        .select()
        .from(rules)
        .where(wanted)
        .orderBy(desc(rules.createdAt), desc(rules.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: await show(projectId, rows), totalItems: total!.count };
    },

    async listBefore(projectId, before, limit) {
      const rows = await db
        .select()
        .from(rules)
        .where(and(eq(rules.projectId, projectId), before === null ? undefined : lt(rules.sequence, before)))
        .orderBy(desc(rules.sequence))
        .limit(limit + 1);
      const found = rows.slice(0, limit);
      return { data: await show(projectId, found), next: rows.length > limit ? found.at(-1)!.sequence : null };
    },

    async get(projectId, ruleId) {
      const [rule] = await show(projectId, [await findRow(projectId, ruleId)]);
      return rule!;
    },

    async delete(projectId, ruleId) {
      const gone = isStorable(ruleId) ? await db.delete(rules).where(one(projectId, ruleId)).returning({ id: rules.id }) : [];
      if (gone.length === 0) throw missing();
    },

    attach: (projectId, ruleId, input) =>
      change(projectId, ruleId, null, async (tx, now) => {
        const [added] = await resolve(tx, projectId, [input]);
        const known = now.some(({ id }) => id === added!.id);
        return { assigned: known ? now.map((each) => (each.id === added!.id ? added! : each)) : [...now, added!] };
      }),

    detach: (projectId, ruleId, evaluatorId) =>
      change(projectId, ruleId, null, async (_, now) => {
        const assigned = now.filter(({ id }) => id !== evaluatorId);
        if (assigned.length === now.length) throw unknownEvaluator(evaluatorId);
        if (assigned.length > 0) return { assigned };
        throw refuse('A rule needs an evaluator: delete the rule instead, or attach another one first.', {
          reason: 'conflict',
          evaluatorName: now[0]!.name,
        });
      }),

    async pause(projectId, ruleId, { reason, message }) {
      await db.update(rules).set({ pausedReason: reason, pausedMessage: message }).where(one(projectId, ruleId));
    },
  };
}

/** Evaluators of rules in their newest versions, by rule and in the rule's order. */
async function assignedTo(db: Db, ruleIds: readonly string[]): Promise<Map<string, Assigned[]>> {
  const rows = await db
    .select({ assignment: assignments, evaluator: evaluators, definition: versions.definition })
    .from(assignments)
    .innerJoin(evaluators, eq(evaluators.id, assignments.evaluatorId))
    .innerJoin(versions, and(eq(versions.evaluatorId, evaluators.id), eq(versions.version, evaluators.version)))
    .where(inArray(assignments.ruleId, [...ruleIds]))
    .orderBy(asc(assignments.position));
  const byRule = Map.groupBy(rows, ({ assignment }) => assignment.ruleId);
  return new Map(
    [...byRule].map(([ruleId, all]) => [
      ruleId,
      all.map(({ assignment, evaluator, definition }) => ({
        id: evaluator.id,
        name: evaluator.name,
        definition: readDefinition(evaluator.type, definition),
        mapping: assignment.mapping as VariableMapping[] | null,
      })),
    ]),
  );
}

/** The project's evaluators that are meant. @throws AppError 404 for an unknown one, 400 for one that is named twice */
async function resolve(db: Db, projectId: string, given: readonly AssignmentInput[]): Promise<Assigned[]> {
  const found: Assigned[] = [];
  for (const { evaluator: reference, mapping } of given) {
    const named = 'id' in reference ? reference.id : reference.name;
    // The lock keeps it from being deleted, or getting a version, at the same moment.
    const [row] = isStorable(named)
      ? await db
          .select()
          .from(evaluators)
          .where(and(eq(evaluators.projectId, projectId), meant(reference)))
          // Of several that have the name the newest is meant.
          .orderBy(desc(evaluators.sequence))
          .limit(1)
          .for('share')
      : [];
    if (!row) throw unknownEvaluator(named);
    const { id, name, type } = row;
    if (found.some((each) => each.id === id)) {
      const message = `The evaluator "${name}" is given more than once.`;
      throw refuse(message, { reason: 'invalid_body', field: 'evaluators', evaluatorName: name });
    }
    const [newest] = await db
      .select({ definition: versions.definition })
      .from(versions)
      .where(and(eq(versions.evaluatorId, id), eq(versions.version, row.version)));
    found.push({ id, name, definition: readDefinition(type, newest!.definition), mapping: mapping ?? null });
  }
  return found;
}

const meant = (reference: EvaluatorReference) =>
  'id' in reference
    ? eq(evaluators.id, reference.id)
    : and(eq(evaluators.name, reference.name), reference.type && eq(evaluators.type, reference.type));

async function assign(db: Db, ruleId: string, assigned: readonly Assigned[]): Promise<void> {
  if (assigned.length === 0) return;
  await db
    .insert(assignments)
    .values(assigned.map(({ id, mapping }, position) => ({ ruleId, evaluatorId: id, position, mapping })));
}

/** @throws AppError 400 for conditions that the target does not have */
const checkFilter = (target: RuleTarget, filter: readonly RuleCondition[]): void =>
  refuseProblem(ruleFilterProblem(target, filter));

/** @throws AppError 400 for mappings that the target or an evaluator does not have */
function checkMappings(target: RuleTarget | 'any', assigned: readonly Assigned[]): void {
  for (const { name, definition, mapping } of assigned) refuseProblem(mappingProblem(name, definition, mapping, target));
}

/** @throws AppError 400 without an evaluator, 422 when an evaluator's model cannot be asked */
function checkRuns(assigned: readonly Assigned[], connections: Connections): void {
  if (assigned.length === 0) {
    throw refuse('An enabled rule needs an evaluator.', { reason: 'invalid_body', field: 'evaluators' });
  }
  for (const { name, definition } of assigned) refuseProblem(preflightProblem(name, definition, connections));
}

function refuseProblem(problem: Problem | null): void {
  if (problem) throw refuse(problem.message, problem.refusal);
}

/** @throws AppError 409 when another rule of the project has the name; a free one stays free until the transaction ends */
async function refuseTakenName(tx: Db, projectId: string, name: string, except?: string): Promise<void> {
  await lockNames(tx, projectId);
  const others = await tx
    .select({ id: rules.id })
    .from(rules)
    .where(and(eq(rules.projectId, projectId), eq(rules.name, name), except === undefined ? undefined : ne(rules.id, except)))
    .limit(1);
  if (others.length > 0) throw nameTaken(name);
}

const missing = () => refuse('Evaluation rule not found', { reason: 'resource_not_found' });

const unknownEvaluator = (named: string) =>
  refuse(`Evaluator not found: ${named}`, { reason: 'resource_not_found', field: 'evaluators', value: named });

const nameTaken = (name: string) =>
  refuse(`An evaluation rule named "${name}" already exists in this project.`, {
    reason: 'name_conflict',
    field: 'name',
    value: name,
  });

function shown(row: Row, assigned: readonly Assigned[], connections: Connections, isRun: boolean): EvaluationRule {
  const { target, enabled, pausedReason: reason, pausedMessage: message } = row;
  const givenUp = reason === null ? null : { reason, message: message ?? reason };
  return {
    id: row.id,
    name: row.name,
    target,
    evaluators: assigned.map(({ id, name, definition, mapping }) => ({
      evaluator: { id, name, type: definition.type },
      mapping,
      effectiveMapping: effectiveMapping(definition, mapping, target),
    })),
    enabled,
    ...ruleStatus({ enabled, givenUp, evaluators: assigned, connections, isRun }),
    sampling: row.sampling,
    filter: row.filter as RuleCondition[],
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
