import type { Components, JsonSchema } from './json-schema.ts';

/** A parameter of path or query. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

/** What an operation answers with one status. */
export interface ResponseEntry {
  description: string;
  content?: Record<string, { schema: JsonSchema }>;
}

/** One operation of an OpenAPI 3.1 document. */
export interface OperationEntry {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  deprecated?: true;
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, ResponseEntry | { $ref: string }>;
}

/** An OpenAPI 3.1 document, as far as we write one. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string; description?: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, OperationEntry>>;
  components: {
    schemas: Components;
    responses?: Record<string, ResponseEntry>;
    securitySchemes: Record<string, Record<string, string>>;
  };
}

export const json = (schema: JsonSchema) => ({ 'application/json': { schema } });

/** `score-configs` and `scoreConfigs` as `Score configs`. */
export function inWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase();
  const shown = words.replace(/\b(api|llm|scim|otlp|sdk|mcp)\b/g, (word) => word.toUpperCase());
  return shown[0]!.toUpperCase() + shown.slice(1);
}

/** Names of the `{parameters}` of a path. */
export const pathParameters = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
