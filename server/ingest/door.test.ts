import { describe, expect, it } from 'vitest';
import { unavailable } from '../lib/errors.ts';
import { type EventRow, emptyObservation, type ObservationRow } from '../store/analytics/rows.ts';
import { createDoor, type DoorParts } from './door.ts';
import { insideSender, spanOf } from './facts.ts';
import { createReceipts } from './receipts/receipts.ts';
import type { Sender } from './types.ts';

const sender: Sender = { projectId: 'p1', publicKey: 'pk-1', scope: 'full', via: 'otlp-http', sdkName: '', sdkVersion: '' };

function setUp(parts: Partial<DoorParts> = {}) {
  const order: string[] = [];
  const written: { rows: ObservationRow[]; events: EventRow[]; bytes: number[] } = { rows: [], events: [], bytes: [] };
  const receipts = createReceipts({ now: () => 5000 });
  const row = (id: string, more: Partial<ObservationRow> = {}) => ({ ...emptyObservation('p1', 't', id), ...more });
  const door = createDoor({
    readExport() {
      order.push('normalise');
      return {
        rows: [
          row('a', { input: 'secret', prompt_name: 'greet', prompt_version: 2 }),
          row('b', { prompt_name: 'greet', prompt_version: 2 }),
          row('c', { prompt_name: 'greet', prompt_version: 3 }),
          row('d', { prompt_name: 'greet' }),
        ],
        refused: [{ index: 4, item: 'e', reason: 'invalid_id', message: 'spanId is missing' }],
      };
    },
    findPrompt(_projectId, name, version) {
      order.push(`find ${name} ${version}`);
      return version === 2 ? 'prompt-2' : null;
    },
    findScoreConfig: () => null,
    masks: [
      ({ rows, events }, projectId) => {
        order.push(`mask ${projectId}`);
        for (const one of rows) one.input = one.input.replace('secret', '***');
        for (const one of events) one.body = one.body.replace('secret', '***');
      },
    ],
    priceRows: (rows) => void order.push(`price ${rows.length}`),
    writer: {
      async write({ rows, events }, bytes) {
        order.push('write');
        written.rows.push(...rows);
        written.events.push(...events);
        written.bytes.push(bytes);
      },
    },
    receipts,
    clock: { now: () => 5000 },
    ...parts,
  });
  return { door, order, written, receipts };
}

describe('door', () => {
  it('takes an export through its stages in order', async () => {
    const { door, order, written, receipts } = setUp();
    const answer = await door.acceptOtlp(Buffer.alloc(77), 'protobuf', sender);
    expect(answer).toEqual({
      accepted: 4,
      refused: [{ index: 4, item: 'e', reason: 'invalid_id', message: 'spanId is missing' }],
    });
    expect(order).toEqual(['normalise', 'find greet 2', 'find greet 3', 'mask p1', 'price 4', 'write']);
    expect(written.rows.map(({ id, prompt_id, prompt_name, input }) => [id, prompt_id, prompt_name, input])).toEqual([
      ['a', 'prompt-2', 'greet', '***'],
      ['b', 'prompt-2', 'greet', ''],
      ['c', '', 'greet', ''],
      ['d', '', 'greet', ''],
    ]);
    expect(written.bytes).toEqual([77]);
    expect(receipts.keys('p1')).toMatchObject([{ accepted: 4, stored: 4, refused: [{ reason: 'invalid_id', count: 1 }] }]);
  });

  it('answers only when everything is stored', async () => {
    let finish = () => {};
    const { door, receipts } = setUp({
      writer: {
        write: () =>
          new Promise<void>((resolve) => {
            finish = resolve;
          }),
      },
    });
    let answered = false;
    const answer = door.acceptOtlp(Buffer.alloc(1), 'json', sender).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    expect(receipts.keys('p1')).toMatchObject([{ accepted: 4, stored: 0 }]);
    finish();
    await answer;
    expect(receipts.keys('p1')).toMatchObject([{ stored: 4 }]);
  });

  it('masks events too, and leaves their price to where they are folded', async () => {
    const { door, order, written } = setUp();
    const event = { id: 'e', timestamp: '2026-11-21T12:00:00Z', type: 'trace-create', body: { id: 't', input: 'secret' } };
    const batch = { batch: [event], metadata: { sdk_name: 'python', sdk_version: '2' } };
    expect(await door.acceptBatch(batch, sender, 9)).toEqual({ successes: [{ id: 'e', status: 201 }], errors: [] });
    expect(order).toEqual(['mask p1', 'write']);
    expect(written.events).toMatchObject([{ body: '{"id":"t","input":"***"}', sdk_name: 'python', sdk_version: '2' }]);
  });

  it('writes nothing for an empty batch', async () => {
    const { door, order } = setUp();
    expect(await door.acceptBatch({ batch: [] }, sender, 0)).toEqual({ successes: [], errors: [] });
    expect(order).not.toContain('write');
  });

  it('promises nothing when the write stage fails', async () => {
    const { door, receipts } = setUp({ writer: { write: () => Promise.reject(unavailable('Full')) } });
    await expect(door.acceptOtlp(Buffer.alloc(1), 'json', sender)).rejects.toMatchObject({ status: 503 });
    expect(receipts.keys('p1')).toMatchObject([{ accepted: 4, stored: 0 }]);
  });

  it('takes scores of the sources that the caller may claim', async () => {
    const { door, written } = setUp();
    const score = { name: 'quality', value: 0.5, traceId: 't', source: 'EVAL', executionTraceId: 'judge' };
    const { id } = await door.acceptScore(score, sender, ['EVAL']);
    expect(JSON.parse(written.events[0]!.body)).toMatchObject({ id, source: 'EVAL', executionTraceId: 'judge', value: 0.5 });
    await expect(door.acceptScore(score, sender, ['API'])).rejects.toMatchObject({ status: 400 });
    await expect(
      door.acceptScore({ ...score, source: 'ANNOTATION' }, { ...sender, scope: 'scores' }, ['ANNOTATION']),
    ).rejects.toMatchObject({
      status: 400,
    });
    await expect(door.acceptScore({ name: 'q', value: 1 }, sender, ['API'])).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('score.traceId: exactly one of'),
    });
  });

  describe('the inner door', () => {
    const inside = insideSender('p1', 'page');

    it('takes spans, scores and edits of the server itself through the same stages, and tells how they came', async () => {
      const { door, order, written } = setUp();
      await door.accept(
        {
          spans: [spanOf(inside, 't', 's', { name: 'judge', input: 'secret', prompt_name: 'greet', prompt_version: 2 })],
          scores: [
            { body: { id: 'sc', traceId: 't', name: 'q', dataType: 'NUMERIC', value: 1, stringValue: '', source: 'EVAL' } },
          ],
          edits: [
            { type: 'trace-create', body: { id: 't', tags: ['a'], edited: ['tags'] }, at: 7, eventId: 'said' },
            { type: 'generation-update', body: { id: 'g', promptName: 'greet', promptVersion: 3 } },
          ],
        },
        inside,
      );
      expect(order).toEqual(['find greet 2', 'find greet 3', 'mask p1', 'price 1', 'write']);
      expect(written.rows).toMatchObject([
        { project_id: 'p1', trace_id: 't', id: 's', via: 'page', input: '***', prompt_id: 'prompt-2', api_key: '' },
      ]);
      const told = written.events.map(({ entity, entity_id, event_type, body }) => [
        entity,
        entity_id,
        event_type,
        JSON.parse(body),
      ]);
      expect(told).toEqual([
        ['trace', 't', 'trace-create', { id: 't', tags: ['a'], edited: ['tags'] }],
        ['observation', 'g', 'generation-update', { id: 'g', promptName: 'greet', promptVersion: 3, promptId: null }],
        ['score', 'sc', 'score-create', expect.objectContaining({ id: 'sc', source: 'EVAL', value: 1 })],
      ]);
      expect(written.events[0]).toMatchObject({ event_id: 'said', event_time: 7 });
      expect(written.events[1]!.event_time).toBeGreaterThanOrEqual(5_000_000);
      expect(written.bytes[0]).toBeGreaterThan(500);
    });

    it('takes no span of another project, and nothing but scores from a public key alone', async () => {
      const { door, written } = setUp();
      const foreign = spanOf(insideSender('p2', 'page'), 't', 's');
      await expect(door.accept({ spans: [foreign] }, inside)).rejects.toThrow('a span of project p2');
      const open = { ...inside, scope: 'scores' } as const;
      await expect(door.accept({ spans: [spanOf(open, 't', 's')] }, open)).rejects.toMatchObject({ status: 403 });
      expect(written.rows).toEqual([]);
    });
  });
});
