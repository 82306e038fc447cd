import { z } from 'zod';
import { timestamp } from '../observation.ts';
import { operation } from '../operation.ts';

/** What came in by one API key since the process started. */
export const keyReceipts = z.object({
  publicKey: z.string(),
  /** Items (spans, events, scores) that were decoded and taken. */
  accepted: z.number(),
  /** Of these, items that are written. */
  stored: z.number(),
  /** Refused items by reason. */
  refused: z.array(z.object({ reason: z.string(), count: z.number() })),
  /** Time from accepted to queryable, ms, over the last 1,000 requests. */
  lag: z.object({ p50: z.number(), p99: z.number() }).nullable(),
  lastSeen: timestamp.nullable(),
  /** How it came: `otlp-http`, `otlp-grpc`, `langfuse-batch`, with the SDK's name and version where told. */
  clients: z.array(z.object({ via: z.string(), sdk: z.string().nullable(), count: z.number() })),
});

export const getIngestion = operation({
  id: 'getIngestion',
  method: 'GET',
  path: '/projects/{projectId}/ingestion',
  access: 'any',
  role: 'VIEWER',
  summary: 'Receipts per key and the latest refusals: why is my trace not here?',
  input: z.object({ projectId: z.string() }),
  output: z.object({
    since: timestamp,
    keys: z.array(keyReceipts),
    /** Newest first, at most 50; the message names the field. */
    refusals: z.array(
      z.object({
        time: timestamp,
        via: z.string(),
        publicKey: z.string(),
        reason: z.string(),
        message: z.string(),
        item: z.string().nullable(),
      }),
    ),
    buffer: z.object({ bytes: z.number(), limit: z.number() }),
    /** Whether any trace was ever stored in this project. */
    hasTraces: z.boolean(),
  }),
});
