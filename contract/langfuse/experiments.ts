import { z } from 'zod';
import { upTo } from './common.ts';
import { observationLevel } from './observations.ts';
import { anything, givenTime, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';
import { scoreV3 } from './scores.ts';

export const experimentsResponseMeta = published('ExperimentsResponseMeta', z.strictObject({ cursor: z.string().nullish() }));
export const experiment = published(
  'Experiment',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    startTime: timestamp,
    endTime: timestamp,
    itemCount: z.int(),
    datasetId: z.string().nullable(),
    metadata: z.record(z.string(), anything).nullish(),
    scores: z.array(scoreV3).nullish(),
  }),
);
export const experimentsResponse = published(
  'ExperimentsResponse',
  z.strictObject({ data: z.array(experiment), meta: experimentsResponseMeta }),
);
export const experimentItem = published(
  'ExperimentItem',
  z.strictObject({
    id: z.string(),
    traceId: z.string(),
    startTime: timestamp,
    endTime: timestamp.nullable(),
    level: observationLevel,
    environment: z.string(),
    experimentId: z.string(),
    experimentName: z.string(),
    experimentItemId: z.string(),
    experimentDatasetId: z.string().nullish(),
    experimentItemVersion: timestamp.nullish(),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    expectedOutput: z.unknown().optional(),
    metadata: z.record(z.string(), anything).nullish(),
    experimentItemMetadata: z.record(z.string(), anything).nullish(),
    experimentMetadata: z.record(z.string(), anything).nullish(),
    experimentDescription: z.string().nullish(),
    scores: z.array(scoreV3).nullish(),
  }),
);
export const experimentItemsResponse = published(
  'ExperimentItemsResponse',
  z.strictObject({ data: z.array(experimentItem), meta: experimentsResponseMeta }),
);

export const experimentsRoutes = routes('Experiments', [
  route('listExperiments', 'GET', {
    path: '/experiments',
    auth: 'project',
    query: z.object({
      fields: z.string().optional(),
      limit: upTo(100),
      scoreLimit: upTo(50),
      cursor: z.string().optional(),
      fromStartTime: givenTime,
      toStartTime: givenTime.optional(),
      id: z.string().optional(),
      name: z.string().optional(),
      datasetId: z.string().optional(),
      filter: z.string().optional(),
    }),
    answers: { 200: experimentsResponse },
  }),
  route('listExperimentItems', 'GET', {
    path: '/experiment-items',
    auth: 'project',
    query: z.object({
      fields: z.string().optional(),
      limit: upTo(100),
      scoreLimit: upTo(50),
      cursor: z.string().optional(),
      fromStartTime: givenTime,
      toStartTime: givenTime.optional(),
      experimentId: z.string().optional(),
      experimentName: z.string().optional(),
      experimentItemId: z.string().optional(),
      datasetId: z.string().optional(),
      filter: z.string().optional(),
    }),
    answers: { 200: experimentItemsResponse },
  }),
]);
