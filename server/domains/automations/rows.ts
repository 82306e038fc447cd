import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import type { Action, Attempt, Automation, Execution } from '../../../contract/automation.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { isStorable } from '../../../contract/storable.ts';
import { notFound } from '../../lib/errors.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { automations, automationExecutions: executions, automationAttempts: attempts } = tables;

/** The database, or a transaction on it. */
export type Db = Pick<MetadataDb, 'select' | 'selectDistinctOn' | 'insert' | 'update' | 'delete'>;

export type AutomationRow = Omit<typeof automations.$inferSelect, 'action' | 'filter'> & {
  action: Action;
  filter: FilterCondition[];
};
export type ExecutionRow = typeof executions.$inferSelect;

export const ofProject = (projectId: string, automationId: string) =>
  and(eq(automations.projectId, projectId), eq(automations.id, automationId));

/** @param lock keeps others from changing it until the transaction ends  @throws AppError 404 */
export async function findAutomation(db: Db, projectId: string, automationId: string, lock = false): Promise<AutomationRow> {
  const query = db.select().from(automations).where(ofProject(projectId, automationId));
  const [row] = isStorable(automationId) ? await (lock ? query.for('no key update') : query) : [];
  if (!row) throw notFound('Automation not found');
  return row as AutomationRow;
}

/** With the newest execution of each. */
export async function showAutomations(db: Db, rows: readonly AutomationRow[]): Promise<Automation[]> {
  const ids = rows.map(({ id }) => id);
  const newest =
    ids.length === 0
      ? []
      : await db
          .selectDistinctOn([executions.automationId], {
            automationId: executions.automationId,
            status: executions.status,
            createdAt: executions.createdAt,
          })
          .from(executions)
          .where(and(inArray(executions.automationId, ids), eq(executions.test, false)))
          .orderBy(executions.automationId, desc(executions.sequence));
  const last = new Map(newest.map((row) => [row.automationId, row]));
  return rows.map((row) => {
    const execution = last.get(row.id);
    return {
      id: row.id,
      projectId: row.projectId,
      name: row.name,
      status: row.status,
      disabledReason: row.disabledReason,
      disabledAt: row.disabledAt?.toISOString() ?? null,
      consecutiveFailures: row.consecutiveFailures,
      trigger: { source: row.source, eventActions: row.eventActions, filter: row.filter },
      action: row.action,
      lastExecution: execution ? { status: execution.status, createdAt: execution.createdAt.toISOString() } : null,
      createdBy: row.createdBy,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    };
  });
}

/** With the attempts of each. */
export async function showExecutions(db: Db, rows: readonly Omit<ExecutionRow, 'payload'>[]): Promise<Execution[]> {
  const ids = rows.map(({ id }) => id);
  const made =
    ids.length === 0
      ? []
      : await db.select().from(attempts).where(inArray(attempts.executionId, ids)).orderBy(asc(attempts.attempt));
  const own = Map.groupBy(made, ({ executionId }) => executionId);
  return rows.map((row) => ({
    id: row.id,
    automationId: row.automationId,
    status: row.status,
    test: row.test,
    event: { type: row.type, action: row.action, subject: row.subject },
    error: row.error,
    attempts: (own.get(row.id) ?? []).map(
      ({ attempt, startedAt, durationMs, responseStatus, responseBody, error }): Attempt => ({
        attempt,
        startedAt: startedAt.toISOString(),
        durationMs,
        responseStatus,
        responseBody,
        error,
      }),
    ),
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }));
}

/** Gives up what waits for delivery. */
export const cancelPending = (db: Db, automationId: string, reason: string, at: Date) =>
  db
    .update(executions)
    .set({ status: 'CANCELLED', error: reason, nextAttemptAt: null, finishedAt: at })
    .where(and(eq(executions.automationId, automationId), eq(executions.status, 'PENDING')));
