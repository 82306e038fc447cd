import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { eq } from 'drizzle-orm';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PutBlobExportInput, putBlobExportInput } from '../../../contract/blob-export.ts';
import { createCrypto } from '../../lib/crypto.ts';
import { createLogger } from '../../lib/log.ts';
import { createOutbound, type Outbound } from '../../lib/outbound.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import { emptyObservation, type ScoreRow } from '../../store/analytics/rows.ts';
import { startS3Server } from '../../store/blobs/testing/s3-server.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createBlobExports, dueExports } from './blob-exports.ts';
import { runExport } from './run-export.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-05-01T12:00:00.000Z');
const clock = { at: START, now: () => clock.at };
const crypto = createCrypto('a secret that is only used by tests, long');

let dataDir: string;
let metadata: MetadataStore;
let facts: Awaited<ReturnType<typeof openTestStore>>;
let s3: Awaited<ReturnType<typeof startS3Server>>;
let outbound: Outbound;
let projects = 0;
let projectId: string;
const failures: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'telltale-exports-'));
  metadata = await openMetadata({ dataDir, log: createLogger('silent') });
  facts = await openTestStore();
  outbound = createOutbound({ allow: ['127.0.0.1'] });
  await metadata.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
});
afterAll(async () => {
  await outbound.close();
  await facts.close();
  await metadata.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  clock.at = START;
  s3 = await startS3Server();
  projectId = `p${++projects}`;
  await metadata.db.insert(tables.projects).values({ id: projectId, organisationId: 'o', name: projectId });
  return () => s3.stop();
});

const exportsNow = (guard = outbound) =>
  createBlobExports({ db: metadata.db, clock, crypto, outbound: guard, onDue: async () => {} });
const put = (more: Partial<Record<keyof PutBlobExportInput, unknown>> = {}) =>
  exportsNow().put(
    'o',
    putBlobExportInput.parse({
      projectId,
      type: 'S3_COMPATIBLE',
      bucketName: 'bucket',
      endpoint: s3.settings.endpoint,
      region: 'us-east-1',
      ...s3.settings.credentials,
      prefix: 'out/',
      exportFrequency: 'hourly',
      enabled: true,
      forcePathStyle: true,
      fileType: 'JSONL',
      exportMode: 'FULL_HISTORY',
      compressed: false,
      ...more,
    }),
  );
const run = (more: { outbound?: Outbound } = {}) =>
  runExport(
    {
      db: metadata.db,
      reader: facts.store,
      clock,
      crypto,
      outbound,
      onFailed: async (_, message) => void failures.push(message),
      ...more,
    },
    projectId,
  );
const status = () => exportsNow().status('o', projectId);

/** Writes steps of a trace, as of now. */
const write = (traceId: string, ids: string[], more: Record<string, unknown> = {}) =>
  facts.store.insert({
    observations: ids.map((id) => ({
      ...emptyObservation(projectId, traceId, id),
      type: 'GENERATION' as const,
      name: `step ${id}`,
      start_time: START * 1000,
      created_at: clock.at * 1000,
      updated_at: clock.at * 1000,
      row_version: clock.at * 1000,
      ...more,
    })),
  });
const scoreRow = (id: string, traceId: string): ScoreRow => ({
  project_id: projectId,
  id,
  timestamp: START * 1000,
  name: 'quality',
  data_type: 'NUMERIC',
  source: 'API',
  value: 0.5,
  string_value: '',
  comment: '',
  metadata: {},
  trace_id: traceId,
  observation_id: '',
  session_id: '',
  dataset_run_id: '',
  execution_trace_id: '',
  config_id: '',
  queue_id: '',
  author_user_id: '',
  environment: 'default',
  via: 'langfuse-batch',
  api_key: '',
  created_at: clock.at * 1000,
  updated_at: clock.at * 1000,
  row_version: clock.at * 1000,
  is_deleted: 0,
});
/** Lines of all files of a table, by file. */
async function lines(table: string): Promise<Record<string, unknown>[][]> {
  const files = [...(await s3.objects())].filter(([key]) => key.startsWith(`out/${projectId}/${table}/`)).sort();
  return files.map(([, content]) =>
    content
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}
const idsOf = async (table: string) => (await lines(table)).map((file) => file.map(({ id }) => id).sort());

const gunzip = (bytes: Uint8Array): Uint8Array => gunzipSync(bytes);

describe('exports over time', () => {
  it('miss nothing and bring nothing twice', async () => {
    await write('a', ['a1', 'a2']);
    await write('b', ['b1']);
    clock.at += 30 * MINUTE;
    await put();
    expect(await status()).toMatchObject({ syncStatus: 'queued', lastSyncAt: null });
    expect(await dueExports(metadata.db, clock)).toContain(projectId);
    await write('late', ['l1']);
    await write('b', ['b1'], { name: 'again' });
    await run();
    // What was written in these minutes is left to the next run.
    expect(await idsOf('traces')).toEqual([['a']]);
    expect(await idsOf('observations')).toEqual([['a1', 'a2']]);
    expect(await idsOf('scores')).toEqual([[]]);
    expect(await status()).toMatchObject({
      syncStatus: 'up_to_date',
      lastSyncAt: new Date(clock.at).toISOString(),
      nextSyncAt: new Date(clock.at + 60 * MINUTE).toISOString(),
      lastError: null,
    });
    expect(await dueExports(metadata.db, clock)).not.toContain(projectId);

    clock.at += 60 * MINUTE;
    expect(await dueExports(metadata.db, clock)).toContain(projectId);
    // One that is there already is written again: it comes again, as it is now.
    await write('a', ['a2'], { name: 'renamed' });
    await facts.store.insert({
      scores: [scoreRow('s1', 'a')],
    });
    clock.at += 6 * MINUTE;
    await run();
    expect(await idsOf('observations')).toEqual([
      ['a1', 'a2'],
      ['a2', 'b1', 'l1'],
    ]);
    expect((await lines('observations'))[1]!.find(({ id }) => id === 'a2')).toMatchObject({ name: 'renamed', trace_id: 'a' });
    expect(await idsOf('traces')).toEqual([['a'], ['a', 'b', 'late']]);
    expect(await idsOf('scores')).toEqual([[], ['s1']]);

    clock.at += 60 * MINUTE;
    await run();
    expect(await idsOf('observations')).toEqual([['a1', 'a2'], ['a2', 'b1', 'l1'], []]);
  });

  it('repeat a run that failed with the same span and files', async () => {
    await write('a', ['a1']);
    clock.at += 10 * MINUTE;
    await put();
    const { port } = new URL(s3.settings.endpoint);
    await s3.stop();
    await expect(run()).rejects.toThrow();
    expect(await status()).toMatchObject({
      syncStatus: 'error',
      lastSyncAt: null,
      lastError: expect.stringMatching(/ECONNREFUSED/),
      lastErrorAt: new Date(clock.at).toISOString(),
      nextSyncAt: new Date(clock.at + 10 * MINUTE).toISOString(),
    });
    expect(failures.at(-1)).toContain(port);
    const broken = await startS3Server();
    s3 = broken;
    await metadata.db
      .update(tables.blobExports)
      .set({ endpoint: broken.settings.endpoint })
      .where(eq(tables.blobExports.projectId, projectId));
    await write('b', ['b1']);
    clock.at += 10 * MINUTE;
    await run();
    expect(await idsOf('observations')).toEqual([['a1']]);
    expect(await status()).toMatchObject({ syncStatus: 'up_to_date', lastError: null, lastErrorAt: null });
    clock.at += 60 * MINUTE;
    await run();
    expect(await idsOf('observations')).toEqual([['a1'], ['b1']]);
  });

  it('begin where they were told to, and begin anew in a new place', async () => {
    await write('old', ['o1'], { start_time: (START - 48 * 60 * MINUTE) * 1000 });
    await write('new', ['n1']);
    clock.at += 10 * MINUTE;
    await put({ exportMode: 'FROM_TODAY' });
    await run();
    expect([await idsOf('traces'), await idsOf('observations')]).toEqual([[['new']], [['n1']]]);
    clock.at += 10 * MINUTE;
    await put({ exportMode: 'FROM_CUSTOM_DATE', exportStartDate: new Date(START - 72 * 60 * MINUTE).toISOString() });
    await run();
    expect((await idsOf('observations')).at(-1)).toEqual(['n1', 'o1']);
    // A new format alone is no new beginning.
    clock.at += 10 * MINUTE;
    await put({
      exportMode: 'FROM_CUSTOM_DATE',
      exportStartDate: new Date(START - 72 * 60 * MINUTE).toISOString(),
      fileType: 'CSV',
    });
    await run();
    const csv = [...(await s3.objects())].filter(([key]) => key.endsWith('.csv') && key.includes('/observations/'));
    expect(csv).toHaveLength(1);
    expect(parse(csv[0]![1], { columns: true })).toEqual([]);
  });

  it('are done by one process at a time, and not when switched off', async () => {
    await write('a', ['a1']);
    clock.at += 10 * MINUTE;
    await put({ enabled: false });
    await run();
    expect((await s3.objects()).size).toBe(0);
    expect(await status()).toMatchObject({ syncStatus: 'disabled', nextSyncAt: null });
    await put();
    const row = eq(tables.blobExports.projectId, projectId);
    await metadata.db
      .update(tables.blobExports)
      .set({ runningUntil: new Date(clock.at + MINUTE) })
      .where(row);
    expect(await status()).toMatchObject({ syncStatus: 'running' });
    await run();
    expect((await s3.objects()).size).toBe(0);
    // The other process died.
    clock.at += 2 * MINUTE;
    await run();
    expect(await idsOf('observations')).toEqual([['a1']]);
  });

  it('reach no address that the guard refuses', async () => {
    await put();
    const guard = createOutbound({ allow: [] });
    await expect(exportsNow(guard).put('o', { ...(await inputOf()), endpoint: s3.settings.endpoint })).rejects.toMatchObject({
      status: 400,
    });
    await expect(run({ outbound: guard })).rejects.toThrow(/TELLTALE_OUTBOUND_ALLOW/);
    expect(await status()).toMatchObject({ syncStatus: 'error', lastError: expect.stringContaining('127.0.0.1') });
    // A name that leads to a private address is refused when it is connected to.
    await metadata.db
      .update(tables.blobExports)
      .set({ endpoint: s3.settings.endpoint.replace('127.0.0.1', 'localhost') })
      .where(eq(tables.blobExports.projectId, projectId));
    await expect(run({ outbound: guard })).rejects.toThrow(/localhost/);
    for (const type of ['AZURE_BLOB_STORAGE', 'S3'] as const) {
      await metadata.db.update(tables.blobExports).set({ type }).where(eq(tables.blobExports.projectId, projectId));
      await expect(run({ outbound: guard })).rejects.toThrow(/localhost/);
    }
    await guard.close();
    expect((await s3.objects()).size).toBe(0);
  });

  const inputOf = async () =>
    putBlobExportInput.parse({
      projectId,
      type: 'S3_COMPATIBLE',
      bucketName: 'bucket',
      endpoint: 'http://127.0.0.1:1',
      region: 'r',
      accessKeyId: 'a',
      secretAccessKey: 's',
      exportFrequency: 'daily',
      enabled: true,
      forcePathStyle: true,
      fileType: 'JSON',
      exportMode: 'FULL_HISTORY',
    });

  it('keep their secret encrypted, and keep it when it is left out', async () => {
    await put();
    const row = eq(tables.blobExports.projectId, projectId);
    const [stored] = await metadata.db.select().from(tables.blobExports).where(row);
    expect(JSON.stringify(stored)).not.toContain(`"${s3.settings.credentials.secretAccessKey}"]`);
    expect(crypto.decrypt(stored!.secretAccessKey, `blob-exports/${projectId}`)).toBe('S3RVER');
    await put({ accessKeyId: null, secretAccessKey: null });
    const [kept] = await metadata.db.select().from(tables.blobExports).where(row);
    expect(kept!.secretAccessKey).toBe(stored!.secretAccessKey);
    await expect(put({ accessKeyId: 'another', secretAccessKey: null })).rejects.toMatchObject({ status: 400 });
    await metadata.db.delete(tables.blobExports).where(row);
    await expect(put({ accessKeyId: null, secretAccessKey: null })).rejects.toMatchObject({ status: 400 });
  });
});

describe('files', () => {
  const COUNT = 1203;
  const text = (i: number) => `it's "${i}",\nÜ = 1; {"not json`;

  const writeMany = () =>
    facts.store.insert({
      observations: Array.from({ length: COUNT }, (_, i) => ({
        ...emptyObservation(projectId, `t${i % 100}`, `s${i}`),
        type: 'GENERATION' as const,
        name: text(i),
        start_time: START * 1000 + i * 7_000_000 + 123_456,
        end_time: i % 3 === 0 ? null : START * 1000 + i * 7_000_000 + 2_123_456,
        input: JSON.stringify({ i, deep: [null, 'x'] }),
        metadata: { 'a.b': '1', c: text(i) },
        user_id: i < 100 ? `u${i}` : '',
        total_cost: i % 2 ? 0.1 * i : null,
        usage_details: { input: i },
        row_version: clock.at * 1000,
      })),
    });

  it.each([
    ['JSON', false],
    ['JSON', true],
    ['JSONL', false],
    ['JSONL', true],
    ['CSV', false],
    ['CSV', true],
    ['PARQUET', false],
    ['PARQUET', true],
  ] as const)('%s, compressed: %s, hold every row and value', async (fileType, compressed) => {
    await writeMany();
    clock.at += 10 * MINUTE;
    await put({ fileType, compressed, exportSource: 'LEGACY_TRACES_AND_ENRICHED_OBSERVATIONS' });
    await run();
    const objects = await s3.objects();
    const ending = { JSON: 'json', JSONL: 'jsonl', CSV: 'csv', PARQUET: 'parquet' }[fileType];
    const suffix = compressed && fileType !== 'PARQUET' ? `${ending}.gz` : ending;
    const name = `2026-05-01T12-05-00.000Z.${suffix}`;
    const tablesThere = ['observations', 'observations_v2', 'scores', 'traces'];
    expect([...objects.keys()].sort()).toEqual(tablesThere.map((table) => `out/${projectId}/${table}/${name}`));
    const read = async (table: string): Promise<Record<string, unknown>[]> => {
      const stored = objects.get(`out/${projectId}/${table}/${name}`)!;
      if (fileType === 'PARQUET') {
        const bytes = stored.buffer.slice(stored.byteOffset, stored.byteOffset + stored.length) as ArrayBuffer;
        return parquetReadObjects({ file: bytes, compressors: { GZIP: gunzip } });
      }
      const content = (compressed ? gunzipSync(stored) : stored).toString();
      if (fileType === 'JSON') return JSON.parse(content) as Record<string, unknown>[];
      if (fileType === 'CSV') return parse(content, { columns: true });
      return content
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    const json = (value: unknown) => (typeof value === 'string' && !fileType.startsWith('JSON') ? JSON.parse(value) : value);
    const none = fileType === 'CSV' ? '' : null;
    const rows = new Map((await read('observations')).map((row) => [row.id, row]));
    expect(rows.size).toBe(COUNT);
    for (let i = 0; i < COUNT; i += 50) {
      const row = rows.get(`s${i}`)!;
      expect(row).toMatchObject({ trace_id: `t${i % 100}`, project_id: projectId, name: text(i), type: 'GENERATION' });
      expect(json(row.input)).toEqual({ i, deep: [null, 'x'] });
      expect(json(row.metadata)).toEqual({ a: { b: 1 }, c: text(i) });
      expect(json(row.usage_details)).toEqual({ input: i });
      expect(new Date(row.start_time as string).getTime()).toBe(START + i * 7000 + 123);
      expect(row.end_time === none).toBe(i % 3 === 0);
      expect(row.total_cost === none ? null : Number(row.total_cost)).toEqual(i % 2 ? 0.1 * i : null);
      expect('trace_name' in row).toBe(false);
    }
    const enriched = new Map((await read('observations_v2')).map((row) => [row.id, row]));
    // What only one step says of its trace holds for all of its steps.
    expect([rows.get('s1105')!.user_id, enriched.get('s1105')!.user_id]).toEqual([none, 'u5']);
    const traces = await read('traces');
    expect(traces).toHaveLength(100);
    expect(traces.map(({ id }) => id).sort()).toEqual([...new Set([...rows.values()].map(({ trace_id }) => trace_id))].sort());
    expect(Number(traces.find(({ id }) => id === 't3')!.observation_count)).toBe(12);
    expect(Number(traces.find(({ id }) => id === 't2')!.observation_count)).toBe(13);
    expect(await read('scores')).toEqual([]);
  });

  it('hold the chosen groups of fields', async () => {
    await write('a', ['a1'], { input: '"secret"', total_cost: 1 });
    clock.at += 10 * MINUTE;
    await put({ exportSource: 'OBSERVATIONS_V2', exportFieldGroups: ['usage', 'trace_context'] });
    await run();
    const [[row]] = (await lines('observations_v2')) as [[Record<string, unknown>]];
    expect(Object.keys(row)).toEqual([
      ...['id', 'trace_id', 'project_id', 'type', 'parent_observation_id', 'start_time', 'end_time'],
      ...['usage_details', 'cost_details', 'total_cost', 'usage_pricing_tier_name', 'tags', 'release', 'trace_name'],
    ]);
    expect([...(await s3.objects()).keys()].map((key) => key.split('/')[2]).sort()).toEqual(['observations_v2', 'scores']);
  });
});
