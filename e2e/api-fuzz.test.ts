import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf } from '../contract/filter/columns.ts';
import { fillProject } from './support/fill-project.ts';
import { enter, type Person } from './support/person.ts';
import { type JsonSchema, sampleOf } from './support/sample-schema.ts';
import { startServer, type TestServer } from './support/server.ts';
import { distort, pick, type Random, seeded } from './support/wild.ts';

/*
 * Nonsense for every operation of both OpenAPI documents, of the administrator's routes and of the MCP server: values made from the
 * published schemas, then damaged, with ids that exist, that belong to others, and that are none. Never a 500, never a hang, never
 * anything of another project, and the process is the one that was started.
 */

/** How often each operation is asked. */
const ROUNDS = Number(process.env.TELLTALE_FUZZ_ROUNDS ?? 3);
const FIRST_SEED = Number(process.env.TELLTALE_FUZZ_SEED ?? 1);
/** No answer may take longer, ms; on a slow machine everything takes longer. */
const LIMIT_MS = 20_000;
const ADMIN = 'admin-key-of-the-nonsense';
const HIDDEN = { secret: 'name-of-the-hidden-project', content: 'content-of-the-hidden-project' };

type Operation = { method: string; path: string; who: 'key' | 'organisation' | 'person' | 'admin' | 'nobody'; spec: Spec };
interface Spec {
  parameters?: { name: string; in: string; required?: boolean; schema?: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  security?: Record<string, unknown>[];
}

/** Whatever could mean something to an interpreter behind a field: SQL, ClickHouse's parameters, JSON paths, file names, patterns. */
const EVIL = [
  "' OR 1=1 --",
  '"; DROP TABLE observations; --',
  '`x` = 1',
  "\\' UNION ALL SELECT secret_hash FROM telltale.api_keys --",
  '{project:String}',
  '$1',
  '%',
  '../../../../etc/passwd',
  '__proto__',
  'constructor.prototype',
  'metadata.a\'b"c`d\\',
  '\u0000',
  '\ud800',
  '(a+)+$',
  '[',
  '=cmd()',
  '<script>alert(1)</script>',
  '99999999999999999999999999',
  '-1',
  'NaN',
  '+275760-09-13T00:00:00.001Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  'a'.repeat(5000),
  '[[[[[[[[[[[[[[[[[[[[',
  '{"a":{"$ref":"#"}}',
  btoa('{"v":1,"id":"x"}'),
];

/** Never with an id that exists: they would take away what the others are asked about. */
const isFinal = ({ method, path }: Operation) =>
  (method === 'DELETE' && /\/(projects|organizations)\/\{\w+\}$|[aA]piKeys|api-keys|memberships|members|scim/.test(path)) ||
  /first-password|organisations\/\{organisationId\}\/members\/|remove-demo/.test(path);

let server: TestServer;
let owner: Person;
let organisationKey: string;
let own: Record<string, string>;
let hidden: Record<string, string>;
let operations: Operation[];
let document: Record<'own' | 'langfuse', JsonSchema>;

const send = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
  const response = await fetch(server.url + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (isStream) await response.body?.cancel();
  return { status: response.status, text: isStream ? '' : await response.text() };
};
const json = async <T>(method: string, path: string, authorization: string, body?: unknown): Promise<T> => {
  const { status, text } = await send(method, path, { authorization }, body === undefined ? undefined : JSON.stringify(body));
  if (status > 201) throw new Error(`${method} ${path} was answered ${status}: ${text}`);
  return JSON.parse(text) as T;
};

type Key = { publicKey: string; secretKey: string };
const basic = ({ publicKey, secretKey }: Key) => `Basic ${btoa(`${publicKey}:${secretKey}`)}`;

beforeAll(async () => {
  server = await startServer({ TELLTALE_ADMIN_API_KEY: ADMIN });
  owner = await enter(server.url, server.email, server.password);
  const stranger = await enter(server.url, 'hidden@telltale.test', 'hidden-password', 'Hidden');
  const { body: elsewhere } = await stranger.call<{ id: string }>('POST', '/api/v1/organisations', { name: HIDDEN.secret });
  const projects = `/api/v1/organisations/${elsewhere.id}/projects`;
  const { body: project } = await stranger.call<{ id: string }>('POST', projects, { name: HIDDEN.secret });
  const { body: key } = await stranger.call<Key>('POST', `/api/v1/projects/${project.id}/api-keys`, {});
  hidden = await fillProject({ url: server.url, projectId: project.id, authorization: basic(key) }, stranger, HIDDEN);
  own = await fillProject(server, owner, { secret: 'own', content: 'content of our own' });
  organisationKey = basic(await json<Key>('POST', '/api/admin/organizations/e2e-org/apiKeys', `Bearer ${ADMIN}`, {}));
  document = {
    own: await json('GET', '/api/openapi.json', ''),
    langfuse: await json('GET', '/api/public/openapi.json', ''),
  };
  operations = [...declared(document.own), ...declared(document.langfuse), ...administration()];
});
afterAll(() => server?.destroy());

function declared(of: JsonSchema): Operation[] {
  return Object.entries(of.paths as Record<string, Record<string, Spec>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, spec]) => {
      const names = (spec.security ?? []).flatMap((each) => Object.keys(each));
      const who = names.includes('projectKey')
        ? 'key'
        : names.includes('organizationKey')
          ? 'organisation'
          : names.includes('session')
            ? 'person'
            : 'nobody';
      return { method: method.toUpperCase(), path, who, spec };
    }),
  );
}

/** The routes of the instance's administrator are in no document. */
function administration(): Operation[] {
  const text = { type: ['string', 'object', 'null'] };
  const body = { type: 'object', properties: { name: text, metadata: { type: 'object' }, note: text, role: text } };
  const spec = { requestBody: { content: { 'application/json': { schema: body } } } };
  const one = '/api/admin/organizations/{organizationId}';
  const routes = [
    ['POST', '/api/admin/organizations'],
    ['GET', one],
    ['PUT', one],
    ['DELETE', one],
    ['GET', `${one}/apiKeys`],
    ['POST', `${one}/apiKeys`],
    ['DELETE', `${one}/apiKeys/{apiKeyId}`],
  ] as const;
  return routes.map(([method, path]) => ({
    method,
    path,
    who: 'admin' as const,
    spec: method === 'POST' || method === 'PUT' ? spec : {},
  }));
}

const WORDS: Record<string, readonly string[]> = {
  column: [...(['traces', 'observations', 'scores'] as const).flatMap((list) => columnsOf(list).map(({ id }) => id)), 'metadata'],
  field: ['name', 'traceName', 'userId', 'environment', 'providedModelName', 'type', 'tags', 'count_count', 'latency'],
  measure: ['count', 'latency', 'totalCost', 'totalTokens', 'value', 'costDetails', 'usageDetails'],
  key: ['input', 'a', 'a.b', 'total'],
  operator: ['=', '>', 'contains', 'any of', 'all of', 'is null'],
  labels: ['production', 'latest', 'a'],
};

/** Texts for a field: what is there, what is there for others, and nonsense. */
const textsFor = (random: Random) => (field: string) => {
  const known = [own[field], own[field], hidden[field]].filter((each) => each !== undefined);
  if (random() < 0.15) return EVIL;
  return [...known, ...(WORDS[field] ?? [])];
};

function requestOf(operation: Operation, random: Random): { path: string; body: string | undefined } {
  const { path, spec, method } = operation;
  const root = path.startsWith('/api/public') ? document.langfuse : document.own;
  const sample = (schema: JsonSchema, name: string) => sampleOf(random, schema, root, textsFor(random), name);
  const segment = (name: string) => {
    if (isFinal(operation) && name !== 'projectId') return pick(random, ['none', ...EVIL]);
    if (isFinal(operation)) return path.startsWith('/api/v1') && /members|first|demo/.test(path) ? own.projectId! : 'none';
    // What our own API is asked is mostly about the project that the caller may see, or nothing else would be reached.
    if (name === 'projectId') return random() < 0.9 ? own.projectId! : hidden.projectId!;
    const ids = [own[name], own[name], own[name], hidden[name]].filter((id) => id !== undefined);
    return random() < 0.25 || ids.length === 0 ? pick(random, EVIL) : pick(random, ids);
  };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(
      segment(name === 'organizationId' ? 'organisationId' : name)
        .toWellFormed()
        .slice(0, 800),
    ),
  );
  const query = new URLSearchParams();
  for (const { name, in: place, required, schema } of spec.parameters ?? []) {
    if (place !== 'query' || (!required && random() < 0.5)) continue;
    const value = random() < 0.2 ? pick(random, EVIL) : distort(random, sample(schema ?? {}, name), 0.05);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    query.append(name, text.slice(0, 3000));
    if (random() < 0.03) query.append(name, 'twice');
  }
  const schema = Object.values(spec.requestBody?.content ?? {})[0]?.schema;
  const body = method === 'GET' || !schema ? undefined : print(distort(random, sample(schema, ''), random() < 0.3 ? 0 : 0.08));
  return { path: `${filled}${query.size > 0 ? `?${query}` : ''}`, body };
}

/** JSON, a damaged one now and then. */
const print = (value: unknown): string => JSON.stringify(value) ?? 'null';

const headersOf = (operation: Operation): Record<string, string> => {
  switch (operation.who) {
    case 'key':
      return { authorization: server.authorization };
    case 'organisation':
      return { authorization: organisationKey };
    case 'person':
      return { cookie: owner.cookie, origin: server.url };
    case 'admin':
      return { authorization: `Bearer ${ADMIN}` };
    case 'nobody':
      return {};
  }
};

/** Does all the work, four at a time, and gathers what went wrong. */
async function inTurns<T>(work: readonly T[], one: (item: T) => Promise<string | null>): Promise<string[]> {
  const problems: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < work.length) {
      const problem = await one(work[next++]!).catch(
        (error: unknown) => `${String(error)} ${String((error as Error).cause ?? '')}`,
      );
      if (problem) problems.push(problem);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return problems;
}

/** Statuses of our own fault; 501 is said where nothing is set up, 503 where a limit is. */
const isBad = (status: number) => status >= 500 && status !== 501 && status !== 503;
/** Names of the hidden project are asked for, so they may come back; what it holds beside them may not. */
const tells = (text: string) => [HIDDEN.content].find((mark) => text.includes(mark));

describe('nonsense', () => {
  it('is answered politely by every operation of every API', async () => {
    expect(operations.length).toBeGreaterThan(240);
    const rounds = Array.from({ length: ROUNDS }, (_, round) =>
      operations.map((operation, index) => ({ operation, seed: (round + FIRST_SEED) * 1000 + index })),
    ).flat();
    const statuses = new Map<string, Set<number>>();
    const problems = await inTurns(rounds, async ({ operation, seed }) => {
      const { path, body } = requestOf(operation, seeded(seed));
      const name = `${operation.method} ${operation.path}`;
      const said = await send(operation.method, path, headersOf(operation), body).catch((error: Error) => ({
        status: 599,
        text: `${error.name}: ${error.message}`,
      }));
      statuses.set(name, (statuses.get(name) ?? new Set()).add(said.status));
      const told = operation.who === 'admin' ? undefined : tells(said.text);
      if (!isBad(said.status) && !told) return null;
      return `${name}, seed ${seed}: ${said.status}${told ? ` tells ${told}` : ''}: ${said.text.slice(0, 200)}\n  asked ${path.slice(0, 500)} ${(body ?? '').slice(0, 600)}`;
    });
    if (process.env.TELLTALE_FUZZ_VERBOSE) for (const [name, seen] of statuses) console.log(name, [...seen].join(' '));
    expect(problems).toEqual([]);
  });

  it('is answered politely by every tool of MCP', async () => {
    const headers = { authorization: server.authorization, accept: 'application/json, text/event-stream' };
    const ask = async (method: string, params: unknown) => {
      const { status, text } = await send('POST', '/api/public/mcp', headers, print({ jsonrpc: '2.0', id: 1, method, params }));
      return { status, text, answer: JSON.parse(text) as { result?: unknown; error?: { code: number; message: string } } };
    };
    const { result } = (await ask('tools/list', {})).answer;
    const { tools } = result as { tools: { name: string; inputSchema: JsonSchema }[] };
    expect(tools.length).toBeGreaterThan(50);
    const rounds = Array.from({ length: ROUNDS }, (_, round) =>
      tools.map((tool, index) => ({ tool, seed: (round + FIRST_SEED) * 1000 + index })),
    ).flat();
    const problems = await inTurns(rounds, async ({ tool, seed }) => {
      const random = seeded(seed);
      const given = distort(
        random,
        sampleOf(random, tool.inputSchema, tool.inputSchema, textsFor(random)),
        random() < 0.3 ? 0 : 0.06,
      );
      const { status, text, answer } = await ask('tools/call', { name: tool.name, arguments: given });
      const told = tells(text);
      if (!isBad(status) && answer.error?.message !== 'Internal error' && !told) return null;
      return `${tool.name}, seed ${seed}: ${status}${told ? ` tells ${told}` : ''}: ${text.slice(0, 200)}\n  asked ${print(given).slice(0, 600)}`;
    });
    expect(problems).toEqual([]);
  });

  it('leaves the process that was started, with nothing failed in its log', async () => {
    expect((await send('GET', '/ready', {})).status).toBe(200);
    expect(server.output()).not.toContain('"level":60');
    const failed = server
      .output()
      .split('\n')
      .filter((line) => line.includes('"msg":"request failed"'));
    expect(failed).toEqual([]);
    expect(await server.stop()).toBe(0);
  });
});
