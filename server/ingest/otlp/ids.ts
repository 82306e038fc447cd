const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Longest id that is taken (contract §0.5). */
const MAX_ID_LENGTH = 800;

/** Bytes as lower-case hex. */
export function bytesToHex(bytes: Uint8Array | readonly number[]): string {
  let hex = '';
  for (let i = 0; i < bytes.length; i++) hex += HEX[bytes[i]! & 255];
  return hex;
}

const isByteList = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);

/**
 * Reads an id of OTLP/JSON: a text (kept as it is; hex of the right length in lower case, as protobuf bytes would come out), a list of
 * bytes or `{type: "Buffer", data}` (contract §3.1). Absent, null and empty ids are an empty text; undefined means the type is wrong.
 */
export function readJsonId(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string')
    return (value.length === 32 || value.length === 16) && isHex(value) ? value.toLowerCase() : value;
  if (value instanceof Uint8Array || isByteList(value)) return bytesToHex(value);
  if (typeof value === 'object') {
    const buffer = value as { type?: unknown; data?: unknown };
    if (buffer.type === 'Buffer' && isByteList(buffer.data)) return bytesToHex(buffer.data);
  }
  return undefined;
}

const isHex = (text: string) => /^[0-9a-fA-F]+$/.test(text);

/** Why an id cannot identify anything, or null when it can. All zeroes is OpenTelemetry's "no id". */
export function idProblem(field: string, id: string | undefined): string | null {
  if (id === undefined) return `${field} is neither text nor bytes`;
  if (id === '') return `${field} is missing`;
  if (id.length > MAX_ID_LENGTH) return `${field} is longer than ${MAX_ID_LENGTH} characters`;
  if (isZero(id)) return `${field} is all zeroes`;
  if (id.includes('\r')) return `${field} holds a carriage return`;
  return null;
}

export function isZero(id: string): boolean {
  for (let i = 0; i < id.length; i++) if (id.charCodeAt(i) !== 48) return false;
  return true;
}
