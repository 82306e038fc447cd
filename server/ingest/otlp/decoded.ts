import type { ExactNumber } from '../../../contract/json/exact-number.ts';
import { AppError, tooLarge } from '../../lib/errors.ts';
import type { Micros } from '../../store/analytics/rows.ts';
import type { Refusal } from '../types.ts';

/**
 * An attribute after decoding (contract §3.2): plain JSON, the same from both encodings. Key-value lists are objects, bytes their base64
 * text, whole numbers beyond 2^53 keep their digits.
 */
export type AttributeValue = string | number | ExactNumber | boolean | AttributeValue[] | AttributeMap;

/** Keys come from outside: they are set with `setKey`, so that `__proto__` is one like any other. */
export interface AttributeMap {
  [key: string]: AttributeValue;
}

/** A map and not an object: keys come from outside and may be `__proto__`. */
export type Attributes = Map<string, AttributeValue>;

export interface DecodedResource {
  attributes: Attributes;
}

export interface DecodedScope {
  /** Empty when not told. */
  name: string;
  version: string;
  attributes: Attributes;
}

export interface DecodedEvent {
  name: string;
  /** Null when not told. */
  time: Micros | null;
  attributes: Attributes;
}

export interface DecodedLink {
  traceId: string;
  spanId: string;
  attributes: Attributes;
}

/** One span, the same whether it came as protobuf or JSON. Resource and scope objects are shared between spans. */
export interface DecodedSpan {
  /** Place in the export, refused spans counted. */
  index: number;
  /** Lower-case hex. */
  traceId: string;
  spanId: string;
  /** Empty when there is none. */
  parentSpanId: string;
  name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  startTime: Micros | null;
  endTime: Micros | null;
  attributes: Attributes;
  events: DecodedEvent[];
  links: DecodedLink[];
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number;
  statusMessage: string;
  resource: DecodedResource;
  scope: DecodedScope;
}

export interface DecodedExport {
  spans: DecodedSpan[];
  refused: Refusal[];
}

/** One log record, the same whether it came as protobuf or JSON. */
export interface DecodedLogRecord {
  traceId: string;
  spanId: string;
  /** When it happened, or else when it was observed; null when neither is told. */
  time: Micros | null;
  /** `event_name`, or the attribute `event.name` of older instrumentations. Empty for a plain log line. */
  name: string;
  /** `INFO`, `ERROR`, …; empty when not told. */
  severity: string;
  body: AttributeValue | undefined;
  attributes: Attributes;
  resource: DecodedResource;
  scope: DecodedScope;
}

export interface DecodedLogs {
  records: DecodedLogRecord[];
  refused: Refusal[];
}

export const NO_ATTRIBUTES: Attributes = new Map();
export const NO_RESOURCE: DecodedResource = { attributes: NO_ATTRIBUTES };
export const NO_SCOPE: DecodedScope = { name: '', version: '', attributes: NO_ATTRIBUTES };

/** Spans of one export. Exporters send some hundreds. */
export const MAX_SPANS = 50_000;
/** Attributes, and likewise events and links, of one span; one with more is refused. OpenTelemetry's own limit is 128. */
export const MAX_ATTRIBUTES = 10_000;

const counted = (many: number): string => many.toLocaleString('en');

/** More of something than a span may have. */
export class TooManyError extends AppError {
  constructor(what: string) {
    super(413, 'PayloadTooLargeError', `has more than ${counted(MAX_ATTRIBUTES)} ${what}`);
  }
}

/** More spans than an export may have. */
export const manySpans = (): AppError => tooLarge(`An export holds at most ${counted(MAX_SPANS)} spans. Send smaller ones.`);

/** Of a span that broke while it was read. */
export const undecodable = (index: number, error: unknown): Refusal =>
  error instanceof TooManyError
    ? { index, item: null, reason: 'too_large', message: `the span ${error.message}` }
    : { index, item: null, reason: 'invalid_field', message: 'the span cannot be decoded' };

/** Values nested deeper than this are cut to a text. */
export const MAX_VALUE_DEPTH = 48;
export const TOO_DEEP = '[nested too deep]';
