import { addMetadata, flattenMetadata, hasMoreKeys, MAX_METADATA_KEYS } from '../../../contract/metadata.ts';
import type { Attributes, DecodedResource, DecodedScope, DecodedSpan } from '../otlp/decoded.ts';
import { attributeKey, bitsOf, HAS } from './attribute-keys.ts';
import { type JsonObject, parseObject, toText } from './span.ts';

/* Metadata as it is stored: flat, see contract/metadata.ts. Contract §3.9. */

type FlatMetadata = Record<string, string>;

/** Read into fields of their own (contract §3.4), so they are no metadata. */
const NOT_METADATA: ReadonlySet<string> = new Set(['userId', 'sessionId', 'threadId', 'tags', 'langfusePrompt']);

interface Source {
  /** JSON objects; the first that is one counts. */
  whole: readonly string[];
  /** One key each. */
  prefixes: readonly string[];
  bits: number;
}

const OBSERVATION: Source = {
  whole: ['langfuse.observation.metadata', 'langfuse.metadata'],
  prefixes: ['langfuse.observation.metadata.', 'langfuse.metadata.', 'ai.telemetry.metadata.', 'mastra.metadata.'],
  bits: HAS.observationMetadata | HAS.sharedMetadata,
};

const TRACE: Source = {
  whole: ['langfuse.trace.metadata', 'langfuse.metadata'],
  prefixes: ['langfuse.trace.metadata.', 'langfuse.metadata.', 'ai.telemetry.metadata.', 'mastra.metadata.'],
  bits: HAS.traceMetadata | HAS.sharedMetadata,
};

/** What was said of the trace and of nothing else. */
const TRACE_ONLY: Source = {
  whole: ['langfuse.trace.metadata'],
  prefixes: ['langfuse.trace.metadata.'],
  bits: HAS.traceMetadata,
};

export type MetadataOf = 'observation' | 'trace' | 'trace only';

const SOURCES: Readonly<Record<MetadataOf, Source>> = { observation: OBSERVATION, trace: TRACE, 'trace only': TRACE_ONLY };

/** What the sender called metadata, on the resource and then on the span, flat. `bits` are those of the span's attributes. */
export function addSaidMetadata(into: FlatMetadata, span: DecodedSpan, of: MetadataOf, bits: number): void {
  const source = SOURCES[of];
  if (resourceBits(span.resource) & source.bits) addFrom(into, span.resource.attributes, source);
  if (bits & source.bits) addFrom(into, span.attributes, source);
}

function addFrom(into: FlatMetadata, attributes: Attributes, source: Source): void {
  const key = source.whole.find((name) => attributes.get(name) !== undefined);
  const object = key === undefined ? undefined : wholeOf(attributes, key);
  if (object === 'too many keys') into[`attributes.${key}`] = toText(attributes.get(key!));
  else if (object) flattenMetadata(object, into);
  for (const prefix of source.prefixes) {
    for (const [key, value] of attributes) {
      if (!key.startsWith(prefix)) continue;
      const name = key.slice(prefix.length);
      if (!prefix.startsWith('langfuse') && NOT_METADATA.has(name)) continue;
      addMetadata(into, name, toText(value), value);
    }
  }
}

/** Large texts are read once, though several fields of the row ask for them. */
const readTexts = new WeakMap<Attributes, Map<string, JsonObject | 'too many keys' | undefined>>();
const LARGE = 100_000;

/** The object that an attribute holds as JSON. One of very many keys stays the text that it is. */
function wholeOf(attributes: Attributes, key: string): JsonObject | 'too many keys' | undefined {
  const value = attributes.get(key);
  if (typeof value !== 'string' || value.length < LARGE) return parseObject(value);
  const known = readTexts.get(attributes);
  if (known?.has(key)) return known.get(key);
  const object = parseObject(value);
  const read = object && hasMoreKeys(object, MAX_METADATA_KEYS) ? 'too many keys' : object;
  readTexts.set(attributes, (known ?? new Map()).set(key, read));
  return read;
}

/** Resource and scope are the same for many spans: each is flattened once. */
const flatResources = new WeakMap<DecodedResource, FlatMetadata>();
const flatScopes = new WeakMap<DecodedScope, FlatMetadata>();
const bitsOfResources = new WeakMap<DecodedResource, number>();

function resourceBits(resource: DecodedResource): number {
  let bits = bitsOfResources.get(resource);
  if (bits === undefined) {
    bits = bitsOf(resource.attributes);
    bitsOfResources.set(resource, bits);
  }
  return bits;
}

function flatResource(resource: DecodedResource): FlatMetadata {
  let flat = flatResources.get(resource);
  if (!flat) {
    flat = {};
    addContainer(flat, 'resourceAttributes', resource.attributes);
    flatResources.set(resource, flat);
  }
  return flat;
}

function flatScope(scope: DecodedScope): FlatMetadata {
  let flat = flatScopes.get(scope);
  if (!flat) {
    flat = {};
    if (scope.name !== '') flat['scope.name'] = scope.name;
    if (scope.version !== '') flat['scope.version'] = scope.version;
    addContainer(flat, 'scope.attributes', scope.attributes);
    flatScopes.set(scope, flat);
  }
  return flat;
}

function addContainer(into: FlatMetadata, container: string, attributes: Attributes): void {
  if (attributes.size === 0) into[container] = '{}';
  for (const [key, value] of attributes) into[`${container}.${key}`] = toText(value);
}

/** Adds resource and scope. */
export function addTelemetry(into: FlatMetadata, span: DecodedSpan): void {
  Object.assign(into, flatResource(span.resource), flatScope(span.scope));
}

/**
 * Adds the attributes that no field of the row was read from, as text; `leaveOut` names more of them and `replace` gives others a new
 * value. Spans of Langfuse's own SDKs have none worth keeping.
 */
export function addAttributes(
  into: FlatMetadata,
  span: DecodedSpan,
  moved: { keys: ReadonlySet<string>; replaced: JsonObject } | undefined,
): void {
  if (span.scope.name.startsWith('langfuse-sdk')) return;
  let any = false;
  for (const [key, value] of span.attributes) {
    const known = attributeKey(key);
    if (known.bits & HAS.consumed || moved?.keys.has(key)) continue;
    into[known.metadataPath] = moved && Object.hasOwn(moved.replaced, key) ? toText(moved.replaced[key]) : toText(value);
    any = true;
  }
  if (!any && !moved) into.attributes = '{}';
}
