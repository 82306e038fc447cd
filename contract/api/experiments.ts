import { z } from 'zod';
import { level, timestamp } from '../observation.ts';
import { operation } from '../operation.ts';
import { score } from '../score.ts';

const projectId = z.string();
const object = z.record(z.string(), z.unknown());

/** Runs over datasets and over other data: what a task made of each item. Times are those of the range that was asked for. */
const experiment = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  startTime: timestamp,
  endTime: timestamp,
  itemCount: z.number().int(),
  datasetId: z.string().nullable(),
  metadata: object,
  /** Of the experiment itself, newest first, at most 50. */
  scores: z.array(score),
});

const experimentItem = z.object({
  /** Of the step that stands for the item. */
  id: z.string(),
  traceId: z.string(),
  startTime: timestamp,
  endTime: timestamp.nullable(),
  level,
  environment: z.string(),
  experimentId: z.string(),
  experimentName: z.string(),
  experimentDescription: z.string().nullable(),
  experimentMetadata: object,
  experimentItemId: z.string(),
  experimentDatasetId: z.string().nullable(),
  experimentItemVersion: timestamp.nullable(),
  experimentItemMetadata: object,
  input: z.unknown(),
  output: z.unknown(),
  expectedOutput: z.unknown(),
  metadata: object,
  /** Of the step and of its trace, newest first, at most 50. */
  scores: z.array(score),
});

const range = { from: timestamp.optional(), to: timestamp.optional() };
const page = { cursor: z.string().optional(), limit: z.coerce.number().int().min(1).max(100).default(50) };

/** By latest activity; `from` inclusive, `to` exclusive. */
export const listExperiments = operation({
  id: 'listExperiments',
  method: 'GET',
  path: '/projects/{projectId}/experiments',
  access: 'any',
  role: 'VIEWER',
  summary: 'List experiments by latest activity, with their scores',
  input: z.object({
    projectId,
    ...range,
    name: z.string().optional(),
    datasetId: z.string().optional(),
    ...page,
  }),
  output: z.object({ data: z.array(experiment), nextCursor: z.string().nullable() }),
});

export const getExperiment = operation({
  id: 'getExperiment',
  method: 'GET',
  path: '/projects/{projectId}/experiments/{experimentId}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get an experiment with its scores',
  input: z.object({ projectId, experimentId: z.string() }),
  output: experiment,
});

export const listExperimentItems = operation({
  id: 'listExperimentItems',
  method: 'GET',
  path: '/projects/{projectId}/experiments/{experimentId}/items',
  access: 'any',
  role: 'VIEWER',
  summary: 'List the items of an experiment, newest first, with inputs, outputs and scores',
  input: z.object({ projectId, experimentId: z.string(), ...range, itemId: z.string().optional(), ...page }),
  output: z.object({ data: z.array(experimentItem), nextCursor: z.string().nullable() }),
});
