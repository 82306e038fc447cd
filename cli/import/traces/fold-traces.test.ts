import { expect, it } from 'vitest';
import { foldTraces } from './fold-traces.ts';
import type { ObservationRowV2 } from './source-rows.ts';

const step = (id: string, more: Partial<ObservationRowV2>): ObservationRowV2 => ({
  id,
  traceId: 't',
  type: 'SPAN',
  startTime: '2026-01-01T00:00:00.000Z',
  ...more,
});

it('takes the earliest time, of texts the latest, flags of any step, and metadata of the root', () => {
  const folded = foldTraces([
    step('late', {
      startTime: '2026-01-01T00:00:05.000Z',
      parentObservationId: 'root',
      traceName: 'new name',
      userId: 'u2',
      tags: [],
      public: true,
      bookmarked: true,
      metadata: { of: 'child' },
    }),
    step('root', {
      startTime: '2026-01-01T00:00:01.000Z',
      traceName: 'old name',
      userId: 'u1',
      tags: ['b', 'a'],
      metadata: { of: 'root' },
    }),
    step('middle', {
      startTime: '2026-01-01T00:00:03.000Z',
      parentObservationId: 'root',
      sessionId: 's',
      release: 'r',
      userId: null,
    }),
    step('other', { traceId: 'u', environment: 'langfuse-prod' }),
    step('stray', { traceId: null }),
  ]);
  expect(folded).toEqual([
    {
      id: 't',
      timestamp: '2026-01-01T00:00:01.000Z',
      name: 'new name',
      userId: 'u2',
      sessionId: 's',
      release: 'r',
      tags: ['a', 'b'],
      public: true,
      metadata: { of: 'root' },
    },
    { id: 'u', timestamp: '2026-01-01T00:00:00.000Z', environment: 'prod' },
  ]);
});

it('says nothing of metadata where the root is in another page', () => {
  expect(foldTraces([step('a', { parentObservationId: 'b', metadata: { of: 'child' }, bookmarked: true })])).toEqual([
    { id: 't', timestamp: '2026-01-01T00:00:00.000Z' },
  ]);
});
