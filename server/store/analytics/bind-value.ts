/**
 * A value as ClickHouse reads it for `{name:Type}`: the text of ClickHouse's own tab-separated format, in which strings are bare at the
 * top and quoted inside arrays and maps.
 * @throws TypeError for a value that no ClickHouse type takes
 */
export function bindValue(value: unknown, inside = false): string {
  if (value === null) return inside ? 'NULL' : '\\N';
  switch (typeof value) {
    case 'string': {
      const escaped = value.replace(/[\\'\t\n\r\0]/g, (character) => ESCAPED[character]!);
      return inside ? `'${escaped}'` : escaped;
    }
    case 'number':
      if (Number.isNaN(value)) return 'nan';
      if (!Number.isFinite(value)) return value > 0 ? '+inf' : '-inf';
      return String(value);
    case 'bigint':
      return String(value);
    case 'boolean':
      return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => bindValue(item, true)).join(',')}]`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${bindValue(key, true)}:${bindValue(item, true)}`)
      .join(',')}}`;
  }
  throw new TypeError(`Cannot bind a ${typeof value} to a query`);
}

const ESCAPED: Record<string, string> = { '\\': '\\\\', "'": "\\'", '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' };
