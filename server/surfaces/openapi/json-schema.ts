import { z } from 'zod';

/** A JSON Schema (draft 2020-12), as OpenAPI 3.1 takes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Named schemas of a document, `components.schemas`. */
export type Components = Record<string, JsonSchema>;

interface Names {
  /** Schemas that have a name of their own; they are referred to instead of repeated. */
  registry?: typeof z.globalRegistry | z.core.$ZodRegistry<{ id: string }>;
}

const refTo = (name: string) => `#/components/schemas/${name}`;

/** What zod writes and a reader does not need: bounds of safe integers, the long expressions of times. */
function shorten({ jsonSchema: schema, zodSchema }: { jsonSchema: JsonSchema; zodSchema: z.core.$ZodTypes }): void {
  if (schema.type === 'integer') {
    if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
    if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  }
  if (schema.format !== undefined && schema.pattern !== undefined) delete schema.pattern;
  if (zodSchema._zod.def.type === 'date') Object.assign(schema, { type: 'string', format: 'date-time' });
}

/**
 * The JSON Schema of a zod schema. What it defines for itself (named or recursive parts) is moved to `components`, under its own name or
 * `<hint><number>`.
 * @param io `input`: what a caller may send; `output`: what comes back
 */
export function schemaOf(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Components,
  hint: string,
  { registry }: Names = {},
): JsonSchema {
  const named = registry?.get(schema as never) as { id: string } | undefined;
  if (named && named.id in components) return { $ref: refTo(named.id) };
  const {
    $schema: _draft,
    $id: _id,
    $defs: defined = {},
    ...made
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: shorten as never,
    ...(registry && { metadata: registry as never }),
  }) as JsonSchema;
  const isRecursive = JSON.stringify(made).includes('"$ref":"#"');
  const names = new Map(Object.keys(defined).map((name) => [name, name.startsWith('__') ? `${hint}${name.slice(8)}` : name]));
  const point = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(point);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, key === '$ref' ? target(String(inner)) : point(inner)]),
    );
  };
  const target = (ref: string) => {
    if (ref === '#') return refTo(hint);
    return ref.startsWith('#/$defs/') ? refTo(names.get(ref.slice('#/$defs/'.length)) ?? ref) : ref;
  };
  for (const [name, inner] of Object.entries(defined)) components[names.get(name)!] ??= point(inner) as JsonSchema;
  if (!isRecursive) return point(made) as JsonSchema;
  components[hint] = point(made) as JsonSchema;
  return { $ref: refTo(hint) };
}

/** All named shapes of a registry as components. */
export function componentsOf(registry: z.core.$ZodRegistry<{ id: string }>): Components {
  const { schemas } = z.toJSONSchema(registry, {
    uri: refTo,
    io: 'output',
    unrepresentable: 'any',
    override: shorten as never,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _draft, $id: _id, ...schema }]) => [name, schema as JsonSchema]),
  );
}
