import { pick, type Random } from './wild.ts';

/** A JSON Schema as OpenAPI 3.1 and MCP publish it. */
export type JsonSchema = Record<string, unknown>;

/** What a text of a field may be, by the name of the field; undefined: no idea. */
export type TextsOf = (field: string) => readonly string[] | undefined;

const RECENT = () => new Date(Date.now() - 3_600_000).toISOString();

/**
 * A value that a schema allows, as far as this little reader understands it: what it does not understand it fills with a text.
 * @param root the document that `#/…` references lead into
 */
export function sampleOf(random: Random, schema: JsonSchema, root: JsonSchema, textsOf: TextsOf, field = '', depth = 0): unknown {
  const again = (inner: unknown, name = field) => sampleOf(random, (inner ?? {}) as JsonSchema, root, textsOf, name, depth + 1);
  if (depth > 12) return null;
  if (typeof schema.$ref === 'string') return again(resolved(root, schema.$ref));
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return pick(random, schema.enum);
  for (const several of [schema.oneOf, schema.anyOf]) if (Array.isArray(several)) return again(pick(random, several));
  if (Array.isArray(schema.allOf)) return Object.assign({}, ...schema.allOf.map((part) => again(part)));
  const type = Array.isArray(schema.type) ? pick(random, schema.type) : schema.type;
  switch (type) {
    case 'object':
      return objectOf(random, schema, again);
    case 'array': {
      const least = Number(schema.minItems ?? 0);
      const many = least + Math.floor(random() * Math.max(1, Math.min(3, Number(schema.maxItems ?? 3) - least + 1)));
      return Array.from({ length: many }, () => again(schema.items));
    }
    case 'integer':
    case 'number': {
      const from = Number(schema.minimum ?? schema.exclusiveMinimum ?? 0);
      const value = Math.max(from, Math.min(from + random() * 10, Number(schema.maximum ?? 1e6)));
      return type === 'integer' ? Math.ceil(value) : value;
    }
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default: {
      if (typeof schema.format === 'string' && schema.format.startsWith('date')) return RECENT();
      if (schema.format === 'email') return 'somebody@example.com';
      if (schema.format === 'uri') return 'https://example.com/x';
      const known = textsOf(field);
      return known && known.length > 0 ? pick(random, known) : `text-${Math.floor(random() * 100)}`;
    }
  }
}

function objectOf(random: Random, schema: JsonSchema, again: (inner: unknown, name: string) => unknown) {
  const required = new Set((schema.required ?? []) as string[]);
  const fields = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const chosen = fields.filter(([name]) => required.has(name) || random() < 0.5);
  return Object.fromEntries(chosen.map(([name, inner]) => [name, again(inner, name)]));
}

function resolved(root: JsonSchema, reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, part) => (at as JsonSchema)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], root);
}
