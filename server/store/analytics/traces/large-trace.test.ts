import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLogger } from '../../../lib/log.ts';
import { openAnalytics } from '../open-analytics.ts';
import { emptyObservation, type ObservationRow } from '../rows.ts';

const START = Date.parse('2026-05-04T12:00:00Z') * 1000;
const step = (trace: string, i: number): ObservationRow => ({
  ...emptyObservation('p', trace, `s${i}`),
  ...{
    type: i === 0 ? 'SPAN' : 'GENERATION',
    parent_id: i === 0 ? '' : 's0',
    start_time: START + i,
    end_time: START + i + 1,
    row_version: i + 1,
  },
  // What a root tells of its calls would be told twice.
  ...(i === 0 ? {} : { total_tokens: 1, input_tokens: 1 }),
});
const stepsOf = (trace: string, from: number, to: number) => Array.from({ length: to - from }, (_, i) => step(trace, from + i));

it('shows all of a large trace that grows by small pieces as soon as they are acknowledged', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'telltale-large-trace-'));
  const store = await openAnalytics({ dataDir, log: createLogger('silent') });
  const counted = async (trace: string) => {
    const sql =
      'SELECT observation_count AS steps, total_tokens AS tokens FROM traces FINAL WHERE project_id = {projectId:String} AND trace_id = {t:String}';
    return (await store.query<{ steps: number; tokens: number }>(sql, { projectId: 'p', t: trace }))[0];
  };
  try {
    await store.insert({ observations: stepsOf('t', 0, 2_000) });
    for (let from = 2_000; from < 2_200; from += 20) {
      await store.insert({ observations: stepsOf('t', from, from + 20) });
      expect(await counted('t')).toEqual({ steps: from + 20, tokens: from + 19 });
    }
    // Many pieces between two questions, and the same pieces again.
    for (let from = 2_200; from < 2_400; from += 20) await store.insert({ observations: stepsOf('t', from, from + 20) });
    await store.insert({ observations: stepsOf('t', 2_200, 2_400) });
    expect(await counted('t')).toEqual({ steps: 2_400, tokens: 2_399 });
  } finally {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
