import { z } from 'zod';
import { timestamp } from './observation.ts';
import { storable } from './storable.ts';
import { givenDate } from './time.ts';

export const DATASET_ITEM_STATUSES = ['ACTIVE', 'ARCHIVED'] as const;
export type DatasetItemStatus = (typeof DATASET_ITEM_STATUSES)[number];

const name = storable.min(1).max(1000);
const id = storable.min(1).max(800);
const jsonSchema = z.record(z.string(), z.unknown(), 'must be a JSON Schema object');

/** Creates a dataset or changes the one of that name. What is absent stays; a schema of null is taken away. */
export const upsertDatasetInput = z.object({
  name,
  description: storable.nullish(),
  metadata: z.unknown().optional(),
  inputSchema: jsonSchema.nullish(),
  expectedOutputSchema: jsonSchema.nullish(),
});
export type UpsertDatasetInput = z.output<typeof upsertDatasetInput>;

/** Creates an item or changes the one of that id. What is absent or null stays. */
export const upsertDatasetItemInput = z.object({
  datasetName: name,
  id: storable.min(1).max(255).nullish(),
  input: z.unknown().optional(),
  expectedOutput: z.unknown().optional(),
  metadata: z.unknown().optional(),
  sourceTraceId: storable.nullish(),
  sourceObservationId: storable.nullish(),
  status: z.enum(DATASET_ITEM_STATUSES).nullish(),
});
export type UpsertDatasetItemInput = z.output<typeof upsertDatasetItemInput>;

/** Links an item of a dataset with what a run made of it. The run is created by its first link. */
export const createDatasetRunItemInput = z.strictObject({
  runName: name,
  runDescription: storable.nullish(),
  metadata: z.unknown().optional(),
  datasetItemId: id,
  observationId: id.nullish(),
  traceId: id.nullish(),
  /** Items as of this moment are what was run. */
  datasetVersion: givenDate.nullish(),
  createdAt: givenDate.nullish(),
});
export type CreateDatasetRunItemInput = z.output<typeof createDatasetRunItemInput>;

/** Times are ISO-8601 UTC with ms. */
export const dataset = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  metadata: z.unknown(),
  /** JSON Schemas, draft 2020-12. */
  inputSchema: z.unknown(),
  expectedOutputSchema: z.unknown(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Dataset = z.output<typeof dataset>;

export const datasetItem = z.object({
  id: z.string(),
  datasetId: z.string(),
  datasetName: z.string(),
  status: z.enum(DATASET_ITEM_STATUSES),
  input: z.unknown(),
  expectedOutput: z.unknown(),
  metadata: z.unknown(),
  sourceTraceId: z.string().nullable(),
  sourceObservationId: z.string().nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type DatasetItem = z.output<typeof datasetItem>;

export const datasetRun = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  metadata: z.unknown(),
  datasetId: z.string(),
  datasetName: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type DatasetRun = z.output<typeof datasetRun>;

export const datasetRunItem = z.object({
  id: z.string(),
  datasetRunId: z.string(),
  datasetRunName: z.string(),
  datasetItemId: z.string(),
  traceId: z.string(),
  observationId: z.string().nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type DatasetRunItem = z.output<typeof datasetRunItem>;
