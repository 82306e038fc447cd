import { ExactNumber } from '../../../contract/json/exact-number.ts';
import { isObject, setKey } from '../../../contract/json/parse.ts';
import {
  type AttributeMap,
  type Attributes,
  type AttributeValue,
  type DecodedResource,
  type DecodedScope,
  MAX_ATTRIBUTES,
  MAX_VALUE_DEPTH,
  NO_ATTRIBUTES,
  NO_RESOURCE,
  NO_SCOPE,
  TOO_DEEP,
  TooManyError,
} from './decoded.ts';
import { jsonText } from './json-text.ts';

/* What spans and log records have in common in OTLP/JSON: values, attributes, resource and scope. */

export type Json = Record<string, unknown>;

/** A field by its JSON name, or by its name in the protobuf schema, which JSON parsers have to take as well. */
export const field = (object: Json, name: string, protoName: string): unknown => object[name] ?? object[protoName];

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : jsonText(value);

export function readEnum(value: unknown, names: readonly string[]): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return 0;
  const named = names.indexOf(value);
  return named >= 0 ? named : Number(value) || 0;
}

export function readResource(value: unknown): DecodedResource {
  if (!isObject(value)) return NO_RESOURCE;
  return { attributes: readAttributes(value.attributes) ?? NO_ATTRIBUTES };
}

export function readScope(value: unknown): DecodedScope {
  if (!isObject(value)) return NO_SCOPE;
  return {
    name: textOf(value.name),
    version: textOf(value.version),
    attributes: readAttributes(value.attributes) ?? NO_ATTRIBUTES,
  };
}

/** Null when it is not a list. Entries without a key are left out. */
export function readAttributes(value: unknown): Attributes | null {
  if (value === undefined || value === null) return NO_ATTRIBUTES;
  if (!Array.isArray(value)) return null;
  const attributes: Attributes = new Map();
  for (const entry of value) {
    if (!isObject(entry) || typeof entry.key !== 'string') continue;
    const read = readAnyValue(entry.value, 0);
    if (read === undefined) continue;
    attributes.set(entry.key, read);
    if (attributes.size > MAX_ATTRIBUTES) throw new TooManyError('attributes');
  }
  return attributes;
}

/** Reads one AnyValue in the precedence of contract §3.2. Undefined when there is none. */
export function readAnyValue(value: unknown, depth: number): AttributeValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return typeof value === 'string' || typeof value === 'boolean' ? value : jsonText(value);
  const text = field(value, 'stringValue', 'string_value');
  if (text !== undefined && text !== null) return textOf(text);
  const double = field(value, 'doubleValue', 'double_value');
  if (double !== undefined && double !== null) return readDouble(double);
  const bool = field(value, 'boolValue', 'bool_value');
  if (bool !== undefined && bool !== null) return typeof bool === 'boolean' ? bool : bool === 'true';
  const array = field(value, 'arrayValue', 'array_value');
  if (isObject(array)) {
    const values = Array.isArray(array.values) ? array.values : [];
    if (depth >= MAX_VALUE_DEPTH) return TOO_DEEP;
    const read: AttributeValue[] = [];
    for (const entry of values) {
      const inner = readAnyValue(entry, depth + 1);
      if (inner !== undefined) read.push(inner);
    }
    return read;
  }
  const int = field(value, 'intValue', 'int_value');
  if (int !== undefined && int !== null) return readInt(int);
  const map = field(value, 'kvlistValue', 'kvlist_value');
  if (isObject(map)) return readMap(map, depth + 1);
  const bytes = field(value, 'bytesValue', 'bytes_value');
  if (bytes !== undefined && bytes !== null) return textOf(bytes);
  return Object.keys(value).length === 0 ? undefined : jsonText(value);
}

/** A key-value list as a plain object; entries without a value are left out, as attributes are. */
function readMap(map: Json, depth: number): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) return TOO_DEEP;
  const read: AttributeMap = {};
  for (const entry of Array.isArray(map.values) ? (map.values as unknown[]) : []) {
    if (!isObject(entry)) continue;
    const inner = readAnyValue(entry.value, depth);
    if (inner !== undefined) setKey(read, textOf(entry.key), inner);
  }
  return read;
}

function readDouble(value: unknown): AttributeValue {
  if (typeof value === 'number' || value instanceof ExactNumber) return value;
  if (typeof value !== 'string') return jsonText(value);
  const number = Number(value);
  return value.trim() !== '' && Number.isFinite(number) ? number : value;
}

/** Whole numbers beyond 2^53 keep their digits: a rounded id would be a wrong id. */
function readInt(value: unknown): AttributeValue {
  if (typeof value === 'number' || value instanceof ExactNumber) return value;
  if (typeof value === 'string') {
    const number = Number(value);
    if (value.trim() !== '' && Number.isSafeInteger(number)) return number;
    return /^-?\d{16,20}$/.test(value) ? new ExactNumber(value) : value;
  }
  if (isObject(value) && typeof value.high === 'number' && typeof value.low === 'number') {
    return intFromHalves(value.low >>> 0, value.high | 0);
  }
  return jsonText(value);
}

/** A signed 64-bit whole number, exact beyond 2^53 too. */
export function intFromHalves(low: number, high: number): number | ExactNumber {
  const number = high * 4294967296 + low;
  return Number.isSafeInteger(number) ? number : new ExactNumber(((BigInt(high) << 32n) | BigInt(low)).toString());
}
