import type { JsonSchema } from './json-schema.ts';

/** The fields of an input, whatever it is put together from; one that only some branches of a choice have is not required. */
export function fieldsOf(schema: JsonSchema): Map<string, { schema: JsonSchema; required: boolean }> {
  const fields = new Map<string, { schema: JsonSchema; required: boolean }>();
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    fields.set(name, { schema: field as JsonSchema, required: schema.required?.includes(name) ?? false });
  }
  for (const part of (schema.allOf ?? []) as JsonSchema[]) for (const [name, field] of fieldsOf(part)) fields.set(name, field);
  const branches = ([...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] as JsonSchema[]).map(fieldsOf);
  for (const name of new Set(branches.flatMap((branch) => [...branch.keys()]))) {
    const found = branches.flatMap((branch) => branch.get(name) ?? []);
    const required = found.length === branches.length && found.every((field) => field.required);
    fields.set(name, { schema: found[0]!.schema, required });
  }
  return fields;
}

/** The input without the fields that stand in the path; undefined when nothing is left. */
export function withoutFields(schema: JsonSchema, names: readonly string[]): JsonSchema | undefined {
  const { properties, required, allOf, anyOf, oneOf, ...rest } = schema;
  const kept = Object.entries(properties ?? {}).filter(([name]) => !names.includes(name));
  const still = (required ?? []).filter((name) => !names.includes(name));
  const without = (branches: readonly unknown[] | undefined): JsonSchema[] =>
    (branches ?? []).map((branch) => withoutFields(branch as JsonSchema, names)).filter((branch) => branch !== undefined);
  const all = without(allOf as unknown[] | undefined);
  const any = without(anyOf as unknown[] | undefined);
  const one = without(oneOf as unknown[] | undefined);
  if (kept.length === 0 && all.length + any.length + one.length === 0) {
    return schema.properties || schema.allOf ? undefined : schema;
  }
  if (kept.length === 0 && all.length === 1 && any.length + one.length === 0) return all[0] as JsonSchema;
  return {
    ...rest,
    ...(kept.length > 0 && { properties: Object.fromEntries(kept) }),
    ...(still.length > 0 && { required: still }),
    ...(all.length > 0 && { allOf: all }),
    ...(any.length > 0 && { anyOf: any }),
    ...(one.length > 0 && { oneOf: one }),
  } as JsonSchema;
}
