import { isObject } from '../../../contract/json/parse.ts';
import { nestMetadata } from '../../../contract/metadata.ts';
import { OBSERVATION_TYPES } from '../../../contract/observation.ts';
import type { ObservationRowV1, ObservationRowV2, TraceRow } from './source-rows.ts';

/** Body of an event of the batch protocol (contract §2.2). What is not known is absent, because a null would take it away. */
export type Body = Record<string, unknown> & { id: string };

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === '' || (isObject(value) && Object.keys(value).length === 0);

/** Without what says nothing. */
export function compact<T extends { id: string }>(body: T): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => !isEmpty(value))) as Body;
}

const iso = (time: string | null | undefined) => (time ? new Date(time).toISOString() : undefined);

/** Reads that parse JSON show a text that is JSON only where it was stored as a JSON string: so it goes back. */
export function unparsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    JSON.parse(value);
    return JSON.stringify(value);
  } catch {
    return value;
  }
}

/** The same for the values inside metadata. */
export function unparsedMetadata(value: unknown): unknown {
  if (!isObject(value)) return unparsed(value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unparsedMetadata(each)]));
}

/** As every public sender's is stored (contract §0.5): names that servers keep for themselves lose what marks them. */
export const environmentOf = (environment: string | null | undefined): string | undefined =>
  environment ? environment.toLowerCase().replace(/^(?:langfuse[-_]?)+/, '') || 'default' : undefined;

/** A trace of a list, as a `trace-create`. */
export const traceBody = (row: TraceRow): Body =>
  compact({
    id: row.id,
    timestamp: iso(row.timestamp),
    name: row.name?.slice(0, 1000),
    userId: row.userId,
    sessionId: row.sessionId,
    release: row.release,
    version: row.version,
    environment: environmentOf(row.environment),
    tags: row.tags?.length ? [...row.tags].sort() : undefined,
    // False is what they are unless told.
    public: row.public || undefined,
    bookmarked: row.bookmarked || undefined,
    input: unparsed(row.input),
    output: unparsed(row.output),
    metadata: unparsedMetadata(row.metadata),
  });

type Usage = Record<string, number>;
const positive = (usage: Record<string, number | null | undefined> | null | undefined): Usage | undefined => {
  const known = Object.entries(usage ?? {}).filter(([, value]) => typeof value === 'number' && value >= 0);
  return known.length > 0 ? (Object.fromEntries(known) as Usage) : undefined;
};
const anyAbove0 = (usage: Usage | undefined) => (usage && Object.values(usage).some((value) => value > 0) ? usage : undefined);

/** What both generations of reads call the same. */
const stepOf = (row: ObservationRowV1 | ObservationRowV2) => ({
  id: row.id,
  traceId: row.traceId,
  type: (OBSERVATION_TYPES as readonly string[]).includes(row.type) ? row.type : 'SPAN',
  name: row.name,
  startTime: iso(row.startTime),
  endTime: iso(row.endTime),
  completionStartTime: iso(row.completionStartTime),
  modelParameters: parametersOf(row.modelParameters),
  level: row.level,
  statusMessage: row.statusMessage,
  parentObservationId: row.parentObservationId,
  version: row.version,
  environment: environmentOf(row.environment),
  // A link names both or none (contract §2.2).
  ...(row.promptName &&
    typeof row.promptVersion === 'number' && { promptName: row.promptName, promptVersion: row.promptVersion }),
});

/** Lists and objects go as JSON text: so they are read everywhere (contract §9.10). */
function parametersOf(parameters: unknown): Record<string, unknown> | undefined {
  if (!isObject(parameters)) return undefined;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      isObject(value) || Array.isArray(value) ? JSON.stringify(value) : value,
    ]),
  );
}

/** A step of the first version of observations. Servers of before there were details have usage and cost in other fields. */
export const observationBodyV1 = (row: ObservationRowV1): Body =>
  compact({
    ...stepOf(row),
    model: row.model,
    input: unparsed(row.input),
    output: unparsed(row.output),
    metadata: unparsedMetadata(row.metadata),
    usageDetails:
      positive(row.usageDetails) ??
      anyAbove0(positive({ input: row.usage?.input, output: row.usage?.output, total: row.usage?.total })),
    costDetails:
      positive(row.costDetails) ??
      anyAbove0(positive({ input: row.calculatedInputCost, output: row.calculatedOutputCost, total: row.calculatedTotalCost })),
  });

/** The second version of reads shows a nested object as dotted paths: they go back as the object. Values stay what they are. */
function nestedMetadata(metadata: unknown): unknown {
  if (!isObject(metadata)) return metadata;
  return nestMetadata(Object.fromEntries(Object.entries(metadata).map(([path, value]) => [path, JSON.stringify(value ?? null)])));
}

/** A step of the second version. */
export const observationBodyV2 = (row: ObservationRowV2): Body =>
  compact({
    ...stepOf(row),
    model: row.providedModelName,
    input: row.input,
    output: row.output,
    metadata: nestedMetadata(row.metadata),
    usageDetails: positive(row.usageDetails),
    costDetails: positive(row.costDetails),
  });
