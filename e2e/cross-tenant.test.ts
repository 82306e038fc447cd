import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { langfuseRoutes } from '../contract/langfuse/routes.ts';
import type { Operation } from '../contract/operation.ts';
import { call, get } from './support/api.ts';
import { fillProject } from './support/fill-project.ts';
import { walkAsForeigners } from './support/foreign-walk.ts';
import { enter, type Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

/* Nobody reads or changes another project's things: every operation of our API and every route of Langfuse's, on a running server. */

const root = join(import.meta.dirname, '..');

/** In everything that the visited project holds, and in nothing else. */
const SECRET = 'only-the-visited-project-knows';

/** In what is held, and in no name that a visitor asks for. */
const CONTENT = 'content-of-the-visited-project';

type Route = { method: string; path: string };

/** All operations that are declared below contract/api. */
async function declaredOperations(): Promise<Operation[]> {
  const folder = join(root, 'contract/api');
  const modules = await Promise.all(
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => import(join(folder, name)) as Promise<Record<string, unknown>>),
  );
  const isOperation = (value: unknown): value is Operation =>
    typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value;
  return modules.flatMap((module) => Object.values(module).filter(isOperation));
}

/**
 * All routes below /api/public that are not for organisations' keys: those that are published, and those that only stand in the sources
 * of their surfaces, so that a new one is walked without being named here.
 */
function publicRoutes(): Route[] {
  const published = langfuseRoutes
    .filter(({ auth }) => auth !== 'none' && auth !== 'organization')
    .map(({ method, path }) => ({ method, path: path.replace(/\{(\w+)\}/g, ':$1') }));
  const known = new Set(langfuseRoutes.map(({ method, path }) => shapeOf({ method, path })));
  return [...published, ...writtenRoutes().filter((route) => !known.has(shapeOf(route)))];
}

const shapeOf = ({ method, path }: Route) => `${method} ${path.replace(/:\w+|\{\w+\}/g, '*')}`;

/** Literal paths in the sources of the surfaces. */
function writtenRoutes(): Route[] {
  const found: Route[] = [];
  for (const surface of ['langfuse', 'ingest']) {
    const folder = join(root, 'server/surfaces', surface);
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))) {
      const text = readFileSync(join(folder, name), 'utf8');
      const prefix = name === 'otlp-routes.ts' ? '/otel/v1' : '';
      const here = [...text.matchAll(/\.(get|post|put|patch|delete)(?:<[^(]*>)?\(\s*'(\/[^']*)'/g)].map(([, method, path]) => ({
        method: method!.toUpperCase(),
        path: prefix + path,
      }));
      // Below a prefix that does not stand there. What is published is walked anyway.
      const isRelative = name.startsWith('unstable-') || here.some(({ path }) => path === '/' || path.startsWith('/:'));
      if (!isRelative) found.push(...here);
    }
  }
  const legacy = readFileSync(join(root, 'server/ingest/langfuse/legacy-writes.ts'), 'utf8');
  for (const [, method, path] of legacy.matchAll(/method: '(\w+)', path: '([^']+)'/g))
    found.push({ method: method!, path: path! });
  return found;
}

let server: TestServer;
let owner: Person;
let stranger: Person;
/** `Authorization` of the stranger's project. */
let foreignKey: string;
let victim: Record<string, string>;

beforeAll(async () => {
  server = await startServer();
  [owner, stranger] = await Promise.all([
    enter(server.url, server.email, server.password),
    enter(server.url, 'stranger@telltale.test', 'stranger-password', 'Stranger'),
  ]);
  victim = await fillProject(server, owner, { secret: SECRET, content: CONTENT });
  foreignKey = await ownProjectOf(stranger);
});
afterAll(() => server?.destroy());

async function ownProjectOf(person: Person): Promise<string> {
  const organisation = await person.call<{ id: string }>('POST', '/api/v1/organisations', { name: 'Strangers' });
  const project = await person.call<{ id: string }>('POST', `/api/v1/organisations/${organisation.body.id}/projects`, {
    name: 'Elsewhere',
  });
  const key = await person.call<{ publicKey: string; secretKey: string }>(
    'POST',
    `/api/v1/projects/${project.body.id}/api-keys`,
    {},
  );
  return `Basic ${Buffer.from(`${key.body.publicKey}:${key.body.secretKey}`).toString('base64')}`;
}

/** All that the visited project's key reads of its own things. */
async function inventory(): Promise<Record<string, unknown>> {
  const v = victim;
  const paths = [
    `/traces/${v.traceId}`,
    '/traces',
    '/observations',
    `/v2/observations`,
    '/v2/scores',
    '/score-configs',
    '/v2/prompts',
    `/v2/prompts/${v.promptName}`,
    '/v2/datasets',
    `/dataset-items/${v.id}`,
    `/datasets/${v.datasetName}/runs/${v.runName}`,
    `/sessions/${v.sessionId}`,
    `/annotation-queues/${v.queueId}`,
    `/annotation-queues/${v.queueId}/items`,
    `/comments/${v.commentId}`,
    '/comments',
    '/llm-connections',
    '/unstable/evaluators',
    '/unstable/evaluation-rules',
    '/v2/evaluators',
    '/v2/evaluation-rules',
    `/unstable/skills/${v.skillName}?version=${v.skillVersion}`,
    '/unstable/dashboard-widgets',
    '/unstable/dashboards',
    '/projects',
  ];
  const read = await Promise.all(paths.map(async (path) => [path, await get(server, `/api/public${path}`)] as const));
  return Object.fromEntries(read);
}

/** Whatever a body could name to reach another project's things. */
const bodyFor = (ids: Record<string, string>) => ({
  ...ids,
  traceIds: [ids.traceId],
  spanId: ids.observationId,
  generationId: ids.observationId,
  datasetItemId: ids.id,
  value: 0,
  type: 'text',
  prompt: 'overwritten',
  input: 'overwritten',
  newLabels: ['stolen'],
  isArchived: true,
  dataType: 'NUMERIC',
  batch: [
    {
      id: 'event',
      timestamp: new Date().toISOString(),
      type: 'trace-create',
      body: { id: ids.traceId, name: 'overwritten', input: 'overwritten' },
    },
  ],
});

async function visit(route: Route, authorization: string, ids: Record<string, string>) {
  const path = route.path.replace(/:(\w+)|\*/g, (_, name?: string) => encodeURIComponent(ids[name ?? 'datasetName'] ?? 'x'));
  const query =
    route.method === 'GET' || route.method === 'DELETE'
      ? `?traceId=${ids.traceId}&datasetName=${ids.datasetName}&name=${ids.name}`
      : '';
  const body = route.method === 'GET' ? undefined : bodyFor(ids);
  const { status, body: said } = await call({ url: server.url, authorization }, route.method, `/api/public${path}${query}`, body);
  return { status, text: JSON.stringify(said) };
}

it('is so on every operation of our API', async () => {
  const operations = await declaredOperations();
  expect(operations.length).toBeGreaterThan(25);
  const problems = await walkAsForeigners({
    url: server.url,
    operations,
    victim,
    secrets: [SECRET, CONTENT, server.publicKey, server.email],
    foreignKey,
    publicKeyAlone: `Bearer ${server.publicKey}`,
    strangerCookie: stranger.cookie,
  });
  expect(problems).toEqual([]);
});

it('is so on every route of the Langfuse API', async () => {
  const routes = publicRoutes();
  expect(routes.length).toBeGreaterThan(45);
  for (const known of [
    '/traces/:traceId',
    '/v2/observations',
    '/ingestion',
    '/otel/v1/traces',
    '/v2/prompts/:promptName',
    '/spans',
  ]) {
    expect(routes.map(({ path }) => path)).toContain(known);
  }
  const before = await inventory();
  const nowhere = Object.fromEntries(Object.keys(victim).map((name) => [name, `no-such-${name}`]));
  const problems: string[] = [];
  // Reads first: the foreigner's own changes make things of the same names in its own project.
  const reads = routes.filter(({ method }) => method === 'GET');
  for (const route of [...reads, ...routes.filter((route) => !reads.includes(route))]) {
    const who = `${route.method} ${route.path}`;
    // A no-op that old collectors call: it takes nothing and tells nothing.
    if (route.path === '/otel/v1/metrics') continue;
    const expectStatus = (as: string, status: number, allowed: number[]) => {
      if (!allowed.includes(status)) problems.push(`${who} ${as}: ${status} instead of ${allowed.join(' or ')}`);
    };
    const none = await visit(route, '', victim);
    expectStatus('without credentials', none.status, [401]);
    const wrong = await visit(route, `Basic ${btoa(`${server.publicKey}:sk-lf-wrong`)}`, victim);
    expectStatus("with the project's public key and a wrong secret", wrong.status, [401]);
    const alone = await visit(route, `Bearer ${server.publicKey}`, route.path === '/scores' ? nowhere : victim);
    const open = route.method === 'POST' && (route.path === '/scores' || route.path === '/ingestion');
    expectStatus('with the public key alone', alone.status, open ? [200, 207, 400] : [403]);

    const foreign = await visit(route, foreignKey, victim);
    const elsewhere = await visit(route, foreignKey, nowhere);
    if (foreign.status >= 500) problems.push(`${who} with another project's key: ${foreign.status}`);
    // What exists elsewhere is answered as what does not exist at all.
    if (route.method === 'GET' && foreign.status !== elsewhere.status) {
      problems.push(`${who} with another project's key: ${foreign.status}, but ${elsewhere.status} for what does not exist`);
    }
    if (route.method === 'GET' && elsewhere.text.includes(SECRET)) problems.push(`${who} with another project's key tells names`);
    for (const [as, { text }] of Object.entries({ none, wrong, alone, foreign })) {
      // What a visitor named itself may come back; what the project holds beside that may not.
      const told = text.includes(CONTENT) || text.includes(server.secretKey);
      if (told) problems.push(`${who} (${as}) tells what is in the project`);
    }
  }
  expect(problems).toEqual([]);
  const after = await inventory();
  expect(withoutUse(after)).toEqual(withoutUse(before));
});

/** The public key alone may write scores into its own project: that is what it is for. */
function withoutUse(read: Record<string, unknown>): Record<string, unknown> {
  const { '/v2/scores': scores, ...rest } = read;
  const mine = (scores as { data: { name: string }[] }).data.filter(({ name }) => name === SECRET);
  return { ...rest, '/v2/scores': mine };
}
