import { describe, expect, it } from 'vitest';
import type { Sender } from '../types.ts';
import { createLagWindow } from './lag-window.ts';
import { createReceipts } from './receipts.ts';

const sender: Sender = {
  projectId: 'p1',
  publicKey: 'pk-1',
  scope: 'full',
  via: 'otlp-http',
  sdkName: 'python',
  sdkVersion: '4.14.0',
};

describe('receipts', () => {
  it('counts per key and keeps projects apart', () => {
    let now = 1_000_000;
    const receipts = createReceipts({ now: () => now });
    const refusal = { index: 2, item: 'abc', reason: 'invalid_id' as const, message: 'spanId: missing' };
    receipts.accepted(sender, 9, [refusal]);
    receipts.stored(sender, 9, 12);
    now = 2_000_000;
    receipts.accepted({ ...sender, via: 'langfuse-batch', sdkName: '' }, 1, []);
    receipts.turnedAway({ ...sender, projectId: 'p2', publicKey: 'pk-2' }, 'too_large', 'over 32 MB');

    expect(receipts.since).toBe(1_000_000);
    expect(receipts.keys('p1')).toEqual([
      {
        projectId: 'p1',
        publicKey: 'pk-1',
        accepted: 10,
        stored: 9,
        refused: [{ reason: 'invalid_id', count: 1 }],
        lag: { p50: 12, p99: 12 },
        lastSeen: 2_000_000,
        clients: [
          { via: 'otlp-http', sdk: 'python 4.14.0', count: 1 },
          { via: 'langfuse-batch', sdk: null, count: 1 },
        ],
      },
    ]);
    expect(receipts.refusals('p1')).toEqual([
      {
        time: '1970-01-01T00:16:40.000Z',
        via: 'otlp-http',
        publicKey: 'pk-1',
        reason: 'invalid_id',
        message: 'spanId: missing',
        item: 'abc',
      },
    ]);
    expect(receipts.keys('p2')).toMatchObject([{ accepted: 0, refused: [{ reason: 'too_large', count: 1 }], lag: null }]);
    expect(receipts.keys()).toHaveLength(2);
  });

  it('keeps the 50 latest refusals, newest first, and cuts long texts', () => {
    const receipts = createReceipts({ now: () => 0 });
    for (let n = 0; n < 60; n++) receipts.turnedAway(sender, 'unreadable', n === 59 ? 'x'.repeat(10_000) : `no ${n}`);
    const refusals = receipts.refusals('p1');
    expect(refusals).toHaveLength(50);
    expect(refusals[0]?.message).toHaveLength(500);
    expect(refusals[1]?.message).toBe('no 58');
    expect(refusals[49]?.message).toBe('no 10');
    expect(receipts.keys('p1')[0]?.refused).toEqual([{ reason: 'unreadable', count: 60 }]);
  });

  it('bounds the client names that senders make up', () => {
    const receipts = createReceipts({ now: () => 0 });
    for (let n = 0; n < 500; n++) receipts.accepted({ ...sender, sdkName: `made-up-${n}` }, 1, []);
    const clients = receipts.keys('p1')[0]!.clients;
    expect(clients.length).toBeLessThanOrEqual(51);
    expect(clients[0]).toEqual({ via: 'otlp-http', sdk: null, count: 450 });
  });
});

describe('lag window', () => {
  it('reads nearest-rank percentiles of the last 1,000', () => {
    const window = createLagWindow();
    expect(window.read()).toBeNull();
    for (let lag = 1; lag <= 100; lag++) window.add(lag);
    expect(window.read()).toEqual({ p50: 50, p99: 99 });
    for (let n = 0; n < 1000; n++) window.add(7);
    expect(window.read()).toEqual({ p50: 7, p99: 7 });
  });
});
