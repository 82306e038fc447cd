import { expect, it } from 'vitest';
import { putBlobExportInput } from '../../../contract/blob-export.ts';
import { type BlobExport, draftOf, EMPTY, givenBy, placeOf, startsAnew, switched } from './blob-export-draft.ts';

const saved: BlobExport = {
  projectId: 'p',
  type: 'S3_COMPATIBLE',
  bucketName: 'traces',
  endpoint: 'https://store.example/',
  region: 'eu',
  accessKeyId: 'AKIA',
  prefix: 'a/',
  exportFrequency: 'daily',
  enabled: true,
  forcePathStyle: true,
  fileType: 'CSV',
  exportMode: 'FROM_CUSTOM_DATE',
  exportStartDate: '2026-05-01T10:20:30.000Z',
  compressed: false,
  exportSource: 'OBSERVATIONS_V2',
  exportFieldGroups: ['core', 'io'],
  syncStatus: 'idle',
  nextSyncAt: null,
  lastSyncAt: null,
  lastError: null,
  lastErrorAt: null,
  createdAt: '2026-05-01T10:20:30.000Z',
  updatedAt: '2026-05-01T10:20:30.000Z',
};
const settings = {
  type: 'S3_COMPATIBLE',
  bucketName: 'traces',
  endpoint: 'https://store.example/',
  region: 'eu',
  accessKeyId: 'AKIA',
  prefix: 'a/',
  exportFrequency: 'daily',
  enabled: true,
  forcePathStyle: true,
  fileType: 'CSV',
  exportMode: 'FROM_CUSTOM_DATE',
  exportStartDate: '2026-05-01T10:20:30.000Z',
  compressed: false,
  exportSource: 'OBSERVATIONS_V2',
  exportFieldGroups: ['core', 'io'],
};

it('leaves an export as it is when nothing is changed', () => {
  expect(givenBy(draftOf(saved), saved)).toEqual(settings);
  expect(startsAnew(draftOf(saved), saved)).toBe(false);
  expect(switched(saved, false)).toEqual({ ...settings, enabled: false });
});

it('knows what starts an export anew', () => {
  const draft = draftOf(saved);
  const anew = [
    { bucketName: 'b' },
    { prefix: '' },
    { startDay: '2026-05-02' },
    { exportSource: 'LEGACY_TRACES_OBSERVATIONS' as const },
  ];
  for (const part of anew) expect(startsAnew({ ...draft, ...part }, saved)).toBe(true);
  for (const part of [{ fileType: 'JSON' as const }, { region: 'us' }, { secretAccessKey: 'x' }, { prefix: ' a/ ' }])
    expect(startsAnew({ ...draft, ...part }, saved)).toBe(false);
});

it('sends what the server takes, of every type', () => {
  const draft = {
    ...EMPTY,
    bucketName: ' bucket ',
    region: 'eu',
    accessKeyId: 'k',
    secretAccessKey: 's',
    endpoint: 'https://x.example',
  };
  expect(givenBy({ ...draft, type: 'S3' }, null)).toMatchObject({
    bucketName: 'bucket',
    endpoint: null,
    region: 'eu',
    enabled: true,
  });
  expect(givenBy({ ...draft, type: 'S3_COMPATIBLE', region: '' }, null)).toMatchObject({ region: 'us-east-1' });
  expect(givenBy({ ...draft, type: 'AZURE_BLOB_STORAGE' }, null)).toMatchObject({ region: '', endpoint: 'https://x.example' });
  for (const type of ['S3', 'S3_COMPATIBLE', 'AZURE_BLOB_STORAGE'] as const)
    expect(putBlobExportInput.safeParse({ projectId: 'p', ...givenBy({ ...draft, type }, null) }).error).toBeUndefined();
  expect(givenBy({ ...draft, exportMode: 'FROM_CUSTOM_DATE', startDay: '2026-06-07' }, null).exportStartDate).toBe(
    '2026-06-07T00:00:00.000Z',
  );
  expect(givenBy(draft, null).exportFieldGroups).toBeNull();
  expect(givenBy({ ...draft, groups: ['core'] }, null).exportFieldGroups).toEqual(['core']);
});

it('names places', () => {
  expect(placeOf(saved)).toBe('https://store.example/traces/a/');
  expect(placeOf({ ...saved, type: 'S3', endpoint: null, prefix: '' })).toBe('s3://traces');
});
