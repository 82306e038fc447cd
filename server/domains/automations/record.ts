import { and, eq } from 'drizzle-orm';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { type Actor, type ChangeOf, type SourceName, sourceOf } from './events/index.ts';
import { matches } from './matches.ts';
import type { AutomationRow } from './rows.ts';

const { automations, automationExecutions: executions, users } = tables;

type Db = Pick<MetadataDb, 'select' | 'insert'>;

/**
 * Writes what is to be delivered of changes, in their transaction: one execution for each automation and change, in order.
 * @returns ids of the automations that have something to do once the transaction is committed
 */
export async function recordChanges<Name extends SourceName>(
  tx: Db,
  name: Name,
  projectId: string,
  changes: readonly ChangeOf<Name>[],
  at: Date,
): Promise<string[]> {
  const [first] = changes;
  if (!first) return [];
  const source = sourceOf(name);
  const listening = await tx
    .select({ id: automations.id, eventActions: automations.eventActions, filter: automations.filter })
    .from(automations)
    .where(and(eq(automations.projectId, projectId), eq(automations.source, name), eq(automations.status, 'ACTIVE')));
  const due = listening.map(({ id, eventActions, filter }) => {
    const trigger = { eventActions, filter: filter as AutomationRow['filter'] };
    return { id, changes: changes.filter((change) => matches(source, trigger, change)) };
  });
  const busy = due.filter(({ changes: own }) => own.length > 0);
  if (busy.length === 0) return [];
  const actor = await findActor(tx, first.by);
  for (const { id: automationId, changes: own } of busy) {
    for (const change of own) {
      const payload = source.payload(newId(), at, change, actor);
      await tx.insert(executions).values({
        id: payload.id,
        automationId,
        status: 'PENDING',
        test: false,
        type: payload.type,
        action: payload.action,
        subject: source.subject(change),
        payload: JSON.stringify(payload),
        nextAttemptAt: at,
        createdAt: at,
      });
    }
  }
  return busy.map(({ id }) => id);
}

/** The person of that id; undefined for keys, and for who is gone. */
export async function findActor(db: Pick<MetadataDb, 'select'>, userId: string): Promise<Actor | undefined> {
  const [person] = await db.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, userId));
  return person;
}
