import { z } from 'zod';
import { errorBodyOf } from '../../../contract/langfuse/errors.ts';
import { publishedShapes } from '../../../contract/langfuse/published.ts';
import type { LangfuseRoute, RouteAuth } from '../../../contract/langfuse/route.ts';
import { langfuseRoutes } from '../../../contract/langfuse/routes.ts';
import { inWords, json, type OpenApiDocument, type OperationEntry, type Parameter, pathParameters } from './document.ts';
import { type Components, componentsOf, schemaOf } from './json-schema.ts';

const PREFIX = '/api/public';

const SECURITY: Record<RouteAuth, Record<string, string[]>[]> = {
  none: [],
  project: [{ projectKey: [] }],
  projectOrPublicKey: [{ projectKey: [] }, { publicKey: [] }],
  projectOrAdmin: [{ projectKey: [] }, { administrator: [] }],
  organization: [{ organizationKey: [] }],
};

/** What can go wrong on every route of a kind. */
const failuresOf = ({ auth }: LangfuseRoute) => (auth === 'none' ? [400, 404] : [400, 401, 403, 404]);

const names = { registry: publishedShapes };

/** OpenAPI 3.1 of the Langfuse-compatible API: the routes of which `isServed` says that this server has them. */
export function langfuseDocument(version: string, isServed: (method: string, path: string) => boolean): OpenApiDocument {
  const components: Components = componentsOf(publishedShapes);
  const served = langfuseRoutes.filter(({ method, path }) => isServed(method, `${PREFIX}${path}`));
  const paths: OpenApiDocument['paths'] = {};
  for (const route of served) {
    const path = `${PREFIX}${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: entryOf(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Langfuse-compatible API of Telltale',
      version,
      description:
        "The API that Langfuse's SDKs speak, of every generation. Send the key pair of a project as HTTP Basic (public key as user, secret key as password). Programs that are written for Telltale use [its own API](/api/reference). Traces also come in over OpenTelemetry at `/api/public/otel/v1/traces` and `/v1/traces`; `/api/public/mcp` speaks the Model Context Protocol.",
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: [...new Set(served.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        projectKey: { type: 'http', scheme: 'basic', description: 'Public key and secret key of a project.' },
        organizationKey: { type: 'http', scheme: 'basic', description: 'Public key and secret key of an organisation.' },
        publicKey: { type: 'http', scheme: 'bearer', description: 'The public key of a project alone: scores from browsers.' },
        administrator: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The administrator key of the instance, with the headers x-langfuse-admin-api-key and x-langfuse-project-id.',
        },
      },
    },
  };
}

function entryOf(route: LangfuseRoute, components: Components): OperationEntry {
  const { id, path, auth, answers } = route;
  const parameters: Parameter[] = [
    ...pathParameters(path).map((name): Parameter => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...Object.entries(route.query?.shape ?? {}).map(
      ([name, field]): Parameter => ({
        name,
        in: 'query',
        required: !(field as z.ZodType).safeParse(undefined).success,
        schema: schemaOf(field as z.ZodType, 'input', components, `${id}Query`, names),
      }),
    ),
  ];
  const responses: OperationEntry['responses'] = {};
  for (const [status, shape] of Object.entries(answers)) {
    responses[status] = {
      description: Number(status) < 400 ? 'Done' : 'Failed',
      ...(shape && { content: json(schemaOf(shape, 'output', components, `${id}Answer`, names)) }),
    };
  }
  if (Object.keys(answers).length === 0) responses['200'] = { description: 'The content' };
  for (const status of failuresOf(route)) {
    const shapes = [errorBodyOf(route.errors, status), ...(status === 400 && route.refused ? [route.refused] : [])];
    const shape = shapes.length === 1 ? shapes[0]! : z.union(shapes as [z.ZodType, z.ZodType]);
    responses[status] ??= {
      description: 'Failed',
      content: json(schemaOf(shape, 'output', components, `${id}Error${status}`, names)),
    };
  }
  return {
    operationId: id,
    summary: inWords(id),
    ...(!route.listed && { description: 'Not part of the published specification of Langfuse; its server, or ours, has it.' }),
    tags: [route.tag],
    ...(route.deprecated && { deprecated: true }),
    security: SECURITY[auth],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: { required: true, content: json(schemaOf(route.body, 'input', components, `${id}Body`, names)) },
    }),
    responses,
  };
}
