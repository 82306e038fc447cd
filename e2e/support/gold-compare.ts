import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseIfJson } from '../../contract/json/parse.ts';
import { flattenMetadata, isWholeKey } from '../../contract/metadata.ts';
import { isObject } from '../../server/ingest/dialects/span.ts';
import type { ObservationRow } from '../../server/store/analytics/rows.ts';

/*
 * Comparison with recorded expectations (`otel-gold.json`), used by the test of the dialects and by the one that goes over HTTP: what
 * was got is handed in as plain objects with the names of Langfuse's API.
 */

export interface GoldCase {
  name: string;
  dialects: string[];
  resourceSpans: unknown[];
  expect: {
    traces: Record<string, Record<string, unknown>>;
    observations: ({ id: string; traceId: string } & Record<string, unknown>)[];
  };
}

/** Recorded expectations, kept beside the repository and not in it. */
const FILE = fileURLToPath(new URL('../../../shared/contract/otel-gold.json', import.meta.url));

/** All cases; none where the file is not at hand. */
export const readGoldCases = (): GoldCase[] => (existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as GoldCase[]) : []);

/** Cases that we answer differently on purpose, by name, with the reason. */
export const BETTER_ON_PURPOSE: Readonly<Record<string, string>> = {
  'Property Mapping > normalizes environment on the direct events write path (LFE-14403) #3':
    "The case sets a switch that only the server's own writes have: from outside, an environment cannot claim a `langfuse-` name (contract §0.5).",
};

/** One difference: where, what was expected, what was got. */
export interface Difference {
  at: string;
  expected: unknown;
  got: unknown;
}

/** Compares the fields that `expected` names, and no others. */
export function compareFields(
  at: string,
  expected: Record<string, unknown>,
  got: Record<string, unknown> | undefined,
): Difference[] {
  if (!got) return [{ at, expected: 'something', got: undefined }];
  const differences: Difference[] = [];
  for (const field of Object.keys(expected)) {
    const [left, right] = prepare(field, expected[field], got[field]);
    if (!same(left, right)) differences.push({ at: `${at}.${field}`, expected: left, got: right });
  }
  return differences;
}

const TIMES = new Set(['startTime', 'endTime', 'completionStartTime', 'timestamp']);

function prepare(field: string, expected: unknown, got: unknown): [unknown, unknown] {
  if (TIMES.has(field)) return [millis(expected), millis(got)];
  if (field === 'metadata') return [canonicalMetadata(expected), canonicalMetadata(got)];
  if (field === 'tags') return [sorted(expected), sorted(got)];
  // Totals are added on the way (contract §5.9) and compared only where the case names them.
  if (field === 'usageDetails' || field === 'costDetails') return [expected, withoutUnnamedTotal(got, expected)];
  return [canonical(expected), canonical(got)];
}

const millis = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : value);

const sorted = (value: unknown) => (Array.isArray(value) ? [...(value as string[])].sort() : value);

function withoutUnnamedTotal(got: unknown, expected: unknown): unknown {
  if (!isObject(got) || !isObject(expected) || 'total' in expected) return got ?? {};
  const { total: _, ...rest } = got;
  return rest;
}

/** Nested or flat metadata in one form: paths with values; texts that hold JSON objects are taken apart as well. */
function canonicalMetadata(value: unknown): Record<string, unknown> {
  const paths: Record<string, unknown> = {};
  for (const [path, text] of Object.entries(isObject(value) ? flattenMetadata(value) : {})) {
    if (isWholeKey(path)) continue;
    const read = canonical(text);
    if (!isObject(read) || Object.keys(read).length === 0) paths[path] = read;
    else for (const [below, leaf] of Object.entries(canonicalMetadata(read))) paths[`${path}.${below}`] = leaf;
  }
  return paths;
}

/** JSON text and JSON value count as equal, inside of texts too; so do absent, null and the empty text. */
function canonical(value: unknown): unknown {
  const read = typeof value === 'string' ? parseIfJson(value) : value;
  if (read === undefined || read === null || read === '') return null;
  if (typeof read === 'string' && read !== value) return canonical(read);
  if (Array.isArray(read)) return read.map(canonical);
  if (isObject(read)) return Object.fromEntries(Object.entries(read).map(([key, entry]) => [key, canonical(entry)]));
  return read;
}

function same(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((entry, i) => same(entry, right[i]));
  if (!isObject(left) || !isObject(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => same(left[key], right[key]));
}

const iso = (micros: number | null) => (micros === null ? null : new Date(Math.floor(micros / 1000)).toISOString());

/** A row with the names of the API. */
export function observationOf(row: ObservationRow): Record<string, unknown> {
  return {
    id: row.id,
    traceId: row.trace_id,
    type: row.type,
    name: row.name,
    parentObservationId: row.parent_id || null,
    model: row.model || null,
    modelParameters: row.model_parameters || {},
    usageDetails: row.usage_details,
    costDetails: row.cost_details,
    level: row.level,
    statusMessage: row.status_message || null,
    version: row.version || null,
    environment: row.environment,
    input: row.input,
    output: row.output,
    metadata: row.metadata,
    startTime: iso(row.start_time),
    endTime: iso(row.end_time),
    completionStartTime: iso(row.completion_start_time),
  };
}

/** Makes a trace of its rows, with the names of the API. */
export type TraceOf = (rows: readonly ObservationRow[]) => Record<string, unknown> | undefined;

/** All differences between a case and the rows that were made of it. */
export function compareCase(gold: GoldCase, rows: readonly ObservationRow[], traceOf: TraceOf): Difference[] {
  const differences: Difference[] = [];
  for (const [id, expected] of Object.entries(gold.expect.traces)) {
    differences.push(...compareFields(`trace ${id}`, expected, traceOf(rows.filter((row) => row.trace_id === id))));
  }
  for (const expected of gold.expect.observations) {
    const row = rows.find((candidate) => candidate.id === expected.id && candidate.trace_id === expected.traceId);
    differences.push(...compareFields(`observation ${expected.id}`, expected, row && observationOf(row)));
  }
  if (rows.length !== gold.expect.observations.length) {
    differences.push({ at: 'number of observations', expected: gold.expect.observations.length, got: rows.length });
  }
  return differences;
}
