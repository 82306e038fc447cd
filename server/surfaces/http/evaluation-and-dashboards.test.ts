import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KeyIdentity } from '../../domains/access/index.ts';
import { createDashboards, createDashboardWidgets, dashboardOperations } from '../../domains/dashboards/index.ts';
import { createEvaluationRules, createEvaluators, evaluatorOperations } from '../../domains/evaluators/index.ts';
import { createLlmConnections, llmConnectionOperations } from '../../domains/llm-connections/index.ts';
import { systemClock } from '../../lib/clock.ts';
import { createCrypto } from '../../lib/crypto.ts';
import { createLogger } from '../../lib/log.ts';
import { openOutbound } from '../../lib/testing/open-outbound.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { httpSurface } from './index.ts';

/* Connections, evaluators, rules and dashboards over our own API: every answer is checked against its declared shape. */

let app: FastifyInstance;
let store: MetadataStore;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'telltale-operations-'));
  store = await openMetadata({ dataDir, log: createLogger('silent') });
  await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await store.db.insert(tables.projects).values(['p', 'q'].map((id) => ({ id, organisationId: 'o', name: id })));
  const settings = { db: store.db, clock: systemClock };
  const llmConnections = createLlmConnections({
    ...settings,
    crypto: createCrypto('a secret of the server, for tests only'),
    outbound: openOutbound,
  });
  const judged = { ...settings, connections: llmConnections.all };
  const operations = [
    ...llmConnectionOperations(llmConnections),
    ...evaluatorOperations({
      evaluators: createEvaluators(judged),
      evaluationRules: createEvaluationRules({ ...judged, isRun: true }),
    }),
    ...dashboardOperations({
      dashboards: createDashboards(settings),
      dashboardWidgets: createDashboardWidgets(settings),
    }),
  ];
  const access = {
    authenticateKey: async (projectId: string | undefined): Promise<KeyIdentity> => ({
      keyId: 'k',
      publicKey: 'pk',
      organisationId: 'o',
      projectId: projectId ?? null,
      scope: 'project',
    }),
    authenticateSession: async () => null,
    roleInProject: async () => null,
    roleInOrganisation: async () => null,
  };
  app = Fastify();
  await app.register(httpSurface({ operations, access, trustsOrigin: () => false, checkOutput: true }), {
    prefix: '/api/v1',
  });
});
afterAll(async () => {
  await app.close();
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function call(method: InjectOptions['method'] & string, path: string, body?: object, key = 'p') {
  const answer = await app.inject({
    method: method as 'GET',
    url: `/api/v1/projects/p${path}`,
    headers: { authorization: key },
    ...(body && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.json() };
}

it('serves connections to models', async () => {
  const made = await call('PUT', '/llm-connections', { provider: 'work', adapter: 'openai', secretKey: 'sk-0123456789' });
  expect([made.status, made.body.displaySecretKey]).toEqual([200, '...6789']);
  expect((await call('GET', '/llm-connections?limit=1')).body).toEqual({ data: [made.body], totalCount: 1 });
  const bad = await call('PUT', '/llm-connections', { provider: 'work', adapter: 'bedrock', secretKey: 'sk' });
  expect([bad.status, bad.body.error.details[0].path]).toEqual([400, 'config']);
  expect((await call('DELETE', '/llm-connections/nobody')).status).toBe(404);
  expect((await call('DELETE', `/llm-connections/${made.body.id}`, undefined, 'q')).status).toBe(404);
  expect((await call('DELETE', `/llm-connections/${made.body.id}`)).body).toEqual({ ok: true });
});

it('serves evaluators, their versions, templates and rules', async () => {
  const templates = await call('GET', '/evaluator-templates?category=grounding&search=SOURCES');
  expect(templates.body.data.map(({ id }: { id: string }) => id)).toEqual(['faithfulness', 'hallucination']);
  const { definition } = templates.body.data[0];
  const made = await call('POST', '/evaluators', { name: 'Faithful', description: 'ours', ...definition });
  expect([made.status, made.body.variables]).toEqual([200, ['context', 'input', 'output']]);
  const { id } = made.body;
  const changed = await call('PATCH', `/evaluators/${id}`, { prompt: 'Just {{output}}', modelParams: { temperature: 0 } });
  expect(changed.body).toMatchObject({ id, version: 2, variables: ['output'], modelParams: { temperature: 0 } });
  expect((await call('GET', `/evaluators/${id}`)).body).toEqual(changed.body);
  expect((await call('GET', `/evaluators/${id}?version=1`)).body.prompt).toBe(definition.prompt);
  expect((await call('GET', `/evaluators/${id}?version=3`)).status).toBe(404);
  const versions = await call('GET', `/evaluators/${id}/versions`);
  expect(versions.body.data.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
  expect((await call('GET', '/evaluators')).body).toEqual({ data: [changed.body], totalCount: 1 });
  const endless = `{"modelParams":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
  const headers = { authorization: 'p', 'content-type': 'application/json' };
  const deep = await app.inject({ method: 'PATCH', url: `/api/v1/projects/p/evaluators/${id}`, headers, payload: endless });
  expect([deep.statusCode, deep.json().error.message]).toEqual([400, expect.stringMatching(/^The body is nested deeper than/)]);
  const nothing = await call('PATCH', `/evaluators/${id}`, {});
  expect([nothing.status, nothing.body.error.message]).toEqual([400, 'needs at least one field to change']);
  const unusable = await call('PATCH', `/evaluators/${id}`, { modelConfig: { provider: 'none', model: 'm' } });
  expect([unusable.status, unusable.body.error.details]).toEqual([
    422,
    { reason: 'evaluator_preflight_failed', evaluatorName: 'Faithful', provider: 'none', model: 'm' },
  ]);

  const rule = {
    name: 'live',
    enabled: true,
    evaluators: [{ evaluator: { id }, mapping: [{ variable: 'output', source: 'output' }] }],
  };
  const live = await call('POST', '/evaluation-rules', rule);
  expect(live.body).toMatchObject({ target: 'observation', sampling: 1, filter: [], status: 'active' });
  expect((await call('GET', '/evaluation-rules?enabled=true&targets=["observation"]&search=LI')).body).toEqual({
    data: [live.body],
    totalCount: 1,
  });
  expect((await call('GET', '/evaluation-rules?enabled=false')).body.totalCount).toBe(0);
  const off = await call('PATCH', `/evaluation-rules/${live.body.id}`, { enabled: false });
  expect(off.body.status).toBe('inactive');
  expect((await call('GET', `/evaluation-rules/${live.body.id}`)).body).toEqual(off.body);
  expect((await call('DELETE', `/evaluators/${id}`)).status).toBe(409);
  expect((await call('DELETE', `/evaluation-rules/${live.body.id}`)).body).toEqual({ ok: true });
  expect((await call('DELETE', `/evaluators/${id}`)).body).toEqual({ ok: true });
  expect((await call('GET', `/evaluators/${id}`)).status).toBe(404);
});

it('serves dashboards, their tiles, and widgets', async () => {
  const asked = {
    name: 'Calls',
    view: 'observations',
    dimensions: [],
    metrics: [{ measure: 'count', agg: 'count' }],
    filters: [],
    chartType: 'NUMBER',
  };
  const widget = await call('POST', '/dashboard-widgets', asked);
  expect(widget.body).toMatchObject({ ...asked, description: '', chartConfig: { type: 'NUMBER' } });
  const { id: widgetId } = widget.body;
  const named = await call('PATCH', `/dashboard-widgets/${widgetId}`, { name: 'All calls' });
  expect((await call('GET', `/dashboard-widgets/${widgetId}`)).body).toEqual(named.body);
  expect((await call('GET', '/dashboard-widgets')).body).toEqual({ data: [named.body], totalCount: 1 });
  const wrong = await call('PATCH', `/dashboard-widgets/${widgetId}`, { metrics: [{ measure: 'mood', agg: 'sum' }] });
  expect([wrong.status, wrong.body.error.details.field]).toEqual([400, 'metrics[0].measure']);

  const { body: board } = await call('POST', '/dashboards', { name: 'Board' });
  const added = await call('POST', `/dashboards/${board.id}/placements`, { type: 'widget', widgetId });
  expect(added.body).toMatchObject({ widgetId, x: 0, y: 0, width: 6, height: 6 });
  const url = `/dashboards/${board.id}/placements/${added.body.id}`;
  expect((await call('PATCH', url, { y: 3 })).body).toEqual({ ...added.body, y: 3 });
  const changed = await call('PATCH', `/dashboards/${board.id}`, { description: 'd' });
  expect(changed.body.definition.widgets).toEqual([{ ...added.body, y: 3 }]);
  expect((await call('GET', `/dashboards/${board.id}`)).body).toEqual(changed.body);
  expect((await call('GET', '/dashboards')).body).toEqual({ data: [changed.body], totalCount: 1 });
  expect((await call('DELETE', `/dashboard-widgets/${widgetId}`)).status).toBe(409);
  expect((await call('DELETE', url)).body).toEqual({ ok: true });
  expect((await call('DELETE', `/dashboards/${board.id}`)).body).toEqual({ ok: true });
  expect((await call('DELETE', `/dashboard-widgets/${widgetId}`)).body).toEqual({ ok: true });
});

it('goes with its project', async () => {
  await call('PUT', '/llm-connections', { provider: 'work', adapter: 'openai', secretKey: 'sk-0123456789' });
  const code = { type: 'code', name: 'checks', sourceCode: 'x', sourceCodeLanguage: 'PYTHON' };
  const { body: evaluator } = await call('POST', '/evaluators', code);
  await call('POST', '/evaluation-rules', { name: 'live', enabled: true, evaluators: [{ evaluator: { id: evaluator.id } }] });
  const metrics = [{ measure: 'count', agg: 'count' }];
  const chart = { view: 'observations', dimensions: [], metrics, filters: [], chartType: 'NUMBER' };
  const { body: widget } = await call('POST', '/dashboard-widgets', { name: 'Calls', ...chart });
  const tile = { type: 'widget', id: 'one', widgetId: widget.id, x: 0, y: 0, width: 6, height: 6 };
  const board = await call('POST', '/dashboards', { name: 'Board', definition: { widgets: [tile] } });
  expect(board.status).toBe(200);
  await store.db.delete(tables.projects).where(eq(tables.projects.id, 'p'));
  const kept = [
    tables.llmConnections,
    tables.evaluatorVersions,
    tables.evaluationRuleEvaluators,
    tables.dashboardWidgets,
    tables.dashboardPlacements,
  ];
  for (const table of kept) expect(await store.db.select().from(table)).toEqual([]);
});
