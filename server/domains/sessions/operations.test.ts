import { afterAll, beforeAll, expect, it } from 'vitest';
import { getSession, listSessions } from '../../../contract/api/sessions.ts';
import type { Operation, OutputOf } from '../../../contract/operation.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { emptyObservation } from '../../store/analytics/rows.ts';
import { sessionOperations } from './index.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;
const at = (minute: number) => (Date.parse('2026-05-01T12:00:00Z') + minute * 60_000) * 1000;

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  const row = (traceId: string, minute: number, session: string, environment: string) => ({
    ...emptyObservation('p', traceId, `of-${traceId}`),
    start_time: at(minute),
    session_id: session,
    environment,
    row_version: 1,
  });
  await store.insert({
    observations: [
      row('t1', 0, 'chat', 'default'),
      row('t2', 5, 'chat', 'production'),
      row('t3', 1, 'call', 'staging'),
      row('t4', 2, '', 'staging'),
      { ...row('t5', 3, 'theirs', 'default'), project_id: 'q' },
    ],
  });
});
afterAll(() => close());

const ask = async <Op extends Operation>(operation: Op, input: object): Promise<OutputOf<Op>> => {
  const { handle } = sessionOperations({ store }).find((one) => one.operation === operation)!;
  const given = operation.input.parse({ projectId: 'p', ...input });
  return operation.output.parse(await handle(given as never, {} as never)) as OutputOf<Op>;
};
const chat = { id: 'chat', createdAt: '2026-05-01T12:00:00.000Z', environment: 'production' };
const phone = { id: 'call', createdAt: '2026-05-01T12:01:00.000Z', environment: 'staging' };

it('lists sessions by when they began, newest first', async () => {
  expect(await ask(listSessions, {})).toEqual({ data: [phone, chat], totalCount: 2 });
  expect(await ask(listSessions, { limit: 1, page: 2 })).toEqual({ data: [chat], totalCount: 2 });
  expect(await ask(listSessions, { environment: ['staging'] })).toEqual({ data: [phone], totalCount: 1 });
  expect(await ask(listSessions, { from: '2026-05-01T12:00:30Z' })).toEqual({ data: [phone], totalCount: 1 });
  expect(await ask(listSessions, { to: '2026-05-01T12:01:00Z' })).toEqual({ data: [chat], totalCount: 1 });
});

it('gets one with its traces, oldest first, and no other project’s', async () => {
  expect(await ask(getSession, { sessionId: 'chat' })).toEqual({ ...chat, traceIds: ['t1', 't2'] });
  await expect(ask(getSession, { sessionId: 'theirs' })).rejects.toMatchObject({ status: 404 });
});
