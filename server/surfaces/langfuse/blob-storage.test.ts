import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScheduledBlobExports } from '../../domains/blob-exports/index.ts';
import { createLogger } from '../../lib/log.ts';
import { createOutbound, type Outbound } from '../../lib/outbound.ts';
import { openTestStore } from '../../query/testing/open-store.ts';
import { tables } from '../../store/metadata/index.ts';
import { blobStorageRoutes } from './blob-storage.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

let server: OpenRoutes;
let call: OpenRoutes['call'];
let facts: Awaited<ReturnType<typeof openTestStore>>;
let outbound: Outbound;
const sent: unknown[] = [];
beforeAll(async () => {
  facts = await openTestStore();
  outbound = createOutbound({ allow: [] });
  const jobs = { work: () => {}, schedule: () => {}, send: async (queue: string, data: object) => void sent.push([queue, data]) };
  server = await openRoutes(({ db, clock, access }) => {
    const secret = 'a secret that is only used by tests, long';
    const log = createLogger('silent');
    const blobExports = createScheduledBlobExports({ db, clock, secret, reader: facts.store, outbound, jobs, log });
    return [blobStorageRoutes({ access, blobExports })];
  });
  call = server.call;
  await server.db.insert(tables.organisations).values({ id: 'other', name: 'Other' });
  await server.db.insert(tables.projects).values({ id: 'theirs', organisationId: 'other', name: 'theirs' });
});
afterAll(async () => {
  await server.close();
  await outbound.close();
  await facts.close();
});

const PATH = '/integrations/blob-storage';
const body = (more: Record<string, unknown> = {}) => ({
  projectId: 'p',
  type: 'S3',
  bucketName: 'bucket',
  region: 'eu-central-1',
  accessKeyId: 'AKIA',
  secretAccessKey: 'very secret',
  exportFrequency: 'every_20_minutes',
  enabled: true,
  forcePathStyle: false,
  fileType: 'PARQUET',
  exportMode: 'FULL_HISTORY',
  ...more,
});
const asOrganisation = (method: 'GET' | 'PUT' | 'DELETE', path: string, given?: unknown) =>
  call(method, path, given, 'organisation');

const AT = '2026-05-01T12:00:00.000Z';
const shown = {
  id: 'p',
  projectId: 'p',
  type: 'S3',
  bucketName: 'bucket',
  endpoint: null,
  region: 'eu-central-1',
  accessKeyId: 'AKIA',
  prefix: '',
  exportFrequency: 'every_20_minutes',
  enabled: true,
  forcePathStyle: false,
  fileType: 'PARQUET',
  exportMode: 'FULL_HISTORY',
  exportStartDate: null,
  compressed: true,
  exportSource: 'LEGACY_TRACES_OBSERVATIONS',
  exportFieldGroups: null,
  nextSyncAt: AT,
  lastSyncAt: null,
  lastError: null,
  lastErrorAt: null,
  createdAt: AT,
  updatedAt: AT,
};

it('sets up, shows, changes and deletes an export, and never shows its secret', async () => {
  expect(await asOrganisation('GET', PATH)).toEqual({ status: 200, body: { data: [] } });
  expect(await asOrganisation('PUT', PATH, body())).toEqual({ status: 200, body: shown });
  expect(sent).toEqual([['blob-export', { projectId: 'p' }]]);
  expect(await asOrganisation('GET', PATH)).toEqual({ status: 200, body: { data: [shown] } });
  expect(await asOrganisation('GET', `${PATH}/p`)).toEqual({
    status: 200,
    body: {
      id: 'p',
      projectId: 'p',
      syncStatus: 'queued',
      enabled: true,
      lastSyncAt: null,
      nextSyncAt: AT,
      lastError: null,
      lastErrorAt: null,
    },
  });
  const changed = {
    prefix: 'x/',
    enabled: false,
    fileType: 'CSV',
    compressed: false,
    exportMode: 'FROM_CUSTOM_DATE',
    exportStartDate: '2026-01-01T02:00:00+02:00',
    exportSource: 'OBSERVATIONS_V2',
    exportFieldGroups: ['core', 'io'],
  };
  server.clock.at += 1000;
  expect(await asOrganisation('PUT', PATH, body({ ...changed, secretAccessKey: null, accessKeyId: null }))).toEqual({
    status: 200,
    body: {
      ...shown,
      ...changed,
      exportStartDate: '2026-01-01T00:00:00.000Z',
      nextSyncAt: null,
      updatedAt: '2026-05-01T12:00:01.000Z',
    },
  });
  expect((await asOrganisation('GET', `${PATH}/p`)).body).toMatchObject({ syncStatus: 'disabled', enabled: false });
  expect(await asOrganisation('DELETE', `${PATH}/p`)).toEqual({
    status: 200,
    body: { message: 'Blob storage integration successfully deleted' },
  });
  expect((await asOrganisation('GET', `${PATH}/p`)).status).toBe(404);
  expect((await asOrganisation('DELETE', `${PATH}/p`)).status).toBe(404);
});

it.each([
  ['type', { type: 'GCS' }],
  ['endpoint', { type: 'S3_COMPATIBLE' }],
  ['endpoint', { type: 'AZURE_BLOB_STORAGE', endpoint: null }],
  ['endpoint', { endpoint: 'ftp://x.example' }],
  ['exportFrequency', { exportFrequency: 'yearly' }],
  ['fileType', { fileType: 'XML' }],
  ['exportStartDate', { exportMode: 'FROM_CUSTOM_DATE' }],
  ['exportFieldGroups', { exportFieldGroups: ['nothing'] }],
  ['enabled', { enabled: 'yes' }],
  ['bucketName', { bucketName: '' }],
])('refuses a wrong %s', async (field, more) => {
  const { status, body: answer } = await asOrganisation('PUT', PATH, body(more));
  expect({ status, message: answer.message }).toEqual({ status: 400, message: 'Invalid request data' });
  expect(answer.error[0].path[0]).toBe(field);
});

it('refuses addresses of this machine, and an export without credentials', async () => {
  for (const endpoint of ['http://127.0.0.1:9000', 'http://[::1]', 'http://169.254.169.254/', 'http://localhost:9000']) {
    const { status, body: answer } = await asOrganisation('PUT', PATH, body({ type: 'S3_COMPATIBLE', endpoint }));
    expect({ endpoint, status }).toEqual({ endpoint, status: 400 });
    expect(answer.message).toContain('TELLTALE_OUTBOUND_ALLOW');
  }
  expect((await asOrganisation('PUT', PATH, body({ accessKeyId: null, secretAccessKey: null }))).status).toBe(400);
  expect((await asOrganisation('GET', PATH)).body.data).toEqual([]);
});

it('knows nothing of projects of other organisations', async () => {
  const row = { ...body({ projectId: 'theirs' }), secretAccessKey: 'sealed', prefix: '', compressed: true };
  await server.db.insert(tables.blobExports).values({ ...row, exportSource: 'OBSERVATIONS_V2' } as never);
  for (const id of ['theirs', 'unknown', 'nul%00', '..']) {
    expect((await asOrganisation('GET', `${PATH}/${encodeURIComponent(id)}`)).status).toBe(404);
    expect((await asOrganisation('DELETE', `${PATH}/${encodeURIComponent(id)}`)).status).toBe(404);
  }
  expect(await asOrganisation('PUT', PATH, body({ projectId: 'theirs' }))).toEqual({
    status: 404,
    body: { message: 'Project not found', error: 'LangfuseNotFoundError' },
  });
  expect((await asOrganisation('GET', PATH)).body.data).toEqual([]);
  expect(await server.db.select().from(tables.blobExports)).toHaveLength(1);
});

it.each([
  ['', 401],
  ['p', 403],
  ['public', 403],
])('key %j gets %i', async (key, status) => {
  for (const [method, path] of [
    ['GET', PATH],
    ['PUT', PATH],
    ['GET', `${PATH}/p`],
    ['DELETE', `${PATH}/p`],
  ] as const) {
    expect((await call(method, path, method === 'PUT' ? body() : undefined, key)).status).toBe(status);
  }
});
