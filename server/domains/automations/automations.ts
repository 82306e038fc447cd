import { and, count, desc, eq, getTableColumns } from 'drizzle-orm';
import type { ActionInput, Automation, Execution, ExecutionStatus, Trigger } from '../../../contract/automation.ts';
import { parseJson } from '../../../contract/json/parse.ts';
import { isStorable } from '../../../contract/storable.ts';
import type { Jobs } from '../../jobs/index.ts';
import type { Clock } from '../../lib/clock.ts';
import { createCrypto } from '../../lib/crypto.ts';
import { AppError, invalidRequest, notFound } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Part } from '../../lib/lifetime.ts';
import type { Logger } from '../../lib/log.ts';
import type { Outbound } from '../../lib/outbound.ts';
import { newSigningSecret, type Send } from '../../notify/index.ts';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';
import { addressOf, refused, type StoredAction, settleAction } from './action.ts';
import { BACKOFF_MS, createDelivery, rowOf } from './deliver.ts';
import { type ChangeOf, type SourceName, sourceOf } from './events/index.ts';
import { findActor, recordChanges } from './record.ts';
import { type AutomationRow, cancelPending, findAutomation, ofProject, showAutomations, showExecutions } from './rows.ts';
import { lastOf, openSecrets, sealSecrets } from './secrets.ts';

const { automations, automationExecutions: executions, automationAttempts: attempts } = tables;

/** Who acts when a key does. */
const API = 'API';

const DELIVERY_QUEUE = 'automation-delivery';
const SWEEP_QUEUE = 'automation-sweep';
const PRUNING_QUEUE = 'automation-log-pruning';

export interface AutomationsDeps {
  db: MetadataDb;
  clock: Clock;
  /** The server's secret, that encrypts those of automations. */
  secret: string;
  jobs: Pick<Jobs, 'work' | 'send' | 'schedule'>;
  send: Send;
  /** The guard against private addresses. */
  outbound: Pick<Outbound, 'check'>;
  /** Of the Slack workspace that a project is connected to; null when it is to none. */
  findBotToken(projectId: string): Promise<string | null>;
  log: Logger;
  /** Before the second attempt, the third and the fourth, ms. */
  backoffMs?: readonly number[];
}

/** What happens on events of a project (contract §7). */
export interface Automations extends Part {
  /** Newest first. @param page from 1 */
  list(projectId: string, page: number, limit: number): Promise<{ data: Automation[]; totalCount: number }>;
  /** @throws AppError 404 */
  get(projectId: string, automationId: string): Promise<Automation>;
  /** @throws AppError 400 for an address that is not allowed, or a secret that is missing */
  create(
    projectId: string,
    given: { name: string; trigger: Trigger; action: ActionInput },
    by?: string,
  ): Promise<{ automation: Automation; signingSecret: string | null }>;
  /**
   * Changes what is given. `ACTIVE` also starts the count of failures anew; with `PAUSED` what waits is cancelled.
   * @throws AppError 400, 404
   */
  update(
    projectId: string,
    automationId: string,
    given: { name?: string; status?: 'ACTIVE' | 'PAUSED'; trigger?: Trigger; action?: ActionInput },
  ): Promise<Automation>;
  /** With its log. @throws AppError 404 */
  remove(projectId: string, automationId: string): Promise<void>;
  /** @throws AppError 400 for an action that is not signed, 404 */
  regenerateSecret(projectId: string, automationId: string): Promise<string>;
  /** Sends an example event once, whatever the status, and waits for the answer. @throws AppError 404 */
  test(projectId: string, automationId: string, by?: string): Promise<Execution>;
  /** The delivery log, newest first. @throws AppError 404 */
  listExecutions(
    projectId: string,
    automationId: string,
    page: number,
    limit: number,
    status?: ExecutionStatus,
  ): Promise<{ data: Execution[]; totalCount: number }>;
  /** @throws AppError 404 */
  getExecution(projectId: string, automationId: string, executionId: string): Promise<Execution & { payload: unknown }>;
  /**
   * Writes what is to be delivered of changes that a source of events tells of, inside the transaction that makes them.
   * @returns what to call when the transaction is committed; a call that never comes is made up for by the sweep
   */
  record<Name extends SourceName>(
    tx: Pick<MetadataDb, 'select' | 'insert'>,
    source: Name,
    projectId: string,
    changes: readonly ChangeOf<Name>[],
  ): Promise<() => void>;
  /** Delivers what was left by an earlier process; once at the start. */
  resume(): Promise<void>;
}

export function createAutomations(deps: AutomationsDeps): Automations {
  const { db, clock, jobs, outbound, log } = deps;
  const crypto = createCrypto(deps.secret);
  let stopping = false;

  // Each time has a key of its own: a repetition that waits must not stand in for what is due now.
  const wake = (automationId: string, at?: Date) =>
    jobs.send(
      DELIVERY_QUEUE,
      { automationId },
      at ? { startAfter: at, key: `${automationId} ${at.getTime()}` } : { key: automationId },
    );
  const delivery = createDelivery({
    db,
    crypto,
    clock,
    send: deps.send,
    findBotToken: deps.findBotToken,
    wake,
    backoffMs: deps.backoffMs ?? BACKOFF_MS,
    isStopping: () => stopping,
    log,
  });
  const once = { attempts: 1, backoffSeconds: 1 };
  jobs.work(DELIVERY_QUEUE, { ...once, concurrency: 4 }, ({ automationId }: { automationId: string }) =>
    delivery.deliver(automationId),
  );
  jobs.work(SWEEP_QUEUE, once, () => delivery.sweep());
  jobs.schedule(SWEEP_QUEUE, '* * * * *');
  jobs.work(PRUNING_QUEUE, once, () => delivery.prune());
  jobs.schedule(PRUNING_QUEUE, '17 3 * * *');

  /** @throws AppError 400 with the field when the guard refuses the address, or the channel has no workspace */
  async function requireReachable(projectId: string, stored: StoredAction): Promise<void> {
    const { action } = stored;
    if (action.type === 'SLACK' && action.channel !== null && (await deps.findBotToken(projectId)) === null) {
      throw refused('channel', 'the project is not connected to a Slack workspace. Connect it, or give the address of a webhook');
    }
    const address = addressOf(stored);
    if (address === null) return;
    try {
      await outbound.check(address);
    } catch (error) {
      throw error instanceof AppError ? refused('url', error.message) : error;
    }
  }

  const show = async (row: unknown) => (await showAutomations(db, [row as AutomationRow]))[0]!;

  return {
    async list(projectId, page, limit) {
      const where = eq(automations.projectId, projectId);
      const [total] = await db.select({ count: count() }).from(automations).where(where);
      const rows = await db
        .select()
        .from(automations)
        .where(where)
        .orderBy(desc(automations.createdAt), desc(automations.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: await showAutomations(db, rows as AutomationRow[]), totalCount: total!.count };
    },

    get: async (projectId, automationId) => show(await findAutomation(db, projectId, automationId)),

    async create(projectId, { name, trigger, action }, by = API) {
      const settled = settleAction(action, null);
      await requireReachable(projectId, settled);
      const id = newId();
      const at = new Date(clock.now());
      const [row] = await db
        .insert(automations)
        .values({
          id,
          projectId,
          name,
          status: 'ACTIVE',
          ...trigger,
          action: settled.action,
          secrets: sealSecrets(crypto, id, settled.secrets),
          createdBy: by,
          createdAt: at,
          updatedAt: at,
        })
        .returning();
      return { automation: await show(row), signingSecret: settled.secrets.signingSecret ?? null };
    },

    async update(projectId, automationId, { name, status, trigger, action }) {
      const before = await findAutomation(db, projectId, automationId);
      const settle = (row: AutomationRow) =>
        action ? settleAction(action, { action: row.action, secrets: openSecrets(crypto, row.id, row.secrets) }) : null;
      const planned = settle(before);
      // Names are looked up outside of the transaction, which keeps others waiting.
      if (planned) await requireReachable(projectId, planned);
      return db.transaction(async (tx) => {
        const current = await findAutomation(tx, projectId, automationId, true);
        const settled = settle(current);
        const at = new Date(clock.now());
        const [row] = await tx
          .update(automations)
          .set({
            ...(name === undefined ? {} : { name }),
            ...(trigger ?? {}),
            ...(settled ? { action: settled.action, secrets: sealSecrets(crypto, current.id, settled.secrets) } : {}),
            ...(status === undefined ? {} : { status, disabledReason: null, disabledAt: null }),
            ...(status === 'ACTIVE' && current.status !== 'ACTIVE' ? { consecutiveFailures: 0 } : {}),
            updatedAt: at,
          })
          .where(ofProject(projectId, automationId))
          .returning();
        if (status === 'PAUSED') await cancelPending(tx, automationId, 'The automation was paused.', at);
        return (await showAutomations(tx, [row as AutomationRow]))[0]!;
      });
    },

    async remove(projectId, automationId) {
      const { id } = await findAutomation(db, projectId, automationId);
      await db.delete(automations).where(eq(automations.id, id));
    },

    async regenerateSecret(projectId, automationId) {
      return db.transaction(async (tx) => {
        const { id, action, secrets } = await findAutomation(tx, projectId, automationId, true);
        if (action.type !== 'WEBHOOK') throw invalidRequest('Only webhooks are signed.');
        const signingSecret = newSigningSecret();
        await tx
          .update(automations)
          .set({
            action: { ...action, displaySigningSecret: `lf-whsec_${lastOf(signingSecret)}` },
            secrets: sealSecrets(crypto, id, { ...openSecrets(crypto, id, secrets), signingSecret }),
            updatedAt: new Date(clock.now()),
          })
          .where(eq(automations.id, id));
        return signingSecret;
      });
    },

    async test(projectId, automationId, by = API) {
      const automation = await findAutomation(db, projectId, automationId);
      const at = new Date(clock.now());
      const source = sourceOf(automation.source);
      const example = source.example(projectId, at, automation.eventActions[0]!);
      const payload = source.payload(newId(), at, example, await findActor(db, by));
      const text = JSON.stringify(payload);
      const sent = await delivery.attempt(automation, text);
      return db.transaction(async (tx) => {
        // Gone while the receiver was asked?
        await findAutomation(tx, projectId, automationId, true);
        const [row] = await tx
          .insert(executions)
          .values({
            id: payload.id,
            automationId,
            status: sent.error === null ? 'COMPLETED' : 'ERROR',
            test: true,
            type: payload.type,
            action: payload.action,
            subject: source.subject(example),
            payload: text,
            attemptCount: 1,
            error: sent.error,
            createdAt: at,
            finishedAt: new Date(clock.now()),
          })
          .returning();
        await tx.insert(attempts).values(rowOf(payload.id, 1, sent));
        return (await showExecutions(tx, [row!]))[0]!;
      });
    },

    async listExecutions(projectId, automationId, page, limit, status) {
      const { id } = await findAutomation(db, projectId, automationId);
      const where = and(eq(executions.automationId, id), status === undefined ? undefined : eq(executions.status, status));
      const [total] = await db.select({ count: count() }).from(executions).where(where);
      // Not the payloads, which may be large.
      const { payload: _, ...columns } = getTableColumns(executions);
      const rows = await db
        .select(columns)
        .from(executions)
        .where(where)
        .orderBy(desc(executions.sequence))
        .limit(limit)
        .offset((page - 1) * limit);
      return { data: await showExecutions(db, rows), totalCount: total!.count };
    },

    async getExecution(projectId, automationId, executionId) {
      const { id } = await findAutomation(db, projectId, automationId);
      const own = and(eq(executions.automationId, id), eq(executions.id, executionId));
      const [row] = isStorable(executionId) ? await db.select().from(executions).where(own) : [];
      if (!row) throw notFound('Execution not found');
      return { ...(await showExecutions(db, [row]))[0]!, payload: parseJson(row.payload) };
    },

    async record(tx, source, projectId, changes) {
      const due = await recordChanges(tx, source, projectId, changes, new Date(clock.now()));
      return () => {
        for (const automationId of due) {
          wake(automationId).catch((error) => log.warn({ err: error, automationId }, 'a delivery waits for the next sweep'));
        }
      };
    },

    async resume() {
      await delivery.sweep().catch((error) => log.warn({ err: error }, 'deliveries wait for the next sweep'));
    },
    name: 'automations',
    /** What is being sent is finished by the queue; nothing new is begun. */
    async drain() {
      stopping = true;
    },
  };
}
