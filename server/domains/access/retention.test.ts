import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../lib/log.ts';
import { findGoneTraces } from '../../query/find-gone-traces.ts';
import { openAnalytics } from '../../store/analytics/open-analytics.ts';
import type { AnalyticsStore } from '../../store/analytics/port.ts';
import { type EventRow, emptyObservation, type ScoreRow } from '../../store/analytics/rows.ts';
import { openBlobFolder } from '../../store/blobs/index.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createMedia, type Media } from '../media/index.ts';
import { createRetention, type RetentionDeps } from './retention.ts';

const log = createLogger('silent');
const NOW = Date.parse('2026-05-20T03:17:00.000Z');
const DAY = 24 * 3600 * 1000;
const clock = { now: () => NOW };
let folder: string;
let store: MetadataStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-retention-'));
  store = await openMetadata({ dataDir: folder, log });
  await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  const project = (id: string, retentionDays: number | null, deletedAt: Date | null = null) => ({
    id,
    name: id,
    organisationId: 'o',
    retentionDays,
    deletedAt,
  });
  await store.db
    .insert(tables.projects)
    .values([project('one', 1), project('month', 30), project('forever', null), project('gone', 1, new Date())]);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

describe('the sweep', () => {
  let asked: Record<string, string>;
  beforeEach(() => {
    asked = {};
  });
  const sweep = (deleteBefore: RetentionDeps['facts']['deleteBefore']) =>
    createRetention({
      db: store.db,
      clock,
      log,
      facts: { deleteBefore, findGoneTraces: async () => [] },
      media: { linkedTraces: async () => [], releaseTraces: async () => {} },
    }).sweep();

  it('asks for the days that each project does not keep any longer, and leaves the others alone', async () => {
    await sweep(async (id, before) => {
      asked[id] = new Date(before / 1000).toISOString();
    });
    expect(asked).toEqual({ one: '2026-05-19T00:00:00.000Z', month: '2026-04-20T00:00:00.000Z' });
  });

  it('goes on when one project fails, and fails in the end so that it is tried again', async () => {
    const failing = sweep(async (id) => {
      if (id === 'month') throw new Error('disk full');
      asked[id] = '';
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(Object.keys(asked)).toEqual(['one']);
  });
});

describe('on real stores', () => {
  let analytics: AnalyticsStore;
  let media: Media;
  beforeAll(async () => {
    analytics = await openAnalytics({ dataDir: folder, log });
    const blobs = await openBlobFolder(join(folder, 'blobs'));
    media = createMedia({ db: store.db, clock, blobs, secret: 'a secret that is only used by tests, long', maxBytes: 1000 });
  });
  afterAll(() => analytics.close());

  const at = (days: number) => (NOW - days * DAY) * 1000;
  const observation = (project: string, trace: string, days: number) => ({
    ...emptyObservation(project, trace, `${trace}-step`),
    start_time: at(days),
    row_version: 1,
  });
  const score = (project: string, id: string, trace: string, days: number): ScoreRow => ({
    project_id: project,
    id,
    timestamp: at(days),
    name: 'quality',
    data_type: 'NUMERIC',
    source: 'API',
    value: 1,
    string_value: '',
    comment: '',
    metadata: {},
    trace_id: trace,
    observation_id: '',
    session_id: '',
    dataset_run_id: '',
    execution_trace_id: '',
    config_id: '',
    queue_id: '',
    author_user_id: '',
    environment: 'default',
    via: 'api',
    api_key: '',
    created_at: at(days),
    updated_at: at(days),
    row_version: 1,
    is_deleted: 0,
  });
  const event = (project: string, id: string, days: number): EventRow => ({
    project_id: project,
    entity: 'trace',
    entity_id: id,
    event_id: id,
    event_time: at(days),
    event_type: 'trace-create',
    body: '{}',
    api_key: '',
    sdk_name: '',
    sdk_version: '',
    received_at: at(days),
  });
  /** Media of a trace, announced so many days ago. */
  const attach = async (project: string, traceId: string, content: string, days: number): Promise<string> => {
    const { mediaId } = await media.requestUpload(project, {
      traceId,
      field: 'input',
      contentType: 'text/plain',
      contentLength: content.length,
      sha256Hash: createHash('sha256').update(content).digest('base64'),
    });
    const { mediaLinks } = tables;
    await store.db
      .update(mediaLinks)
      .set({ createdAt: new Date(at(days) / 1000) })
      .where(eq(mediaLinks.traceId, traceId));
    return mediaId;
  };
  /** By raw SQL, past everything that is tested. */
  const left = async (project: string) => {
    const column = { observations: 'trace_id', scores: 'id', events: 'entity_id' };
    const facts = await Promise.all(
      Object.entries(column).map(async ([table, name]) => {
        const sql = `SELECT ${name} AS id FROM ${table} FINAL WHERE project_id = {p:String} ORDER BY id`;
        return (await analytics.query<{ id: string }>(sql, { p: project })).map(({ id }) => id);
      }),
    );
    const rows = await store.db.select().from(tables.media).where(eq(tables.media.projectId, project));
    return [...facts, rows.map(({ id }) => id).sort()];
  };

  it('deletes observations, scores, events and media that are too old, of projects that say so', async () => {
    const attached: Record<string, Record<string, string>> = {};
    for (const project of ['one', 'month', 'forever']) {
      await analytics.insert({
        observations: [observation(project, 'new', 0), observation(project, 'older', 10), observation(project, 'old', 100)],
        scores: [
          score(project, 'new', 'new', 0),
          score(project, 'late', 'scored-lately', 0),
          score(project, 'older', 'older', 10),
          score(project, 'old', 'old', 100),
        ],
        events: [event(project, 'new', 0), event(project, 'older', 10), event(project, 'old', 100)],
      });
      attached[project] = {
        new: await attach(project, 'new', `${project} new`, 0),
        older: await attach(project, 'older', `${project} older`, 10),
        old: await attach(project, 'old', `${project} old`, 100),
        // Its steps are gone long since, and a score is left.
        scored: await attach(project, 'scored-lately', `${project} scored`, 100),
        // Announced for a trace that is still on its way.
        coming: await attach(project, 'coming', `${project} coming`, 0),
      };
    }
    const retention = createRetention({
      db: store.db,
      clock,
      log,
      facts: {
        deleteBefore: analytics.deleteBefore,
        findGoneTraces: (...traces) => findGoneTraces(analytics, ...traces),
      },
      media,
    });
    await retention.sweep();
    const ids = (project: string, ...names: string[]) => names.map((name) => attached[project]![name]).sort();
    const expected = {
      one: [['new'], ['late', 'new'], ['new'], ids('one', 'new', 'scored', 'coming')],
      month: [['new', 'older'], ['late', 'new', 'older'], ['new', 'older'], ids('month', 'new', 'older', 'scored', 'coming')],
      forever: [
        ['new', 'old', 'older'],
        ['late', 'new', 'old', 'older'],
        ['new', 'old', 'older'],
        ids('forever', 'new', 'older', 'old', 'scored', 'coming'),
      ],
    };
    for (const [project, facts] of Object.entries(expected))
      expect({ project, facts: await left(project) }).toEqual({ project, facts });
    // And again, as a job that is repeated.
    await retention.sweep();
    for (const [project, facts] of Object.entries(expected))
      expect({ project, facts: await left(project) }).toEqual({ project, facts });
  });
});
