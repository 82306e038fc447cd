import { and, asc, count, desc, eq, inArray, lt, ne, notInArray } from 'drizzle-orm';
import type { CreateEvaluatorInput, Evaluator, UpdateEvaluatorInput, VariableMapping } from '../../../contract/evaluator.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { refuse } from '../../lib/refuse.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { type Definition, definitionOf, keptPrompt, readDefinition, variablesOfDefinition } from './definition.ts';
import { lockNames } from './lock-names.ts';
import { mappingProblem } from './mapping.ts';
import { type Connections, preflightProblem } from './rule-status.ts';

const { evaluators, evaluatorVersions: versions, evaluationRules: rules, evaluationRuleEvaluators: assignments } = tables;

type Row = typeof evaluators.$inferSelect;
type Version = typeof versions.$inferSelect;
type Db = Pick<MetadataDb, 'select' | 'insert'>;

export interface EvaluatorsDeps {
  db: MetadataDb;
  clock: Clock;
  /** The project's connections to models. */
  connections(projectId: string): Promise<Connections>;
}

/** How things are judged (contract §1.18). The id says which is meant; those who go by the name mean the newest of it: docs/adr/007. */
export interface Evaluators {
  /**
   * A new evaluator, or the next version of the one of this name; rules use the newest.
   * @throws AppError 400 mapping, 409 `name_conflict` when the name is that of another type, 422 when the model cannot be asked
   */
  create(projectId: string, input: CreateEvaluatorInput): Promise<Evaluator>;
  /** A new evaluator, also where others have its name. @throws AppError 400, 422 as `create` */
  createAnother(projectId: string, input: CreateEvaluatorInput): Promise<Evaluator>;
  /**
   * Changes what is given; a change of the definition makes a new version.
   * @param options.sharedName it may take the name of another
   * @throws AppError 400 for fields of the other type and for mappings, 404, 409 `name_conflict`, 422
   */
  update(
    projectId: string,
    evaluatorId: string,
    input: UpdateEvaluatorInput,
    options?: { sharedName?: boolean },
  ): Promise<Evaluator>;
  /** The newest versions, newest evaluator first. @param page from 1 */
  list(projectId: string, page: number, limit: number): Promise<{ data: Evaluator[]; totalItems: number }>;
  /** As `list`, in the order of creation alone. @param before where the page before ended @returns `next`: where this one did; null after the last */
  listBefore(projectId: string, before: number | null, limit: number): Promise<{ data: Evaluator[]; next: number | null }>;
  /** The newest version, or the one that is named. @throws AppError 404 */
  get(projectId: string, evaluatorId: string, version?: number): Promise<Evaluator>;
  /** All versions, newest first. @param page from 1 @throws AppError 404 */
  listVersions(
    projectId: string,
    evaluatorId: string,
    page: number,
    limit: number,
  ): Promise<{ data: Evaluator[]; totalItems: number }>;
  /** As `listVersions`. @param before a version */
  listVersionsBefore(
    projectId: string,
    evaluatorId: string,
    before: number | null,
    limit: number,
  ): Promise<{ data: Evaluator[]; next: number | null }>;
  /**
   * With all versions; scores stay.
   * @param options.detach takes it off the rules that use it; a rule that has none left is switched off
   * @throws AppError 404; 409 while rules use it, unless it is detached
   */
  delete(projectId: string, evaluatorId: string, options?: { detach?: boolean }): Promise<void>;
}

export function createEvaluators({ db, clock, connections }: EvaluatorsDeps): Evaluators {
  const one = (projectId: string, id: string) => and(eq(evaluators.projectId, projectId), eq(evaluators.id, id));
  const named = (projectId: string, name: string) => and(eq(evaluators.projectId, projectId), eq(evaluators.name, name));
  const newest = and(eq(versions.evaluatorId, evaluators.id), eq(versions.version, evaluators.version));

  async function findRow(projectId: string, id: string): Promise<Row> {
    const [row] = isStorable(id) ? await db.select().from(evaluators).where(one(projectId, id)) : [];
    if (!row) throw missing();
    return row;
  }

  async function show(projectId: string, found: readonly { row: Row; version: Version }[]): Promise<Evaluator[]> {
    if (found.length === 0) return [];
    const known = await connections(projectId);
    const used = await rulesOf(
      db,
      found.map(({ row }) => row.id),
    );
    return found.map(({ row, version }) => shown(row, version, used.get(row.id) ?? [], known));
  }

  async function showOne(projectId: string, found: { row: Row; version: Version }): Promise<Evaluator> {
    const [evaluator] = await show(projectId, [found]);
    return evaluator!;
  }

  const insertVersion = async (tx: Db, { id, version }: Row, definition: Definition, createdAt: Date): Promise<Version> => {
    const [made] = await tx
      .insert(versions)
      .values({ evaluatorId: id, version, definition: stored(definition), createdAt })
      .returning();
    return made!;
  };

  const insertRow = async (tx: Db, projectId: string, input: CreateEvaluatorInput, at: Date): Promise<Row> => {
    const { name, type, description = null } = input;
    const [made] = await tx
      .insert(evaluators)
      .values({ id: newId(), projectId, name, type, description, version: 1, createdAt: at, updatedAt: at })
      .returning();
    return made!;
  };

  return {
    async create(projectId, input) {
      const definition = definitionOf(input);
      check(input.name, definition, await connections(projectId));
      const at = new Date(clock.now());
      const written = await db.transaction(async (tx) => {
        await lockNames(tx, projectId);
        const ofName = await tx
          .select()
          .from(evaluators)
          .where(named(projectId, input.name))
          .orderBy(desc(evaluators.sequence))
          .for('update');
        const known = ofName.find(({ type }) => type === definition.type);
        if (!known && ofName[0]) throw otherType(ofName[0]);
        const row = known ? await nextVersion(known) : await insertRow(tx, projectId, input, at);
        return { row, version: await insertVersion(tx, row, definition, at) };

        async function nextVersion(before: Row): Promise<Row> {
          const { description } = input;
          const [changed] = await tx
            .update(evaluators)
            .set({ version: before.version + 1, updatedAt: at, ...(description !== undefined && { description }) })
            .where(eq(evaluators.id, before.id))
            .returning();
          return changed!;
        }
      });
      return showOne(projectId, written);
    },

    async createAnother(projectId, input) {
      const definition = definitionOf(input);
      check(input.name, definition, await connections(projectId));
      const at = new Date(clock.now());
      const written = await db.transaction(async (tx) => {
        const row = await insertRow(tx, projectId, input, at);
        return { row, version: await insertVersion(tx, row, definition, at) };
      });
      return showOne(projectId, written);
    },

    async update(projectId, evaluatorId, { name, description, ...given }, { sharedName = false } = {}) {
      const before = await findRow(projectId, evaluatorId);
      const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const redefined = Object.keys(changes).length > 0;
      refuseForeignFields(before, Object.keys(changes));
      if (given.prompt !== undefined) changes.prompt = keptPrompt(given.prompt);
      const known = redefined ? await connections(projectId) : [];
      const at = new Date(clock.now());
      const written = await db.transaction(async (tx) => {
        if (name !== undefined && !sharedName) {
          await lockNames(tx, projectId);
          const others = await tx
            .select({ id: evaluators.id })
            .from(evaluators)
            .where(and(named(projectId, name), ne(evaluators.id, evaluatorId)));
          if (others.length > 0) throw nameTaken(name);
        }
        const [row] = await tx.select().from(evaluators).where(one(projectId, evaluatorId)).for('update');
        if (!row) throw missing();
        const [last] = await tx
          .select()
          .from(versions)
          .where(and(eq(versions.evaluatorId, row.id), eq(versions.version, row.version)));
        const definition = readDefinition(row.type, { ...(last!.definition as object), ...changes });
        if (redefined) check(name ?? row.name, definition, known);
        const [after] = await tx
          .update(evaluators)
          .set({
            updatedAt: at,
            version: redefined ? row.version + 1 : row.version,
            ...(name !== undefined && { name }),
            ...(description !== undefined && { description }),
          })
          .where(eq(evaluators.id, row.id))
          .returning();
        return { row: after!, version: redefined ? await insertVersion(tx, after!, definition, at) : last! };
      });
      return showOne(projectId, written);
    },

    async list(projectId, page, limit) {
      const ofProject = eq(evaluators.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(evaluators).where(ofProject);
      const rows = await db
        .select({ row: evaluators, version: versions })
        .from(evaluators)
        .innerJoin(versions, newest)
        .where(ofProject)
        .orderBy(desc(evaluators.createdAt), desc(evaluators.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: await show(projectId, rows), totalItems: total!.count };
    },

    async listBefore(projectId, before, limit) {
      const rows = await db
        .select({ row: evaluators, version: versions })
        .from(evaluators)
        .innerJoin(versions, newest)
        .where(and(eq(evaluators.projectId, projectId), before === null ? undefined : lt(evaluators.sequence, before)))
        .orderBy(desc(evaluators.sequence))
        .limit(limit + 1);
      const data = rows.slice(0, limit);
      return { data: await show(projectId, data), next: rows.length > limit ? data.at(-1)!.row.sequence : null };
    },

    async get(projectId, evaluatorId, version) {
      const row = await findRow(projectId, evaluatorId);
      const [found] = await db
        .select()
        .from(versions)
        .where(and(eq(versions.evaluatorId, row.id), eq(versions.version, version ?? row.version)));
      if (!found) throw missing();
      return showOne(projectId, { row, version: found });
    },

    async listVersions(projectId, evaluatorId, page, limit) {
      const row = await findRow(projectId, evaluatorId);
      const rows = await db
        .select()
        .from(versions)
        .where(eq(versions.evaluatorId, row.id))
        .orderBy(desc(versions.version))
        .limit(limit)
        .offset((page - 1) * limit);
      const data = await show(
        projectId,
        rows.map((version) => ({ row, version })),
      );
      return { data, totalItems: row.version };
    },

    async listVersionsBefore(projectId, evaluatorId, before, limit) {
      const row = await findRow(projectId, evaluatorId);
      const rows = await db
        .select()
        .from(versions)
        .where(and(eq(versions.evaluatorId, row.id), before === null ? undefined : lt(versions.version, before)))
        .orderBy(desc(versions.version))
        .limit(limit + 1);
      const found = rows.slice(0, limit).map((version) => ({ row, version }));
      return {
        data: await show(projectId, found),
        next: rows.length > limit ? found.at(-1)!.version.version : null,
      };
    },

    async delete(projectId, evaluatorId, { detach = false } = {}) {
      if (!isStorable(evaluatorId)) throw missing();
      await db.transaction(async (tx) => {
        const ofEvaluator = eq(assignments.evaluatorId, evaluatorId);
        const using = tx.select({ id: assignments.ruleId }).from(assignments).where(ofEvaluator);
        // Rules are locked before evaluators, as where a rule is changed.
        const ofRules = and(eq(rules.projectId, projectId), inArray(rules.id, using));
        const users = await tx.select({ id: rules.id }).from(rules).where(ofRules).orderBy(asc(rules.id)).for('update');
        const [row] = await tx.select().from(evaluators).where(one(projectId, evaluatorId)).for('update');
        if (!row) throw missing();
        const [used] = await tx.select({ rules: count() }).from(assignments).where(ofEvaluator);
        if (used!.rules > 0 && !detach) {
          throw refuse(`${used!.rules} evaluation rules use the evaluator "${row.name}". Delete or change them first.`, {
            reason: 'conflict',
            evaluatorName: row.name,
          });
        }
        await tx.delete(assignments).where(ofEvaluator);
        if (users.length > 0) {
          const ids = users.map(({ id }) => id);
          const left = tx.select({ id: assignments.ruleId }).from(assignments).where(inArray(assignments.ruleId, ids));
          await tx
            .update(rules)
            .set({ enabled: false })
            .where(and(inArray(rules.id, ids), notInArray(rules.id, left)));
        }
        await tx.delete(evaluators).where(eq(evaluators.id, row.id));
      });
    },
  };
}

/** Rules that use evaluators, by evaluator, newest rule first. */
async function rulesOf(db: Db, evaluatorIds: readonly string[]): Promise<Map<string, Evaluator['evaluationRules']>> {
  const rows = await db
    .select({ evaluatorId: assignments.evaluatorId, id: assignments.ruleId, mapping: assignments.mapping })
    .from(assignments)
    .innerJoin(rules, eq(rules.id, assignments.ruleId))
    .where(inArray(assignments.evaluatorId, [...evaluatorIds]))
    .orderBy(desc(rules.sequence));
  const byEvaluator = Map.groupBy(rows, ({ evaluatorId }) => evaluatorId);
  return new Map(
    [...byEvaluator].map(([evaluatorId, all]) => [
      evaluatorId,
      all.map(({ id, mapping }) => ({ id, mapping: mapping as VariableMapping[] | null })),
    ]),
  );
}

/** @throws AppError 400 or 422 when its own mapping or its model cannot be used */
function check(name: string, definition: Definition, connections: Connections): void {
  const given = definition.type === 'llm_as_judge' && definition.mapping !== null;
  // Which target it will have, the rule knows: here every source is fine.
  const problem =
    (given ? mappingProblem(name, definition, definition.mapping, 'any') : null) ??
    preflightProblem(name, definition, connections);
  if (problem) throw refuse(problem.message, problem.refusal);
}

const missing = () => refuse('Evaluator not found', { reason: 'resource_not_found' });

const nameTaken = (name: string) =>
  refuse(`An evaluator named "${name}" already exists in this project.`, { reason: 'name_conflict', field: 'name', value: name });

const otherType = ({ name, type }: Row) =>
  refuse(`The evaluator "${name}" of this project is of type ${type}; a type cannot be changed.`, {
    reason: 'name_conflict',
    field: 'name',
    value: name,
  });

const JUDGE_FIELDS = ['prompt', 'outputDefinition', 'modelConfig', 'modelParams', 'mapping'];
const CODE_FIELDS = ['sourceCode', 'sourceCodeLanguage'];

function refuseForeignFields({ type, name }: Row, fields: readonly string[]): void {
  const own = type === 'code' ? CODE_FIELDS : JUDGE_FIELDS;
  const field = fields.find((each) => !own.includes(each));
  if (field === undefined) return;
  const message = `"${name}" is of type ${type}, which has no ${field}.`;
  throw refuse(message, { reason: 'invalid_body', field, issues: [{ code: 'custom', message, path: [field] }] });
}

function stored({ type: _, ...definition }: Definition): unknown {
  return definition;
}

function shown(
  row: Row,
  { version, definition: kept, createdAt }: Version,
  evaluationRules: Evaluator['evaluationRules'],
  connections: Connections,
): Evaluator {
  const definition = readDefinition(row.type, kept);
  const problem = preflightProblem(row.name, definition, connections);
  const about = {
    id: row.id,
    name: row.name,
    description: row.description,
    version,
    variables: variablesOfDefinition(definition),
    evaluationRuleCount: evaluationRules.length,
    evaluationRules,
    status: problem ? ('paused' as const) : ('active' as const),
    pausedReason: problem?.refusal.reason ?? null,
    pausedMessage: problem?.message ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: (version === row.version ? row.updatedAt : createdAt).toISOString(),
    versionCreatedAt: createdAt.toISOString(),
  };
  if (definition.type === 'code') {
    const { type, sourceCode, sourceCodeLanguage } = definition;
    return { ...about, type, mapping: null, sourceCode, sourceCodeLanguage };
  }
  const { type, prompt, outputDefinition, modelConfig, modelParams, mapping } = definition;
  return { ...about, type, mapping, prompt, outputDefinition, modelConfig, modelParams };
}
