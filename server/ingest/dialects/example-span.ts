import type { ObservationRow } from '../../store/analytics/rows.ts';
import type { Attributes, AttributeValue, DecodedSpan } from '../otlp/decoded.ts';
import type { Sender } from '../types.ts';
import { normaliseExport } from './normalise.ts';

/* Spans for the tests of the dialects. */

export const SENDER: Sender = {
  projectId: 'p',
  publicKey: 'pk-lf-1',
  scope: 'full',
  via: 'otlp-http',
  sdkName: '',
  sdkVersion: '',
};

/** 2026-01-01T00:00:00Z. */
export const START = 1_767_225_600_000_000;
export const NOW = START + 3_600_000_000;

const attributesOf = (given: Record<string, AttributeValue>): Attributes => new Map(Object.entries(given));

export interface ExampleSpan {
  name?: string;
  spanId?: string;
  parent?: string;
  scope?: string;
  scopeVersion?: string;
  resource?: Record<string, AttributeValue>;
  events?: { name: string; attributes?: Record<string, AttributeValue> }[];
  links?: DecodedSpan['links'];
  statusCode?: number;
  statusMessage?: string;
  startTime?: number | null;
  endTime?: number | null;
}

/** A span of one second with these attributes. */
export function exampleSpan(attributes: Record<string, AttributeValue>, given: ExampleSpan = {}): DecodedSpan {
  return {
    index: 0,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: given.spanId ?? 'b7ad6b7169203331',
    parentSpanId: given.parent ?? '',
    name: given.name ?? 'step',
    kind: 1,
    startTime: given.startTime === undefined ? START : given.startTime,
    endTime: given.endTime === undefined ? START + 1_000_000 : given.endTime,
    attributes: attributesOf(attributes),
    events: (given.events ?? []).map((event, i) => ({
      name: event.name,
      time: START + i,
      attributes: attributesOf(event.attributes ?? {}),
    })),
    links: given.links ?? [],
    statusCode: given.statusCode ?? 0,
    statusMessage: given.statusMessage ?? '',
    resource: { attributes: attributesOf(given.resource ?? {}) },
    scope: { name: given.scope ?? 'example', version: given.scopeVersion ?? '', attributes: new Map() },
  };
}

/** The row that a span with these attributes becomes. */
export function rowOf(
  attributes: Record<string, AttributeValue>,
  given: ExampleSpan = {},
  sender: Sender = SENDER,
): ObservationRow {
  return normaliseExport({ spans: [exampleSpan(attributes, given)], refused: [] }, sender, NOW).rows[0]!;
}

/** Input and output as values: JSON texts parsed, the empty text as null. */
export function ioOf(attributes: Record<string, AttributeValue>, given: ExampleSpan = {}): { input: unknown; output: unknown } {
  const row = rowOf(attributes, given);
  const read = (text: string): unknown => {
    if (text === '') return null;
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  return { input: read(row.input), output: read(row.output) };
}
