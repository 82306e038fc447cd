import { z } from 'zod';
import { deprecation, metaResponse, pageNumber, upTo } from './common.ts';
import { anything, givenTime, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

export const dataset = published(
  'Dataset',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    metadata: anything,
    inputSchema: anything,
    expectedOutputSchema: anything,
    projectId: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const datasetItemMediaReferenceField = published(
  'DatasetItemMediaReferenceField',
  z.enum(['input', 'expectedOutput', 'metadata']),
);
export const datasetItemMediaReferenceMedia = published(
  'DatasetItemMediaReferenceMedia',
  z.strictObject({
    mediaId: z.string(),
    contentType: z.string(),
    contentLength: z.int(),
    url: z.string(),
    urlExpiry: z.string(),
  }),
);
export const datasetItemMediaReference = published(
  'DatasetItemMediaReference',
  z.strictObject({
    field: datasetItemMediaReferenceField,
    referenceString: z.string(),
    jsonPath: z.string(),
    media: datasetItemMediaReferenceMedia,
  }),
);
export const datasetStatus = published('DatasetStatus', z.enum(['ACTIVE', 'ARCHIVED']));
export const datasetItem = published(
  'DatasetItem',
  z.strictObject({
    id: z.string(),
    status: datasetStatus,
    input: anything,
    expectedOutput: anything,
    metadata: anything,
    sourceTraceId: z.string().nullable(),
    sourceObservationId: z.string().nullable(),
    datasetId: z.string(),
    datasetName: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    mediaReferences: z.array(datasetItemMediaReference),
  }),
);
export const datasetRunItem = published(
  'DatasetRunItem',
  z.strictObject({
    id: z.string(),
    datasetRunId: z.string(),
    datasetRunName: z.string(),
    datasetItemId: z.string(),
    traceId: z.string(),
    observationId: z.string().nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const datasetRun = published(
  'DatasetRun',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    metadata: anything,
    datasetId: z.string(),
    datasetName: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
);
export const datasetRunWithItems = published(
  'DatasetRunWithItems',
  datasetRun.extend({ datasetRunItems: z.array(datasetRunItem), _deprecation: deprecation.optional() }),
);
export const deleteDatasetItemResponse = published('DeleteDatasetItemResponse', z.strictObject({ message: z.string() }));
export const createDatasetItemRequest = published(
  'CreateDatasetItemRequest',
  z.object({
    datasetName: z.string(),
    input: z.unknown().optional(),
    expectedOutput: z.unknown().optional(),
    metadata: z.unknown().optional(),
    sourceTraceId: z.string().nullish(),
    sourceObservationId: z.string().nullish(),
    id: z.string().nullish(),
    status: datasetStatus.optional(),
  }),
);
export const paginatedDatasetItems = published(
  'PaginatedDatasetItems',
  z.strictObject({ data: z.array(datasetItem), meta: metaResponse }),
);
export const createDatasetRunItemRequest = published(
  'CreateDatasetRunItemRequest',
  z.object({
    runName: z.string(),
    runDescription: z.string().nullish(),
    metadata: z.unknown().optional(),
    datasetItemId: z.string(),
    observationId: z.string().nullish(),
    traceId: z.string().nullish(),
    datasetVersion: givenTime.nullish(),
    createdAt: givenTime.nullish(),
  }),
);
export const paginatedDatasetRunItems = published(
  'PaginatedDatasetRunItems',
  z.strictObject({ data: z.array(datasetRunItem), meta: metaResponse, _deprecation: deprecation.optional() }),
);
export const paginatedDatasets = published('PaginatedDatasets', z.strictObject({ data: z.array(dataset), meta: metaResponse }));
export const createDatasetRequest = published(
  'CreateDatasetRequest',
  z.object({
    name: z.string(),
    description: z.string().nullish(),
    metadata: z.unknown().optional(),
    inputSchema: z.unknown().optional(),
    expectedOutputSchema: z.unknown().optional(),
  }),
);
export const paginatedDatasetRuns = published(
  'PaginatedDatasetRuns',
  z.strictObject({ data: z.array(datasetRun), meta: metaResponse, _deprecation: deprecation.optional() }),
);
export const deleteDatasetRunResponse = published('DeleteDatasetRunResponse', z.strictObject({ message: z.string() }));

/** Datasets of before version 2 (contract §1.8): with the ids of their items, or the items, and the names of their runs. */
const datasetV1 = dataset.extend({ items: z.array(z.string()), runs: z.array(z.string()) });
const datasetWithItems = dataset.extend({ items: z.array(datasetItem), runs: z.array(z.string()) });

export const datasetsRoutes = routes('Datasets', [
  route('listDatasets', 'GET', {
    path: '/v2/datasets',
    auth: 'project',
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: paginatedDatasets },
  }),
  route('createDataset', 'POST', {
    path: '/v2/datasets',
    auth: 'project',
    body: createDatasetRequest,
    answers: { 200: dataset },
  }),
  route('getDataset', 'GET', { path: '/v2/datasets/{datasetName}', auth: 'project', answers: { 200: dataset } }),
  route('getDatasetRun', 'GET', {
    path: '/datasets/{datasetName}/runs/{runName}',
    auth: 'project',
    deprecated: true,
    answers: { 200: datasetRunWithItems },
  }),
  route('deleteDatasetRun', 'DELETE', {
    path: '/datasets/{datasetName}/runs/{runName}',
    auth: 'project',
    deprecated: true,
    answers: { 200: deleteDatasetRunResponse },
  }),
  route('listDatasetRuns', 'GET', {
    path: '/datasets/{datasetName}/runs',
    auth: 'project',
    deprecated: true,
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: paginatedDatasetRuns },
  }),
  route('upsertDatasetItem', 'POST', {
    path: '/dataset-items',
    auth: 'project',
    body: createDatasetItemRequest,
    answers: { 200: datasetItem },
  }),
  route('listDatasetItems', 'GET', {
    path: '/dataset-items',
    auth: 'project',
    query: z.object({
      datasetName: z.string().optional(),
      sourceTraceId: z.string().optional(),
      sourceObservationId: z.string().optional(),
      version: givenTime.optional(),
      page: pageNumber,
      limit: upTo(100),
    }),
    answers: { 200: paginatedDatasetItems },
  }),
  route('getDatasetItem', 'GET', { path: '/dataset-items/{id}', auth: 'project', answers: { 200: datasetItem } }),
  route('deleteDatasetItem', 'DELETE', {
    path: '/dataset-items/{id}',
    auth: 'project',
    answers: { 200: deleteDatasetItemResponse },
  }),
  route('createDatasetRunItem', 'POST', {
    path: '/dataset-run-items',
    auth: 'project',
    deprecated: true,
    body: createDatasetRunItemRequest,
    answers: { 200: datasetRunItem },
  }),
  route('listDatasetRunItems', 'GET', {
    path: '/dataset-run-items',
    auth: 'project',
    deprecated: true,
    query: z.object({ datasetId: z.string(), runName: z.string(), page: pageNumber, limit: upTo(100) }),
    answers: { 200: paginatedDatasetRunItems },
  }),
  route('listDatasetsV1', 'GET', {
    path: '/datasets',
    auth: 'project',
    listed: false,
    deprecated: true,
    query: z.object({ page: pageNumber, limit: upTo(100) }),
    answers: { 200: z.strictObject({ data: z.array(datasetV1), meta: metaResponse }) },
  }),
  route('createDatasetV1', 'POST', {
    path: '/datasets',
    auth: 'project',
    listed: false,
    deprecated: true,
    body: createDatasetRequest,
    answers: { 200: datasetV1 },
  }),
  route('getDatasetV1', 'GET', {
    path: '/datasets/{datasetName}',
    auth: 'project',
    listed: false,
    deprecated: true,
    answers: { 200: datasetWithItems },
  }),
]);
