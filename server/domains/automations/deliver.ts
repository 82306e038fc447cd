import { and, asc, eq, inArray, lt, lte, sql } from 'drizzle-orm';
import { MAX_ATTEMPTS, MAX_CONSECUTIVE_FAILURES } from '../../../contract/automation.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Crypto } from '../../lib/crypto.ts';
import type { Logger } from '../../lib/log.ts';
import type { Send, Sent } from '../../notify/index.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { requestOf } from './action.ts';
import { type AutomationRow, cancelPending, type Db, type ExecutionRow } from './rows.ts';
import { openSecrets } from './secrets.ts';

const { automations, automationExecutions: executions, automationAttempts: attempts } = tables;

export interface DeliverDeps {
  db: MetadataDb;
  crypto: Crypto;
  clock: Clock;
  send: Send;
  /** Of the Slack workspace that a project is connected to; null when it is to none. */
  findBotToken(projectId: string): Promise<string | null>;
  /** Asks for another delivery of that automation, at that time or now. */
  wake(automationId: string, at?: Date): Promise<void>;
  /** Before the second attempt, the third and the fourth, ms. */
  backoffMs: readonly number[];
  /** Whether the process is about to stop. */
  isStopping(): boolean;
  log: Logger;
}

/** A pause before each repetition, three times as long as the one before: 10 s, 30 s, 90 s. */
export const BACKOFF_MS = [10_000, 30_000, 90_000] as const;

/** An attempt that has not ended by then was cut short, by a crash say; well above what one may take. */
const LEASE_MS = 60_000;

/** Deliveries of one job; then it makes room for other automations. */
const MAX_IN_A_ROW = 20;

/** Finished executions are kept that long. */
const KEPT_MS = 30 * 24 * 3600_000;

export interface Delivery {
  /** Delivers what is due of an automation: one after the other, oldest first, each only when the one before is finished. */
  deliver(automationId: string): Promise<void>;
  /** Wakes the automations that have something due: after a crash between commit and send, or in the middle of an attempt. */
  sweep(): Promise<void>;
  /** Deletes old entries of the log. */
  prune(): Promise<void>;
  /** One request. Never throws. */
  attempt(automation: AutomationRow, payload: string): Promise<Sent>;
}

/** The delivery of events. The rows decide what is due and who does it; jobs are only the alarm clock. */
export function createDelivery(deps: DeliverDeps): Delivery {
  const { db, crypto, clock, send, findBotToken, wake, backoffMs, log } = deps;

  async function attempt(automation: AutomationRow, payload: string): Promise<Sent> {
    const startedAt = new Date(clock.now());
    try {
      const secrets = openSecrets(crypto, automation.id, automation.secrets);
      const { action } = automation;
      const botToken = action.type === 'SLACK' && action.channel !== null ? await findBotToken(automation.projectId) : null;
      return await send(requestOf({ action, secrets }, payload, clock.now(), botToken));
    } catch (error) {
      return { startedAt, durationMs: 0, status: null, body: null, error: (error as Error).message };
    }
  }

  /** Takes the oldest execution when it is due. `again`: something was tidied up, ask once more. */
  function claim(automationId: string): Promise<{ automation: AutomationRow; execution: ExecutionRow } | 'again' | null> {
    return db.transaction(async (tx) => {
      const [automation] = await tx.select().from(automations).where(eq(automations.id, automationId)).for('no key update');
      if (!automation) return null;
      const now = new Date(clock.now());
      if (automation.status !== 'ACTIVE') {
        // An event that came in while it was being switched off.
        await cancelPending(tx, automationId, 'The automation was not active.', now);
        return null;
      }
      const [head] = await tx
        .select()
        .from(executions)
        .where(and(eq(executions.automationId, automationId), eq(executions.status, 'PENDING')))
        .orderBy(asc(executions.sequence))
        .limit(1);
      if (!head || head.nextAttemptAt! > now) return null;
      if (head.attemptCount >= MAX_ATTEMPTS) {
        await giveUp(tx, head, 'The server stopped during the last attempt; whether it arrived is not known.', now);
        return 'again';
      }
      const attemptCount = head.attemptCount + 1;
      await tx
        .update(executions)
        .set({ attemptCount, nextAttemptAt: new Date(now.getTime() + LEASE_MS) })
        .where(eq(executions.id, head.id));
      return { automation: automation as AutomationRow, execution: { ...head, attemptCount } };
    });
  }

  /** Keeps how an attempt went, and what follows from it. @returns when to try again, if so */
  function settle({ id, automationId, attemptCount }: ExecutionRow, sent: Sent): Promise<Date | null> {
    return db.transaction(async (tx) => {
      await tx.select({ id: automations.id }).from(automations).where(eq(automations.id, automationId)).for('no key update');
      const now = new Date(clock.now());
      // Not that of somebody else, who took over because this one was slow.
      const own = and(eq(executions.id, id), eq(executions.attemptCount, attemptCount));
      const [current] = await tx.select().from(executions).where(own);
      if (!current) return null;
      await tx
        .insert(attempts)
        .values(rowOf(id, attemptCount, sent))
        .onConflictDoNothing();
      if (sent.error === null) {
        // One that was cancelled while it was on its way arrived nevertheless.
        await tx
          .update(executions)
          .set({ status: 'COMPLETED', error: null, nextAttemptAt: null, finishedAt: now })
          .where(and(own, inArray(executions.status, ['PENDING', 'CANCELLED'])));
        await tx.update(automations).set({ consecutiveFailures: 0 }).where(eq(automations.id, automationId));
        return null;
      }
      if (current.status !== 'PENDING') return null;
      if (attemptCount >= MAX_ATTEMPTS) {
        await giveUp(tx, current, sent.error, now);
        return null;
      }
      const nextAttemptAt = new Date(now.getTime() + backoffMs[Math.min(attemptCount, backoffMs.length) - 1]!);
      await tx.update(executions).set({ nextAttemptAt, error: sent.error }).where(own);
      return nextAttemptAt;
    });
  }

  /** Ends an execution as failed, and disables its automation when it is one too many in a row (contract §7.1). */
  async function giveUp(tx: Db, { id, automationId }: ExecutionRow, error: string, now: Date): Promise<void> {
    await tx
      .update(executions)
      .set({ status: 'ERROR', error, nextAttemptAt: null, finishedAt: now })
      .where(eq(executions.id, id));
    const [automation] = await tx
      .update(automations)
      .set({ consecutiveFailures: sql`${automations.consecutiveFailures} + 1` })
      .where(eq(automations.id, automationId))
      .returning({ failures: automations.consecutiveFailures, status: automations.status });
    if (!automation || automation.failures < MAX_CONSECUTIVE_FAILURES || automation.status !== 'ACTIVE') return;
    const disabledReason = `${automation.failures} deliveries in a row failed, each after ${MAX_ATTEMPTS} attempts. The last one: ${error}`;
    await tx
      .update(automations)
      .set({ status: 'DISABLED', disabledReason, disabledAt: now, updatedAt: now })
      .where(eq(automations.id, automationId));
    await cancelPending(tx, automationId, 'The automation was disabled after repeated failures.', now);
    log.warn({ automationId, failures: automation.failures }, 'an automation was disabled after repeated failures');
  }

  return {
    attempt,
    async deliver(automationId) {
      for (let done = 0; done < MAX_IN_A_ROW; done++) {
        if (deps.isStopping()) return;
        const claimed = await claim(automationId);
        if (claimed === null) return;
        if (claimed === 'again') continue;
        const sent = await attempt(claimed.automation, claimed.execution.payload);
        const again = await settle(claimed.execution, sent);
        if (again) return wake(automationId, again);
      }
      await wake(automationId);
    },
    async sweep() {
      const due = await db
        .selectDistinct({ automationId: executions.automationId })
        .from(executions)
        .where(and(eq(executions.status, 'PENDING'), lte(executions.nextAttemptAt, new Date(clock.now()))));
      for (const { automationId } of due) await wake(automationId);
    },
    async prune() {
      await db.delete(executions).where(lt(executions.finishedAt, new Date(clock.now() - KEPT_MS)));
    },
  };
}

/** An attempt as a row of the log. */
export const rowOf = (executionId: string, attempt: number, { startedAt, durationMs, status, body, error }: Sent) => ({
  executionId,
  attempt,
  startedAt,
  durationMs,
  responseStatus: status,
  responseBody: body,
  error,
});
