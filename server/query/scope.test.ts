import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf } from '../../contract/filter/columns.ts';
import type { AnalyticsReader, AnalyticsStore } from '../store/analytics/port.ts';
import { findStart } from './experiments/find-start.ts';
import { listTracedExperiments } from './experiments/list-traced-experiments.ts';
import { listTracedLinks } from './experiments/list-traced-links.ts';
import { pageTracedItems } from './experiments/page-traced-items.ts';
import { readScoresOfExperiments, readScoresOfItems } from './experiments/read-experiment-scores.ts';
import { readExperiments } from './experiments/read-experiments.ts';
import { readSpansOfTraces } from './experiments/read-spans-of-traces.ts';
import { readTracedItems } from './experiments/read-traced-items.ts';
import { listFacets } from './facets.ts';
import { getObservation } from './get-observation.ts';
import { getTrace } from './get-trace.ts';
import { getHistogram } from './histogram.ts';
import { listObservations } from './list-observations.ts';
import { getScore, pageScores } from './list-scores.ts';
import { getSession, pageSessions } from './list-sessions.ts';
import { listTraceObservations } from './list-trace-observations.ts';
import { listTraces } from './list-traces.ts';
import { pageObservations } from './page-observations.ts';
import { pageTraces } from './page-traces.ts';
import { findObservations, readObservations, readStepsOfTraces } from './read-observations.ts';
import { readScoreCells } from './read-score-cells.ts';
import { readScoresOfTraces } from './read-scores.ts';
import { readTraceFacts, readTraceMetadata } from './read-traces.ts';
import { ProjectQuery } from './scope.ts';
import { openTestStore } from './testing/open-store.ts';
import { type Facts, randomFacts } from './testing/random-facts.ts';
import { countMatches } from './totals.ts';
import { readTraceMembers } from './trace-members.ts';

let store: AnalyticsStore;
let close: () => Promise<void>;
const theirs: Facts = randomFacts('theirs', 30, 5);
const steps = theirs.observations.filter(({ type }) => type !== 'TRACE');
// A score of a run, which random facts have not.
theirs.scores.push({ ...theirs.scores[0]!, id: 'of-run', trace_id: '', observation_id: '', dataset_run_id: 'run-1' });
const traceIds = [...new Set(theirs.observations.map(({ trace_id }) => trace_id))];
const sessionId = theirs.observations.find(({ session_id }) => session_id !== '')!.session_id;

beforeAll(async () => {
  ({ store, close } = await openTestStore());
  await store.insert(theirs);
});
afterAll(() => close());

const everything = { filter: [] };
const page = { offset: 0, limit: 100 };
const columns = (list: 'traces' | 'observations') =>
  columnsOf(list)
    .filter(({ facet }) => facet)
    .map(({ id }) => id);
const prices = () => ({ input: 1 });

/** Every question, and what it answers when a project has nothing. */
const questions: [name: string, ask: (reader: AnalyticsReader, projectId: string) => Promise<unknown>, nothing: unknown][] = [
  ['listTraces', (r, p) => listTraces(r, p, { ...everything, search: 'refund' }, { limit: 50 }), { data: [], nextCursor: null }],
  [
    'listTraces by cost',
    (r, p) => listTraces(r, p, everything, { limit: 50, orderBy: { column: 'totalCost', direction: 'desc' } }),
    { data: [], nextCursor: null },
  ],
  [
    'listObservations',
    (r, p) => listObservations(r, p, { filter: [{ type: 'null', column: 'userId', operator: 'is not null' }] }, { limit: 50 }),
    { data: [], nextCursor: null },
  ],
  [
    'pageTraces',
    (r, p) => pageTraces(r, p, everything, { ...page, texts: true, orderBy: { column: 'timestamp', direction: 'desc' } }),
    { traces: [], total: 0 },
  ],
  ['pageObservations', (r, p) => pageObservations(r, p, everything, page), { rows: [], total: 0 }],
  [
    'pageScores',
    (r, p) =>
      pageScores(r, p, { filter: [{ type: 'string', column: 'traceName', operator: 'does not contain', value: 'zz' }] }, page),
    { scores: [], total: 0 },
  ],
  ['getScore', (r, p) => getScore(r, p, theirs.scores[0]!.id), null],
  ['pageSessions', (r, p) => pageSessions(r, p, {}, page), { sessions: [], total: 0 }],
  ['getSession', (r, p) => getSession(r, p, sessionId), null],
  ['getTrace', (r, p) => getTrace(r, p, traceIds[0]!), null],
  ['getObservation', (r, p) => getObservation(r, prices, p, steps[0]!.trace_id, steps[0]!.id), null],
  ['listTraceObservations', (r, p) => listTraceObservations(r, prices, p, steps[0]!.trace_id, { limit: 10 }), null],
  ['findObservations', (r, p) => findObservations(r, p, steps[0]!.id), []],
  ['readObservations', (r, p) => readObservations(r, p, steps.slice(0, 5)), []],
  ['readStepsOfTraces', (r, p) => readStepsOfTraces(r, p, traceIds), []],
  ['readScoresOfTraces', (r, p) => readScoresOfTraces(r, p, traceIds), []],
  ['readScoreCells', (r, p) => readScoreCells(r, p, traceIds), new Map()],
  ['readTraceFacts', (r, p) => readTraceFacts(r, p, traceIds), new Map()],
  ['readTraceMetadata', (r, p) => readTraceMetadata(r, p, traceIds), new Map(traceIds.map((id) => [id, {}]))],
  [
    'readTraceMembers',
    (r, p) => readTraceMembers(r, p, traceIds),
    new Map(traceIds.map((id) => [id, { observations: [], scores: [] }])),
  ],
  ['findStart', (r, p) => findStart(r, p, traceIds[0]!, null), null],
  ['listTracedExperiments', (r, p) => listTracedExperiments(r, p, { from: 0, conditions: [] }), []],
  ['pageTracedItems', (r, p) => pageTracedItems(r, p, { from: 0, conditions: [] }, null, 10), []],
  ['listTracedLinks', (r, p) => listTracedLinks(r, p, ['exp-1']), []],
  ['readExperiments', (r, p) => readExperiments(r, p, ['exp-1']), new Map()],
  [
    'readTracedItems',
    (r, p) =>
      readTracedItems(
        r,
        p,
        traceIds.map((traceId) => ({ experimentId: 'exp-1', traceId, id: '' })),
      ),
    [],
  ],
  ['readSpansOfTraces', (r, p) => readSpansOfTraces(r, p, traceIds), new Map()],
  ['readScoresOfExperiments', (r, p) => readScoresOfExperiments(r, p, ['run-1'], 5), []],
  [
    'readScoresOfItems',
    (r, p) =>
      readScoresOfItems(
        r,
        p,
        traceIds.map((traceId) => ({ traceId, id: '' })),
        5,
      ),
    [],
  ],
  ['countMatches', (r, p) => countMatches(r, p, 'traces', everything), 0],
  ['getHistogram', (r, p) => getHistogram(r, p, 'observations', everything, 20), { step: 1, buckets: [] }],
  [
    'facets of traces',
    (r, p) => listFacets(r, p, 'traces', everything, columns('traces')),
    { total: 0, facets: columns('traces').map((column) => ({ column, values: [] })) },
  ],
  [
    'facets of observations',
    (r, p) => listFacets(r, p, 'observations', everything, columns('observations')),
    { total: 0, facets: columns('observations').map((column) => ({ column, values: [] })) },
  ],
];

describe('another project’s rows', () => {
  it.each(questions)('%s never shows them', async (_name, ask, nothing) => {
    expect(await ask(store, 'mine')).toEqual(nothing);
    expect(await ask(store, 'theirs')).not.toEqual(nothing);
  });

  it.each(questions)('%s binds the project in every read of a table, and no value is in the text', async (_name, ask) => {
    const asked: { sql: string; params: Record<string, unknown> }[] = [];
    const spy: AnalyticsReader = {
      query: (sql, params = {}, settings) => {
        asked.push({ sql, params });
        return store.query(sql, params, settings);
      },
    };
    await ask(spy, 'theirs');
    expect(asked.length).toBeGreaterThan(0);
    for (const { sql, params } of asked) {
      const reads = sql.match(/FROM (observations|scores|traces)\b/g)!.length;
      const scoped = sql.match(/FROM (observations|scores|traces)( FINAL)? WHERE project_id = \{projectId:String\}/g)!.length;
      expect(scoped).toBe(reads);
      expect(params.projectId).toBe('theirs');
      for (const value of [traceIds[0]!, steps[0]!.id, sessionId, 'refund', 'theirs']) expect(sql).not.toContain(value);
    }
  });

  it('can be asked for in no other file', async () => {
    // A probe asks whether anything came in at all, whoever sent it.
    const ofAll = ['scope.ts', 'has-recent-events.ts'];
    for (const name of await readdir(import.meta.dirname)) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts') || ofAll.includes(name)) continue;
      const code = (await readFile(join(import.meta.dirname, name), 'utf8')).replace(/^\s*(\*|\/\*\*|\/\/).*$/gm, '');
      expect(code, name).not.toMatch(/FROM\s+(observations|scores|events|traces)\b/);
    }
  });
});

describe('ProjectQuery', () => {
  it('numbers its values and keeps what is empty out', () => {
    const query = new ProjectQuery('p');
    expect(query.from('scores', `name = ${query.text('a')}`, undefined, '', `value > ${query.number(1)}`)).toBe(
      'FROM scores FINAL WHERE project_id = {projectId:String} AND name = {p0:String} AND value > {p1:Float64}',
    );
    expect(query.params).toEqual({ projectId: 'p', p0: 'a', p1: 1 });
  });

  it('takes any text as a value', async () => {
    const awkward = ["'", '\\', '\n\t\r', '{projectId:String}', '\u0000', '`', '--', 'é世', '%_', "\\'"];
    const query = new ProjectQuery('p');
    const [row] = await query.ask<{ one: string; list: string[] }>(
      store,
      `SELECT ${query.text(awkward.join(' '))} AS one, ${query.texts(awkward)} AS list`,
    );
    expect(row).toEqual({ one: awkward.join(' '), list: awkward });
  });
});
