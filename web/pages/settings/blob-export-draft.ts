import type { z } from 'zod';
import type { blobExport, putBlobExport } from '../../../contract/api/blob-exports.ts';
import {
  BLOB_EXPORT_FIELD_GROUPS,
  type BLOB_EXPORT_FREQUENCIES,
  type BLOB_EXPORT_MODES,
  type BLOB_EXPORT_TYPES,
  type BlobExportFieldGroup,
  type BlobExportFileType,
  type BlobExportSource,
} from '../../../contract/blob-export.ts';
import type { InputOf } from '../../../contract/operation.ts';

export type BlobExport = z.output<typeof blobExport>;
type Type = (typeof BLOB_EXPORT_TYPES)[number];
type Frequency = (typeof BLOB_EXPORT_FREQUENCIES)[number];
type Mode = (typeof BLOB_EXPORT_MODES)[number];

/** What the form holds: texts as they are typed. */
export interface Draft {
  type: Type;
  bucketName: string;
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  prefix: string;
  forcePathStyle: boolean;
  fileType: BlobExportFileType;
  compressed: boolean;
  exportFrequency: Frequency;
  exportMode: Mode;
  /** `2026-05-01`, a day of UTC. */
  startDay: string;
  exportSource: BlobExportSource;
  groups: BlobExportFieldGroup[];
}

export const EMPTY: Draft = {
  type: 'S3',
  bucketName: '',
  endpoint: '',
  region: '',
  accessKeyId: '',
  secretAccessKey: '',
  prefix: '',
  forcePathStyle: false,
  fileType: 'PARQUET',
  compressed: true,
  exportFrequency: 'hourly',
  exportMode: 'FULL_HISTORY',
  startDay: '',
  exportSource: 'OBSERVATIONS_V2',
  groups: [...BLOB_EXPORT_FIELD_GROUPS],
};

/** An export as the form shows it. */
export const draftOf = (saved: BlobExport): Draft => ({
  type: saved.type,
  bucketName: saved.bucketName,
  endpoint: saved.endpoint ?? '',
  region: saved.region,
  accessKeyId: saved.accessKeyId ?? '',
  secretAccessKey: '',
  prefix: saved.prefix,
  forcePathStyle: saved.forcePathStyle,
  fileType: saved.fileType,
  compressed: saved.compressed,
  exportFrequency: saved.exportFrequency,
  exportMode: saved.exportMode,
  startDay: saved.exportStartDate?.slice(0, 10) ?? '',
  exportSource: saved.exportSource,
  groups: saved.exportFieldGroups ?? [...BLOB_EXPORT_FIELD_GROUPS],
});

export type Given = Omit<InputOf<typeof putBlobExport>, 'projectId'>;

/** What is sent for a draft. @param edited the export that is changed; null for a new one, which begins at once */
export function givenBy(draft: Draft, edited: BlobExport | null): Given {
  const endpoint = draft.endpoint.trim();
  const secret = draft.secretAccessKey.trim();
  const isAzure = draft.type === 'AZURE_BLOB_STORAGE';
  const isWhole = draft.groups.length === BLOB_EXPORT_FIELD_GROUPS.length;
  return {
    type: draft.type,
    bucketName: draft.bucketName.trim(),
    endpoint: endpoint === '' || draft.type === 'S3' ? null : endpoint,
    // Object stores that know no regions are given one that they ignore.
    region: isAzure ? '' : draft.region.trim() || (draft.type === 'S3' ? '' : 'us-east-1'),
    accessKeyId: draft.accessKeyId.trim(),
    ...(secret === '' ? {} : { secretAccessKey: secret }),
    prefix: draft.prefix.trim().replace(/([^/])$/, '$1/'),
    forcePathStyle: draft.type === 'S3_COMPATIBLE' && draft.forcePathStyle,
    fileType: draft.fileType,
    compressed: draft.compressed,
    exportFrequency: draft.exportFrequency,
    exportMode: draft.exportMode,
    exportStartDate: draft.exportMode === 'FROM_CUSTOM_DATE' ? startOf(draft.startDay, edited) : null,
    exportSource: draft.exportSource,
    exportFieldGroups: hasGroups(draft.exportSource) && !isWhole ? draft.groups : null,
    enabled: edited?.enabled ?? true,
  };
}

/** A time of day that was set over the API stays with its day: another beginning would start the export anew. */
function startOf(day: string, edited: BlobExport | null): string | null {
  if (edited?.exportStartDate?.startsWith(day) && day !== '') return edited.exportStartDate;
  return day === '' ? null : `${day}T00:00:00.000Z`;
}

/** The same export, on or off. */
export const switched = (saved: BlobExport, enabled: boolean): Given => ({
  ...givenBy(draftOf(saved), saved),
  endpoint: saved.endpoint,
  region: saved.region,
  forcePathStyle: saved.forcePathStyle,
  exportFieldGroups: saved.exportFieldGroups,
  enabled,
});

/** Whether columns can be chosen: those of steps with what their traces say. */
export const hasGroups = (source: BlobExportSource): boolean => source !== 'LEGACY_TRACES_OBSERVATIONS';

/** Whether a change sends everything again, to the new place or from the new beginning. */
export function startsAnew(draft: Draft, edited: BlobExport): boolean {
  const given = givenBy(draft, edited);
  const place = ({ type, bucketName, endpoint, prefix, exportMode, exportStartDate, exportSource }: Given | BlobExport) =>
    JSON.stringify([type, bucketName, endpoint ?? null, prefix ?? '', exportMode, exportStartDate ?? null, exportSource]);
  return place(given) !== place(edited);
}

export const TYPES: Record<Type, { name: string; hint: string; bucket: string; account: string; secret: string }> = {
  S3: { name: 'Amazon S3', hint: 'A bucket of AWS', bucket: 'Bucket', account: 'Access key id', secret: 'Secret access key' },
  S3_COMPATIBLE: {
    name: 'S3-compatible',
    hint: 'MinIO, Cloudflare R2, Google Cloud Storage and others',
    bucket: 'Bucket',
    account: 'Access key id',
    secret: 'Secret access key',
  },
  AZURE_BLOB_STORAGE: {
    name: 'Azure Blob Storage',
    hint: 'A container of a storage account',
    bucket: 'Container',
    account: 'Storage account',
    secret: 'Account key',
  },
};

export const FILE_TYPES: Record<BlobExportFileType, string> = {
  PARQUET: 'Parquet',
  JSONL: 'JSON lines',
  JSON: 'JSON',
  CSV: 'CSV',
};

export const FREQUENCIES: Record<Frequency, string> = {
  every_20_minutes: 'Every 20 minutes',
  hourly: 'Every hour',
  daily: 'Every day',
  weekly: 'Every week',
};

export const MODES: Record<Mode, { name: string; hint: string }> = {
  FULL_HISTORY: { name: 'Everything that is stored', hint: 'The first run takes all of the past along' },
  FROM_TODAY: { name: 'From today on', hint: 'What was written before today stays out' },
  FROM_CUSTOM_DATE: { name: 'From a day on', hint: 'What was written before stays out' },
};

export const SOURCES: Record<BlobExportSource, { name: string; hint: string }> = {
  OBSERVATIONS_V2: { name: 'Steps and scores', hint: 'Every step with what its trace says' },
  LEGACY_TRACES_OBSERVATIONS: { name: 'Traces, steps and scores', hint: 'One table each, to be joined' },
  LEGACY_TRACES_AND_ENRICHED_OBSERVATIONS: { name: 'All of them', hint: 'Traces, steps, steps with their traces, scores' },
};

export const GROUPS: Record<BlobExportFieldGroup, string> = {
  core: 'Core',
  basic: 'Basics',
  time: 'Times',
  io: 'Input and output',
  metadata: 'Metadata',
  model: 'Model',
  usage: 'Usage and cost',
  prompt: 'Prompt',
  metrics: 'Metrics',
  tools: 'Tools',
  trace_context: 'Trace',
};

/** Where files go, as an address that people know. */
export function placeOf({ type, bucketName, endpoint, prefix }: BlobExport): string {
  const path = prefix === '' ? bucketName : `${bucketName}/${prefix}`;
  return type === 'S3' ? `s3://${path}` : `${(endpoint ?? '').replace(/\/+$/, '')}/${path}`;
}
