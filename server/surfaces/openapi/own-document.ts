import { TAIL_PATH } from '../../../contract/api/traces.ts';
import type { Operation } from '../../../contract/operation.ts';
import { API_PREFIX } from '../http/index.ts';
import { inWords, json, type OpenApiDocument, type OperationEntry, type Parameter, pathParameters } from './document.ts';
import { type Components, type JsonSchema, schemaOf } from './json-schema.ts';
import { fieldsOf, withoutFields } from './split-input.ts';

const SESSION = { session: [] };
const PROJECT_KEY = { projectKey: [] };
const SECURITY = { public: [], session: [SESSION], any: [PROJECT_KEY, SESSION] };

const ERROR: JsonSchema = {
  type: 'object',
  description: 'The one shape of errors.',
  properties: {
    error: {
      type: 'object',
      properties: {
        code: { type: 'string', description: 'Name of the kind of error, for programs.' },
        message: { type: 'string', description: 'What went wrong, for people.' },
        details: { description: 'More, where there is more: for a wrong input a list of {path, message}.' },
      },
      required: ['code', 'message'],
    },
  },
  required: ['error'],
} as JsonSchema;

const FAILURES: Record<string, string> = {
  '400': 'The input breaks its schema or a rule; the message names the field.',
  '401': 'Neither a valid key nor a session.',
  '403': 'The caller may see this but not do it.',
  '404': 'Not there, or nothing that this caller may see.',
};

/** Paths that name no noun of their own. */
const NOUNS: Record<string, string> = {
  me: 'Account',
  'sign-in-options': 'Account',
  facets: 'Traces',
  histogram: 'Traces',
  'dataset-items': 'Datasets',
  'dataset-run-items': 'Datasets',
  'remove-demo': 'Projects',
};

/** The noun of an operation: what comes after the project or organisation in its path. */
function tagOf({ path }: Pick<Operation, 'path'>): string {
  const [scope, ...rest] = path.split('/').filter((part) => part !== '' && !part.startsWith('{'));
  const noun = (scope === 'projects' || scope === 'organisations') && rest[0] ? rest[0] : scope!;
  return NOUNS[noun] ?? inWords(noun);
}

/** OpenAPI 3.1 of our own API, from the operations that are served. */
export function ownDocument(operations: readonly Operation[], version: string): OpenApiDocument {
  const components: Components = { Error: ERROR };
  const paths: OpenApiDocument['paths'] = {};
  const add = (path: string, method: string, entry: OperationEntry) => {
    paths[`${API_PREFIX}${path}`] = { ...paths[`${API_PREFIX}${path}`], [method]: entry };
  };
  for (const operation of operations) add(operation.path, operation.method.toLowerCase(), entryOf(operation, components));
  add(TAIL_PATH, 'get', tailEntry);
  const tags = [...new Set(Object.values(paths).flatMap((path) => Object.values(path).flatMap((entry) => entry.tags)))].sort();
  return {
    openapi: '3.1.0',
    info: {
      title: 'Telltale API',
      version,
      description:
        "Telltale's own API: what the pages do, programs can do. Send the key pair of a project as HTTP Basic (public key as user, secret key as password); what only people may do needs their session. Query parameters that are lists or objects are JSON. Programs written for Langfuse use the [other API](/api/reference/langfuse).",
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      responses: Object.fromEntries(
        Object.entries(FAILURES).map(([status, description]) => [
          `Error${status}`,
          { description, content: json({ $ref: '#/components/schemas/Error' }) },
        ]),
      ),
      securitySchemes: {
        projectKey: { type: 'http', scheme: 'basic', description: 'Public key and secret key of a project.' },
        session: { type: 'apiKey', in: 'cookie', name: 'telltale.session_token', description: 'A person who signed in.' },
      },
    },
  };
}

const failures = (statuses: readonly string[]) =>
  Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Error${status}` }]));

function entryOf(operation: Operation, components: Components): OperationEntry {
  const { id, method, path, access, role, summary } = operation;
  const inPath = pathParameters(path);
  const input = schemaOf(operation.input, 'input', components, `${id}Input`);
  const fields = fieldsOf(input);
  const inQuery = method === 'GET' || method === 'DELETE' ? [...fields.keys()].filter((name) => !inPath.includes(name)) : [];
  const parameters: Parameter[] = [
    ...inPath.map(
      (name): Parameter => ({
        name,
        in: 'path',
        required: true,
        schema: fields.get(name)?.schema ?? { type: 'string' },
      }),
    ),
    ...inQuery.map(
      (name): Parameter => ({
        name,
        in: 'query',
        required: fields.get(name)!.required,
        schema: fields.get(name)!.schema,
      }),
    ),
  ];
  const body = method === 'GET' || method === 'DELETE' ? undefined : withoutFields(input, inPath);
  const scoped = path.includes('{projectId}') || path.includes('{organisationId}');
  return {
    operationId: id,
    summary,
    ...(scoped &&
      access !== 'public' && {
        description: `Needs the role ${role}${access === 'any' ? '; a project key counts as MEMBER' : ''}.`,
      }),
    tags: [tagOf(operation)],
    security: SECURITY[access],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: json(body) } }),
    responses: {
      '200': { description: 'Done', content: json(schemaOf(operation.output, 'output', components, `${id}Output`)) },
      ...failures(access === 'public' ? ['400'] : ['400', '401', '403', '404']),
    },
  };
}

/** The one route that is no operation: it answers with a stream. */
const tailEntry: OperationEntry = {
  operationId: 'tailTraces',
  summary: 'Follow new traces as server-sent events',
  description: 'Each event holds the ids of traces whose data just became readable.',
  tags: ['Traces'],
  security: SECURITY.any,
  parameters: [{ name: 'projectId', in: 'path', required: true, schema: { type: 'string' } }],
  responses: {
    '200': { description: 'A stream of events', content: { 'text/event-stream': { schema: { type: 'string' } } } },
    ...failures(['401', '403', '404']),
  },
};
