import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { createReceipts } from '../../ingest/receipts/receipts.ts';
import type { Sender } from '../../ingest/types.ts';
import { createPrometheusSurface } from './prometheus.ts';

const sender: Sender = {
  projectId: 'p1',
  publicKey: 'pk-lf-1234567890',
  scope: 'full',
  via: 'otlp-http',
  sdkName: '',
  sdkVersion: '',
};

it('prints receipts, buffer and process, the same number however often it is asked', async () => {
  const receipts = createReceipts({ now: () => 0 });
  receipts.accepted(sender, 5, [{ index: 0, item: null, reason: 'invalid_id', message: 'm' }]);
  receipts.stored(sender, 5, 250);
  const app = Fastify();
  await app.register(createPrometheusSurface({ receipts, buffer: () => ({ bytes: 12, limit: 100 }), inFlight: () => 3 }));
  await app.inject('/metrics');
  receipts.accepted({ ...sender, projectId: 'p"2' }, 1, []);
  const answer = await app.inject('/metrics');
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = answer.body.split('\n');
  for (const line of [
    'telltale_ingest_accepted_items_total{project="p1",key="567890"} 5',
    'telltale_ingest_accepted_items_total{project="p\\"2",key="567890"} 1',
    'telltale_ingest_stored_items_total{project="p1",key="567890"} 5',
    'telltale_ingest_refused_items_total{project="p1",key="567890",reason="invalid_id"} 1',
    'telltale_ingest_lag_seconds{project="p1",key="567890",quantile="0.99"} 0.25',
    'telltale_ingest_buffer_bytes 12',
    'telltale_ingest_buffer_limit_bytes 100',
    'telltale_ingest_in_flight_bytes 3',
  ]) {
    expect(lines).toContain(line);
  }
  expect(answer.body).toMatch(/^process_resident_memory_bytes \d+/m);
  expect(answer.body).not.toContain('pk-lf-1234567890');
});

it('can be made twice in one process', () => {
  const parts = { receipts: createReceipts({ now: () => 0 }), buffer: () => ({ bytes: 0, limit: 0 }), inFlight: () => 0 };
  expect(() => [createPrometheusSurface(parts), createPrometheusSurface(parts)]).not.toThrow();
});
