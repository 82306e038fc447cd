import { describe, expect, it } from 'vitest';
import { checksOf, type Ingestion, reasonOf } from './checks.ts';

const key = (more: Partial<Ingestion['keys'][number]> = {}): Ingestion['keys'][number] => ({
  publicKey: 'pk',
  accepted: 10,
  stored: 10,
  refused: [],
  lag: { p50: 20, p99: 200 },
  lastSeen: null,
  clients: [],
  ...more,
});
const ingestion = (more: Partial<Ingestion> = {}): Ingestion => ({
  since: '2026-01-01T00:00:00.000Z',
  keys: [key()],
  refusals: [],
  buffer: { bytes: 0, limit: 100 },
  hasTraces: true,
  ...more,
});
const tones = (given: Ingestion, keys?: number) => checksOf(given, keys).map(({ tone, title }) => `${tone}: ${title}`);

describe('checksOf', () => {
  it('is all good when all is stored', () => {
    expect(tones(ingestion(), 2)).toEqual([
      'good: The project has a key',
      'good: Requests arrive',
      'good: Nothing was refused',
      'good: Everything accepted is stored',
      'good: It shows up quickly',
      'good: There is room in the buffer',
    ]);
  });

  it('says nothing of stations that nothing has reached, nor of keys that may not be seen', () => {
    expect(tones(ingestion({ keys: [] }))).toEqual([
      'waiting: Nothing has arrived since the server started',
      'good: There is room in the buffer',
    ]);
    expect(tones(ingestion({ keys: [] }), 0)[0]).toBe('bad: The project has no key');
  });

  it('counts refusals over all keys, and takes a request that was wholly refused as arrived', () => {
    const given = ingestion({
      keys: [
        key({ accepted: 0, stored: 0, lag: null, refused: [{ reason: 'too_large', count: 1500 }] }),
        key({ accepted: 0, stored: 0, lag: null, refused: [{ reason: 'busy', count: 1 }] }),
      ],
    });
    expect(tones(given)).toContain('good: Requests arrive');
    expect(tones(given)).toContain('bad: 1,501 items refused');
  });

  it('tells what waits, what is slow and what is nearly full', () => {
    const given = ingestion({
      keys: [key({ stored: 9, lag: { p50: 100, p99: 4200 } })],
      buffer: { bytes: 81, limit: 100 },
    });
    expect(tones(given).slice(-3)).toEqual([
      'waiting: 1 item being written',
      'waiting: It takes a while to show up',
      'bad: The buffer is nearly full',
    ]);
  });

  it('has a word for a reason that it does not know', () => {
    expect(reasonOf('made_up').name).toBe('made up');
    expect(reasonOf('too_large').advice).toContain('TELLTALE_MAX_BODY_MB');
  });
});
