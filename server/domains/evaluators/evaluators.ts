import { and, count, desc, eq, inArray } from 'drizzle-orm';
import type { CreateEvaluatorInput, Evaluator, UpdateEvaluatorInput } from '../../../contract/evaluator.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { refuse } from '../../lib/refuse.ts';
import { isUniqueViolation, type MetadataDb, tables } from '../../store/metadata/index.ts';
import { type Definition, definitionOf, readDefinition, variablesOfDefinition } from './definition.ts';
import { mappingProblem } from './mapping.ts';
import { type Connections, preflightProblem } from './rule-status.ts';

const { evaluators, evaluatorVersions: versions, evaluationRuleEvaluators: assignments } = tables;

type Row = typeof evaluators.$inferSelect;

export interface EvaluatorsDeps {
  db: MetadataDb;
  clock: Clock;
  /** The project's connections to models. */
  connections(projectId: string): Promise<Connections>;
}

/** How things are judged (contract §1.18). */
export interface Evaluators {
  /**
   * A new evaluator, or the next version of the one of this name; rules use the newest.
   * @throws AppError 400 mapping, 409 `name_conflict` when the name is that of another type, 422 when the model cannot be asked
   */
  create(projectId: string, input: CreateEvaluatorInput): Promise<Evaluator>;
  /**
   * Changes what is given; a change of the definition makes a new version.
   * @throws AppError 400 for fields of the other type and for mappings, 404, 409 `name_conflict`, 422
   */
  update(projectId: string, evaluatorId: string, input: UpdateEvaluatorInput): Promise<Evaluator>;
  /** The newest versions, newest evaluator first. @param page from 1 */
  list(projectId: string, page: number, limit: number): Promise<{ data: Evaluator[]; totalItems: number }>;
  /** The newest version, or the one that is named. @throws AppError 404 */
  get(projectId: string, evaluatorId: string, version?: number): Promise<Evaluator>;
  /** All versions, newest first. @param page from 1 @throws AppError 404 */
  listVersions(
    projectId: string,
    evaluatorId: string,
    page: number,
    limit: number,
  ): Promise<{ data: Evaluator[]; totalItems: number }>;
  /** With all versions; scores stay. @throws AppError 404, 409 while rules use it */
  delete(projectId: string, evaluatorId: string): Promise<void>;
}

export function createEvaluators({ db, clock, connections }: EvaluatorsDeps): Evaluators {
  const one = (projectId: string, id: string) => and(eq(evaluators.projectId, projectId), eq(evaluators.id, id));
  const named = (projectId: string, name: string) => and(eq(evaluators.projectId, projectId), eq(evaluators.name, name));

  async function findRow(projectId: string, id: string): Promise<Row> {
    const [row] = isStorable(id) ? await db.select().from(evaluators).where(one(projectId, id)) : [];
    if (!row) throw missing();
    return row;
  }

  /** Numbers of rules by evaluator. */
  async function countRules(ids: readonly string[]): Promise<Map<string, number>> {
    if (ids.length === 0) return new Map();
    const rows = await db
      .select({ id: assignments.evaluatorId, rules: count() })
      .from(assignments)
      .where(inArray(assignments.evaluatorId, [...ids]))
      .groupBy(assignments.evaluatorId);
    return new Map(rows.map(({ id, rules }) => [id, rules]));
  }

  async function showOne(row: Row, version: typeof versions.$inferSelect): Promise<Evaluator> {
    const rules = (await countRules([row.id])).get(row.id) ?? 0;
    return shown(row, version, rules);
  }

  return {
    async create(projectId, input) {
      const definition = definitionOf(input);
      check(input.name, definition, await connections(projectId));
      const at = new Date(clock.now());
      const written = await db.transaction(async (tx) => {
        const [made] = await tx
          .insert(evaluators)
          .values({
            id: newId(),
            projectId,
            name: input.name,
            type: definition.type,
            description: input.description ?? null,
            version: 1,
            createdAt: at,
            updatedAt: at,
          })
          .onConflictDoNothing({ target: [evaluators.projectId, evaluators.name] })
          .returning();
        const row = made ?? (await nextVersion());
        const [version] = await tx
          .insert(versions)
          .values({ evaluatorId: row.id, version: row.version, definition: stored(definition), createdAt: at })
          .returning();
        return { row, version: version! };

        /** One more version of the evaluator that has the name; its lock makes others wait for theirs. */
        async function nextVersion(): Promise<Row> {
          const [known] = await tx.select().from(evaluators).where(named(projectId, input.name)).for('update');
          if (!known) throw refuse('The evaluator was deleted at the same moment. Try again.', { reason: 'conflict' });
          if (known.type !== definition.type) throw otherType(known);
          const [changed] = await tx
            .update(evaluators)
            .set({
              version: known.version + 1,
              updatedAt: at,
              ...(input.description !== undefined && { description: input.description }),
            })
            .where(eq(evaluators.id, known.id))
            .returning();
          return changed!;
        }
      });
      return showOne(written.row, written.version);
    },

    async update(projectId, evaluatorId, { name, description, ...given }) {
      const before = await findRow(projectId, evaluatorId);
      const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const redefined = Object.keys(changes).length > 0;
      refuseForeignFields(before, Object.keys(changes));
      const known = redefined ? await connections(projectId) : [];
      const at = new Date(clock.now());
      const change = db.transaction(async (tx) => {
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
        if (!redefined) return { row: after!, version: last! };
        const [version] = await tx
          .insert(versions)
          .values({ evaluatorId: row.id, version: after!.version, definition: stored(definition), createdAt: at })
          .returning();
        return { row: after!, version: version! };
      });
      const written = await change.catch((error: unknown) => {
        throw isUniqueViolation(error) ? nameTaken(name!) : error;
      });
      return showOne(written.row, written.version);
    },

    async list(projectId, page, limit) {
      const ofProject = eq(evaluators.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(evaluators).where(ofProject);
      const rows = await db
        .select({ row: evaluators, version: versions })
        .from(evaluators)
        .innerJoin(versions, and(eq(versions.evaluatorId, evaluators.id), eq(versions.version, evaluators.version)))
        .where(ofProject)
        .orderBy(desc(evaluators.createdAt), desc(evaluators.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      const rules = await countRules(rows.map(({ row }) => row.id));
      return { data: rows.map(({ row, version }) => shown(row, version, rules.get(row.id) ?? 0)), totalItems: total!.count };
    },

    async get(projectId, evaluatorId, version) {
      const row = await findRow(projectId, evaluatorId);
      const [found] = await db
        .select()
        .from(versions)
        .where(and(eq(versions.evaluatorId, row.id), eq(versions.version, version ?? row.version)));
      if (!found) throw missing();
      return showOne(row, found);
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
      const rules = (await countRules([row.id])).get(row.id) ?? 0;
      return { data: rows.map((version) => shown(row, version, rules)), totalItems: row.version };
    },

    async delete(projectId, evaluatorId) {
      if (!isStorable(evaluatorId)) throw missing();
      await db.transaction(async (tx) => {
        const [row] = await tx.select().from(evaluators).where(one(projectId, evaluatorId)).for('update');
        if (!row) throw missing();
        const [used] = await tx.select({ rules: count() }).from(assignments).where(eq(assignments.evaluatorId, row.id));
        if (used!.rules > 0) {
          throw refuse(`${used!.rules} evaluation rules use the evaluator "${row.name}". Delete or change them first.`, {
            reason: 'conflict',
            evaluatorName: row.name,
          });
        }
        await tx.delete(evaluators).where(eq(evaluators.id, row.id));
      });
    },
  };
}

/** @throws AppError 400 or 422 when its own mapping or its model cannot be used */
function check(name: string, definition: Definition, connections: Connections): void {
  const given = definition.type === 'llm_as_judge' && definition.mapping !== null;
  // Which target it will have, the rule knows: here every source is fine.
  const problem =
    (given ? mappingProblem(name, definition, definition.mapping, 'experiment') : null) ??
    preflightProblem(name, definition, connections);
  if (problem) throw refuse(problem.message, problem.refusal);
}

const missing = () => refuse('Evaluator not found', { reason: 'resource_not_found' });

const nameTaken = (name: string) =>
  refuse(`This project has an evaluator named "${name}" already.`, { reason: 'name_conflict', field: 'name', value: name });

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

function shown(row: Row, { version, definition: kept, createdAt }: typeof versions.$inferSelect, rules: number): Evaluator {
  const definition = readDefinition(row.type, kept);
  const about = {
    id: row.id,
    name: row.name,
    description: row.description,
    version,
    variables: variablesOfDefinition(definition),
    evaluationRuleCount: rules,
    createdAt: row.createdAt.toISOString(),
    updatedAt: (version === row.version ? row.updatedAt : createdAt).toISOString(),
  };
  if (definition.type === 'code') {
    const { type, sourceCode, sourceCodeLanguage } = definition;
    return { ...about, type, mapping: null, sourceCode, sourceCodeLanguage };
  }
  const { type, prompt, outputDefinition, modelConfig, modelParams, mapping } = definition;
  return { ...about, type, mapping, prompt, outputDefinition, modelConfig, modelParams };
}
