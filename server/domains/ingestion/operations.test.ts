import { expect, it } from 'vitest';
import { getIngestion } from '../../../contract/api/ingestion.ts';
import { createReceipts } from '../../ingest/receipts/receipts.ts';
import type { Sender } from '../../ingest/types.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import { ingestionOperations } from './operations.ts';

const sender: Sender = {
  projectId: 'p1',
  publicKey: 'pk-1',
  scope: 'full',
  via: 'otlp-grpc',
  sdkName: 'python',
  sdkVersion: '4',
};

it('tells what came in by the keys of one project', async () => {
  const receipts = createReceipts({ now: () => 1_800_000_000_000 });
  receipts.accepted(sender, 2, [{ index: 1, item: 'span', reason: 'invalid_id', message: 'spanId is missing' }]);
  receipts.stored(sender, 2, 8);
  receipts.accepted({ ...sender, projectId: 'p2', publicKey: 'pk-2' }, 7, []);
  const asked: unknown[] = [];
  let found: unknown[] = [];
  const analytics: AnalyticsReader = {
    async query<Row>(sql: string, params?: Record<string, unknown>) {
      asked.push([sql, params]);
      return found as Row[];
    },
  };
  const [implemented] = ingestionOperations({ receipts, buffer: () => ({ bytes: 1, limit: 2 }), analytics });
  const ask = async () => getIngestion.output.parse(await implemented!.handle({ projectId: 'p1' } as never, {} as never));

  const time = '2027-01-15T08:00:00.000Z';
  expect(await ask()).toEqual({
    since: time,
    keys: [
      {
        publicKey: 'pk-1',
        accepted: 2,
        stored: 2,
        refused: [{ reason: 'invalid_id', count: 1 }],
        lag: { p50: 8, p99: 8 },
        lastSeen: time,
        clients: [{ via: 'otlp-grpc', sdk: 'python 4', count: 1 }],
      },
    ],
    refusals: [{ time, via: 'otlp-grpc', publicKey: 'pk-1', reason: 'invalid_id', message: 'spanId is missing', item: 'span' }],
    buffer: { bytes: 1, limit: 2 },
    hasTraces: false,
  });
  expect(asked).toEqual([[expect.stringContaining('project_id = {projectId:String}'), { projectId: 'p1' }]]);

  // Once there was one, nobody asks again.
  found = [{ found: 1 }];
  expect([(await ask()).hasTraces, (await ask()).hasTraces]).toEqual([true, true]);
  expect(asked).toHaveLength(2);
});
