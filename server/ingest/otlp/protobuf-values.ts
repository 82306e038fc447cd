import type protobuf from 'protobufjs/minimal.js';
import { ExactNumber } from '../../../contract/json/exact-number.ts';
import { setKey } from '../../../contract/json/parse.ts';
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
import { intFromHalves } from './json-values.ts';
import { nanosToMicros } from './times.ts';

/* What spans and log records have in common on the protobuf wire: fields, values, attributes, resource and scope. */

export type Reader = protobuf.Reader;

export const LENGTH_DELIMITED = 2;
export const FIXED64 = 1;
export const VARINT = 0;

/** Calls `take` for each field up to `end`; a field that it does not take is skipped. @throws RangeError when a field overruns `end` */
export function each(reader: Reader, end: number, take: (field: number, wire: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!take(tag >>> 3, tag & 7)) reader.skipType(tag & 7);
    if (reader.pos > end) throw new RangeError('field overruns its message');
  }
}

/** Goes on to the next field of this number that is a message; false at the end. Others are skipped. */
export function nextMessage(reader: Reader, end: number, wanted: number): boolean {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ((wanted << 3) | LENGTH_DELIMITED)) return true;
    reader.skipType(tag & 7);
  }
  if (reader.pos > end) throw new RangeError('field overruns its message');
  return false;
}

/** Reads the length of a message and returns where it ends. */
export function messageEnd(reader: Reader, limit: number): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > limit) throw new RangeError('message overruns its parent');
  return end;
}

/** The resource at field 1 of a message that ends at `end`; the reader stays where it was, for the resource may come after what it is of. */
export function findResource(reader: Reader, end: number): DecodedResource {
  const start = reader.pos;
  let resource: DecodedResource = NO_RESOURCE;
  each(reader, end, (field, wire) => {
    if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
    const attributes: Attributes = new Map();
    const inner = messageEnd(reader, end);
    each(reader, inner, (f, w) => f === 1 && w === LENGTH_DELIMITED && readKeyValue(reader, inner, attributes));
    resource = { attributes };
    return true;
  });
  reader.pos = start;
  return resource;
}

/** The same for a scope. */
export function findScope(reader: Reader, end: number): DecodedScope {
  const start = reader.pos;
  let scope: DecodedScope = NO_SCOPE;
  each(reader, end, (field, wire) => {
    if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
    scope = readScope(reader, messageEnd(reader, end));
    return true;
  });
  reader.pos = start;
  return scope;
}

function readScope(reader: Reader, end: number): DecodedScope {
  const scope: DecodedScope = { name: '', version: '', attributes: NO_ATTRIBUTES };
  each(reader, end, (field, wire) => {
    if (wire !== LENGTH_DELIMITED) return false;
    if (field === 1) scope.name = reader.string();
    else if (field === 2) scope.version = reader.string();
    else if (field === 3) {
      if (scope.attributes === NO_ATTRIBUTES) scope.attributes = new Map();
      readKeyValue(reader, end, scope.attributes);
    } else return false;
    return true;
  });
  return scope;
}

export function readNanos(reader: Reader): number | null {
  const low = reader.fixed32();
  return nanosToMicros(reader.fixed32(), low);
}

/** Reads one KeyValue (its length first) into `attributes`. */
export function readKeyValue(reader: Reader, limit: number, attributes: Attributes): true {
  const end = messageEnd(reader, limit);
  let key = '';
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ((1 << 3) | LENGTH_DELIMITED)) key = reader.string();
    else if (tag === ((2 << 3) | LENGTH_DELIMITED)) value = readAnyValue(reader, messageEnd(reader, end), 0);
    else reader.skipType(tag & 7);
  }
  if (reader.pos > end) throw new RangeError('field overruns its message');
  if (value === undefined) return true;
  attributes.set(key, value);
  if (attributes.size > MAX_ATTRIBUTES) throw new TooManyError('attributes');
  return true;
}

/** Reads an AnyValue; undefined for an empty one. */
export function readAnyValue(reader: Reader, end: number, depth: number): AttributeValue | undefined {
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case (1 << 3) | LENGTH_DELIMITED:
        value = reader.string();
        break;
      case (2 << 3) | VARINT:
        value = reader.bool();
        break;
      case (3 << 3) | VARINT:
        value = readInt64(reader);
        break;
      case (4 << 3) | FIXED64:
        value = nameIfNotFinite(reader.double());
        break;
      case (5 << 3) | LENGTH_DELIMITED:
        value = readArray(reader, messageEnd(reader, end), depth + 1);
        break;
      case (6 << 3) | LENGTH_DELIMITED:
        value = readMap(reader, messageEnd(reader, end), depth + 1);
        break;
      case (7 << 3) | LENGTH_DELIMITED:
        value = Buffer.from(reader.bytes()).toString('base64');
        break;
      default:
        reader.skipType(tag & 7);
    }
    if (reader.pos > end) throw new RangeError('field overruns its message');
  }
  return value;
}

/** Names for what JSON has no number for; its -0 is one that only text tells. */
function nameIfNotFinite(value: number): number | string | ExactNumber {
  if (Number.isFinite(value)) return Object.is(value, -0) ? new ExactNumber('-0') : value;
  return String(value);
}

/** A signed varint of up to ten bytes, exact beyond 2^53 too (the general reader would round it without the `long` package). */
function readInt64(reader: Reader): number | ExactNumber {
  let low = 0;
  let high = 0;
  for (let i = 0; i < 10; i++) {
    if (reader.pos >= reader.len) throw new RangeError('number overruns the body');
    const byte = reader.buf[reader.pos++]!;
    const bits = byte & 127;
    if (i < 4) low |= bits << (7 * i);
    else if (i === 4) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (7 * i - 32);
    if (byte < 128) return intFromHalves(low >>> 0, high | 0);
  }
  throw new RangeError('number is longer than ten bytes');
}

function readArray(reader: Reader, end: number, depth: number): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) {
    reader.pos = end;
    return TOO_DEEP;
  }
  const values: AttributeValue[] = [];
  each(reader, end, (field, wire) => {
    if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
    const value = readAnyValue(reader, messageEnd(reader, end), depth);
    if (value !== undefined) values.push(value);
    return true;
  });
  return values;
}

/** A key-value list as a plain object, as in JSON; entries without a value are left out. */
function readMap(reader: Reader, end: number, depth: number): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) {
    reader.pos = end;
    return TOO_DEEP;
  }
  const read: AttributeMap = {};
  each(reader, end, (field, wire) => {
    if (field !== 1 || wire !== LENGTH_DELIMITED) return false;
    const entryEnd = messageEnd(reader, end);
    let key = '';
    let value: AttributeValue | undefined;
    each(reader, entryEnd, (f, w) => {
      if (w !== LENGTH_DELIMITED) return false;
      if (f === 1) key = reader.string();
      else if (f === 2) value = readAnyValue(reader, messageEnd(reader, entryEnd), depth);
      else return false;
      return true;
    });
    if (value !== undefined) setKey(read, key, value);
    return true;
  });
  return read;
}
