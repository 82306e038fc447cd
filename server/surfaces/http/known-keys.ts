import { z } from 'zod';

/**
 * Names that the top of an input may have; null: any, because the schema takes names that it does not list. What a schema does not list
 * it would drop without a word, and a mistyped filter would answer with everything.
 */
export function knownKeys(schema: z.core.$ZodType): ReadonlySet<string> | null {
  if (schema instanceof z.ZodObject) {
    const { catchall } = schema.def;
    if (catchall !== undefined && !(catchall instanceof z.ZodNever)) return null;
    return new Set(Object.keys(schema.shape));
  }
  if (schema instanceof z.ZodIntersection) return both(schema.def.left, schema.def.right);
  if (schema instanceof z.ZodUnion) return schema.def.options.map(knownKeys).reduce(together);
  // What goes into a transformation is what is sent; a function alone does not say what it takes.
  if (schema instanceof z.ZodPipe) return knownKeys(schema.def.in instanceof z.ZodTransform ? schema.def.out : schema.def.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return knownKeys(schema.def.innerType);
  }
  return null;
}

const both = (one: z.core.$ZodType, other: z.core.$ZodType) => together(knownKeys(one), knownKeys(other));

const together = (one: ReadonlySet<string> | null, other: ReadonlySet<string> | null): ReadonlySet<string> | null =>
  one && other && new Set([...one, ...other]);
