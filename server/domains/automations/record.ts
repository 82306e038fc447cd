import { and, eq } from 'drizzle-orm';
import { newId } from '../../lib/ids.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import type { PromptChange } from '../prompts/index.ts';
import { matches } from './matches.ts';
import { type Actor, promptPayload, subjectOf } from './payload.ts';
import type { AutomationRow } from './rows.ts';

const { automations, automationExecutions: executions, users } = tables;

type Db = Pick<MetadataDb, 'select' | 'insert'>;

/**
 * Writes what is to be delivered of changes of prompts, in their transaction: one execution for each automation and version, in order.
 * @returns ids of the automations that have something to do once the transaction is committed
 */
export async function recordPromptChanges(
  tx: Db,
  projectId: string,
  changes: readonly PromptChange[],
  at: Date,
): Promise<string[]> {
  if (changes.length === 0) return [];
  const listening = await tx
    .select({ id: automations.id, eventActions: automations.eventActions, filter: automations.filter })
    .from(automations)
    .where(and(eq(automations.projectId, projectId), eq(automations.source, 'prompt'), eq(automations.status, 'ACTIVE')));
  const due = listening.map(({ id, eventActions, filter }) => {
    const trigger = { eventActions, filter: filter as AutomationRow['filter'] };
    return { id, changes: changes.filter((change) => matches(trigger, change)) };
  });
  const busy = due.filter(({ changes: own }) => own.length > 0);
  if (busy.length === 0) return [];
  const actor = await findActor(tx, changes[0]!.by);
  for (const { id: automationId, changes: own } of busy) {
    for (const { action, prompt } of own) {
      const payload = promptPayload(newId(), at, action, prompt, actor);
      await tx.insert(executions).values({
        id: payload.id,
        automationId,
        status: 'PENDING',
        test: false,
        type: payload.type,
        action,
        subject: subjectOf(payload),
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
