import { createHash } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, sendOtlp } from './support/api.ts';
import { pythonAvailable, runClient } from './support/clients.ts';
import { MCP_TABLE, OWN_TOOLS, type ToolRow } from './support/mcp-table.ts';
import { enter } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { exportOf, newSpanId, newTraceId, spanOf } from './support/spans.ts';

/* The MCP server as a process, driven by the official client: every tool, what it says of itself, what it answers and what it refuses. */

let server: TestServer;
let client: Client;
let foreign: Client;
const called = new Set<string>();

async function connect(authorization: string): Promise<Client> {
  const made = new Client({ name: 'telltale-test', version: '1.0.0' });
  const headers = { authorization };
  await made.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/api/public/mcp`), { requestInit: { headers } }));
  return made;
}

/** What a tool answers, read from its text. */
// biome-ignore lint/suspicious/noExplicitAny: tests assert on whatever came
async function use(name: string, args: Record<string, unknown> = {}, as = client): Promise<any> {
  called.add(name);
  if (as === client) await visitAsForeigner(name, args);
  const result = (await as.callTool({ name, arguments: args })) as {
    content: { type: string; text: string }[];
    isError?: boolean;
  };
  expect(result.isError, name).not.toBe(true);
  expect(result.content).toHaveLength(1);
  expect(result.content[0]!.type).toBe('text');
  return JSON.parse(result.content[0]!.text);
}

/** What names something of the project is refused, or finds nothing, with another project's key. */
async function visitAsForeigner(name: string, args: Record<string, unknown>): Promise<void> {
  const names = Object.keys(args).some((key) => /^id$|Ids?$/.test(key));
  // A score may be sent before what it judges.
  if (!names || name === 'createScore') return;
  let found: { data?: unknown[] };
  try {
    const result = (await foreign.callTool({ name, arguments: args })) as { content: { text: string }[] };
    found = JSON.parse(result.content[0]!.text) as { data?: unknown[] };
  } catch (error) {
    expect((error as { code: number }).code, `${name} with another project's key`).toBe(-32600);
    return;
  }
  expect(MCP_TABLE[name]?.[0], `${name} with another project's key`).toBe('R');
  expect(found.data, `${name} with another project's key`).toEqual([]);
}

/** The code and message with which a call is refused. */
async function refused(name: string, args: Record<string, unknown>, as = client): Promise<{ code: number; message: string }> {
  try {
    await as.callTool({ name, arguments: args });
  } catch (error) {
    const { code, message } = error as { code: number; message: string };
    return { code, message };
  }
  throw new Error(`${name} was not refused`);
}

beforeAll(async () => {
  server = await startServer();
  client = await connect(server.authorization);
  const stranger = await enter(server.url, 'stranger@telltale.test', 'stranger-password', 'Stranger');
  const { body: organisation } = await stranger.call<{ id: string }>('POST', '/api/v1/organisations', { name: 'S' });
  const { body: project } = await stranger.call<{ id: string }>('POST', `/api/v1/organisations/${organisation.id}/projects`, {
    name: 'Elsewhere',
  });
  const { body: key } = await stranger.call<{ publicKey: string; secretKey: string }>(
    'POST',
    `/api/v1/projects/${project.id}/api-keys`,
    {},
  );
  foreign = await connect(`Basic ${Buffer.from(`${key.publicKey}:${key.secretKey}`).toString('base64')}`);
});
afterAll(async () => {
  await Promise.all([client?.close(), foreign?.close()]);
  await server?.destroy();
});

describe('what it says of itself', () => {
  it('name, version, tools only, and instructions of our own', () => {
    expect(client.getServerVersion()).toEqual({ name: 'langfuse', version: '0.3.0-unstable' });
    expect(client.getServerCapabilities()).toEqual({ tools: {} });
    expect(client.getInstructions()).toMatch(/^This is Telltale/);
  });

  it('lists the tools of the table with their inputs and annotations, and our own', async () => {
    const { tools } = await client.listTools();
    const said = Object.fromEntries(
      tools.map(({ name, inputSchema, annotations }): [string, ToolRow] => {
        const required = new Set(inputSchema.required ?? []);
        const inputs = Object.keys(inputSchema.properties ?? {}).map((input) => (required.has(input) ? input : `${input}?`));
        return [name, [annotations?.readOnlyHint ? 'R' : annotations?.destructiveHint ? 'D' : '', inputs.sort().join(' ')]];
      }),
    );
    const wanted = Object.fromEntries(
      Object.entries({ ...MCP_TABLE, ...OWN_TOOLS }).map(([name, [hint, inputs]]): [string, ToolRow] => [
        name,
        [hint, inputs.split(' ').sort().join(' ')],
      ]),
    );
    expect(said).toEqual(wanted);
    for (const { name, description } of tools) expect(description, name).toMatch(/\.$|\.\s/);
    expect(tools.find(({ name }) => name === 'listScores')!.inputSchema.additionalProperties).toBe(false);
    // A model pays for this list with every conversation.
    expect(JSON.stringify(tools).length).toBeLessThan(90_000);
  });

  it('marks what may be expensive', async () => {
    const { body } = await call<{ result: { tools: { name: string; annotations: object }[] } }>(
      server,
      'POST',
      '/api/public/mcp',
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
      { accept: 'application/json' },
    );
    const expensive = body.result.tools.filter(({ annotations }) => 'expensiveHint' in annotations).map(({ name }) => name);
    expect(expensive).toEqual(expect.arrayContaining(['queryMetrics', 'searchTraces', 'getObservationFilterValues']));
  });

  it('is described at the root of the site', async () => {
    const { status, body } = await call(server, 'GET', '/.well-known/mcp.json');
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'langfuse', endpoint: '/api/public/mcp', authentication: { scheme: 'basic' } });
    expect((await call(server, 'GET', '/.well-known/oauth-protected-resource')).status).toBe(404);
  });
});

describe('traces, observations and scores', () => {
  const traceId = newTraceId();
  const [root, ask, look] = [newSpanId(), newSpanId(), newSpanId()];
  const long = `BEGIN ${'word '.repeat(20_000)}END`;
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
  const since = new Date(Date.now() - 3600_000).toISOString();

  beforeAll(async () => {
    const span = (id: string, parentSpanId: string | undefined, name: string, attributes: unknown[], more = {}) =>
      spanOf(traceId, id, { name, ...(parentSpanId && { parentSpanId }), attributes, ...more });
    await sendOtlp(
      server,
      exportOf([
        span(root, undefined, 'support', [
          text('langfuse.observation.type', 'agent'),
          text('langfuse.observation.input', '{"question":"refund for xylophone"}'),
          text('langfuse.observation.output', 'done'),
          text('user.id', 'u-1'),
          text('session.id', 's-1'),
        ]),
        span(ask, root, 'answer', [
          text('langfuse.observation.type', 'generation'),
          text('gen_ai.request.model', 'gpt-4o-mini'),
          { key: 'gen_ai.usage.input_tokens', value: { intValue: '100' } },
          { key: 'gen_ai.usage.output_tokens', value: { intValue: '20' } },
          text('langfuse.observation.input', long),
          text('langfuse.observation.metadata.note', 'm'.repeat(500)),
        ]),
        span(look, ask, 'lookup', [text('langfuse.observation.type', 'tool'), text('langfuse.observation.level', 'ERROR')], {
          status: { code: 2, message: 'no such order' },
        }),
      ]).resourceSpans,
    );
  });

  it('finds a trace by words and conditions', async () => {
    const { data } = await use('searchTraces', { query: 'xylophone level:ERROR user:u-1', fromTimestamp: since });
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      id: traceId,
      name: 'support',
      observationCount: 3,
      errorCount: 1,
      totalTokens: 120,
      level: 'ERROR',
      sessionId: 's-1',
      url: `${server.url}/project/${server.projectId}/traces/${traceId}`,
    });
    expect((await use('searchTraces', { query: 'zeppelin' })).data).toEqual([]);
    const filter = [{ column: 'errorCount', operator: '>', value: 0 }];
    expect((await use('searchTraces', { filter })).data).toHaveLength(1);
    expect((await use('searchTraces', { filter, toTimestamp: since })).data).toEqual([]);
    expect(await refused('searchTraces', { query: 'latency:soon' })).toMatchObject({ code: -32600 });
    expect((await refused('searchTraces', { filter: [{ column: 'nope', operator: '=', value: 1 }] })).message).toMatch(
      /filter\[0\]\.column: Unknown column "nope"/,
    );
    expect((await use('searchTraces', { query: 'xylophone' }, foreign)).data).toEqual([]);
  });

  it('gives a trace in the size that was asked for', async () => {
    const trace = await use('getTrace', { traceId, maxTokens: 1500 });
    expect(JSON.stringify(trace, null, 2).length).toBeLessThanOrEqual(6000);
    expect(trace.outline).toEqual([
      expect.stringMatching(new RegExp(`^AGENT support 50 ms \\[${root}\\]$`)),
      expect.stringMatching(
        new RegExp(`^ {2}GENERATION answer \\(gpt-4o-mini\\) 50 ms, \\$\\d.*, 100\\+20 tokens \\[${ask}\\]$`),
      ),
      expect.stringMatching(new RegExp(`^ {4}TOOL lookup 50 ms, ERROR: no such order \\[${look}\\]$`)),
    ]);
    expect(trace.errors).toEqual([expect.objectContaining({ id: look, path: 'support > answer', message: 'no such order' })]);
    expect(trace.input).toEqual({ question: 'refund for xylophone' });
    const { input } = trace.steps.find(({ id }: { id: string }) => id === ask);
    expect(input).toMatch(/^BEGIN word .*\d+ of 100009 characters cut; whole: getObservation .* END$|^BEGIN word .*word END$/s);
    expect(await refused('getTrace', { traceId: 'none' })).toMatchObject({ code: -32600 });
    // What exists elsewhere is refused in the words for what does not exist at all.
    expect((await refused('getTrace', { traceId }, foreign)).message).toBe(
      `MCP error -32600: Trace ${traceId} not found within authorized project`,
    );
  });

  it('lists and gets observations with the fields that were asked for', async () => {
    const { data, meta } = await use('listObservations', { traceId, type: 'GENERATION', fields: ['id', 'name', 'input'] });
    expect(data).toEqual([
      {
        id: ask,
        name: 'answer',
        input: long,
        url: `${server.url}/project/${server.projectId}/traces/${traceId}?observation=${ask}`,
      },
    ]);
    expect(meta).toEqual({});
    const first = await use('listObservations', { limit: 2 });
    const second = await use('listObservations', { limit: 2, cursor: first.meta.cursor });
    expect([...first.data, ...second.data].map(({ id }: { id: string }) => id).sort()).toEqual([root, ask, look].sort());
    expect(first.data[0]).not.toHaveProperty('input');
    const filtered = await use('listObservations', { filter: [{ column: 'level', operator: 'any of', value: ['ERROR'] }] });
    expect(filtered.data).toEqual([expect.objectContaining({ id: look, statusMessage: 'no such order' })]);
    expect((await refused('listObservations', { fields: ['*'] })).message).toMatch(/need traceId/);
    expect((await use('listObservations', { fields: ['*'], fromStartTime: since })).data).toHaveLength(3);
    expect((await refused('listObservations', { fields: ['nope'] })).message).toMatch(/Unknown "nope"/);

    const cut = await use('getObservation', { observationId: ask });
    expect(cut).toMatchObject({ id: ask, traceId, providedModelName: 'gpt-4o-mini', input: long });
    const noteOf = ({ metadata }: { metadata: Record<string, string> }) =>
      Object.entries(metadata).find(([key]) => key.endsWith('note'))!;
    expect(noteOf(cut)[1]).toHaveLength(200);
    const whole = await use('getObservation', { observationId: ask, fields: ['metadata'], expandMetadataKeys: [noteOf(cut)[0]] });
    expect(noteOf(whole)[1]).toHaveLength(500);
    expect(Object.keys(whole).sort()).toEqual(['metadata', 'url']);
    expect(await refused('getObservation', { observationId: ask }, foreign)).toMatchObject({ code: -32600 });
  });

  it('describes fields, filters and values by what there is', async () => {
    const { groups, defaultOfList } = await use('getObservationFieldSchema');
    const all = Object.values(groups as Record<string, string[]>).flat();
    expect(all).toEqual(expect.arrayContaining(['id', 'input', 'usageDetails', 'inputPrice', ...defaultOfList]));
    expect(Object.keys(await use('getObservation', { observationId: ask })).sort()).toEqual([...all, 'url'].sort());

    const { types, columns } = await use('getObservationFilterSchema');
    expect(types.number).toEqual({ operators: ['=', '>', '<', '>=', '<='], value: 'number', key: false });
    expect(types.positionInTrace.key).toEqual(['root', 'first', 'last', 'nthFromEnd', 'nthFromStart']);
    expect(columns).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ column: 'latency', unit: 'seconds', types: ['number', 'null'] }),
        expect.objectContaining({ column: 'metadata', hasKey: true }),
      ]),
    );
    const values = await use('getObservationFilterValues', { column: 'type', limit: 2, fromStartTime: since });
    expect(values.data).toHaveLength(2);
    const more = await use('getObservationFilterValues', { column: 'type', limit: 2, cursor: values.meta.cursor });
    expect(
      [...values.data, ...more.data].map(({ value, count }: { value: string; count: number }) => [value, count]).sort(),
    ).toEqual([
      ['AGENT', 1],
      ['GENERATION', 1],
      ['TOOL', 1],
    ]);
    expect((await use('getObservationFilterValues', { column: 'name', observationType: 'TOOL' })).data).toEqual([
      { value: 'lookup', count: 1 },
    ]);
    expect((await use('getObservationFilterValues', { column: 'name' }, foreign)).data).toEqual([]);
    expect(await refused('getObservationFilterValues', { column: 'input' })).toMatchObject({ code: -32600 });
  });

  it('answers metrics', async () => {
    const { views } = await use('getMetricsSchema', { view: 'observations' });
    expect(Object.keys(views)).toEqual(['observations']);
    expect(views.observations.measures).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ measure: 'totalTokens', aggregations: expect.arrayContaining(['sum', 'p95']) }),
      ]),
    );
    const question = {
      view: 'observations',
      dimensions: [{ field: 'type' }],
      metrics: [{ measure: 'totalTokens', aggregation: 'sum' }],
      filters: [{ column: 'level', operator: 'none of', value: ['ERROR'] }],
      fromTimestamp: since,
      toTimestamp: new Date(Date.now() + 60_000).toISOString(),
    };
    expect((await use('queryMetrics', question)).data).toEqual([
      { type: 'GENERATION', sum_totalTokens: 120 },
      { type: 'AGENT', sum_totalTokens: 0 },
    ]);
    expect((await use('queryMetrics', question, foreign)).data).toEqual([]);
    expect((await refused('queryMetrics', { ...question, metrics: [{ measure: 'nope', aggregation: 'sum' }] })).code).toBe(
      -32600,
    );
    expect((await refused('queryMetrics', { ...question, metrics: [] })).code).toBe(-32602);
  });

  it('scores, and what was scored', async () => {
    const config = await use('createScoreConfig', {
      name: 'quality',
      dataType: 'NUMERIC',
      numericMinValue: 0,
      numericMaxValue: 1,
    });
    expect(config).toMatchObject({ name: 'quality', minValue: 0, maxValue: 1, isArchived: false });
    const configId = config.id;
    expect(await use('updateScoreConfig', { configId, description: 'How good', dataType: 'NUMERIC' })).toMatchObject({
      description: 'How good',
      maxValue: 1,
    });
    expect((await use('getScoreConfig', { configId })).description).toBe('How good');
    expect((await use('listScoreConfigs', { limit: 1 })).meta).toEqual({ page: 1, limit: 1, totalItems: 1, totalPages: 1 });

    const score = { name: 'x', value: 0.75, traceId, observationId: ask, configId, comment: 'fine', source: 'ANNOTATION' };
    const { id: scoreId, url } = await use('createScore', score);
    expect(url).toContain(`observation=${ask}`);
    expect(await use('getScore', { scoreId })).toMatchObject({
      id: scoreId,
      name: 'quality',
      value: 0.75,
      source: 'ANNOTATION',
      subject: { kind: 'observation', id: ask, traceId },
    });
    expect((await use('listScores', { name: ['quality'], dataType: ['NUMERIC'], valueMin: 0.7 })).data).toHaveLength(1);
    expect((await use('listScores', { traceId: [traceId, 'another'], value: [0.1], dataType: ['NUMERIC'] })).data).toEqual([]);
    expect((await refused('listScores', { nonsense: 1 })).code).toBe(-32602);
    expect((await refused('listScores', { valueMin: 1 })).code).toBe(-32600);
    expect(await refused('createScore', { ...score, value: 7 })).toMatchObject({ code: -32600 });
    expect(await refused('createScore', { name: 'x', value: 1 })).toMatchObject({ code: -32600 });
    expect(await refused('getScore', { scoreId }, foreign)).toMatchObject({ code: -32600 });
    expect((await use('listScores', {}, foreign)).data).toEqual([]);
    expect(await refused('deleteScoreConfig', { configId }, foreign)).toMatchObject({ code: -32600 });
    expect((await use('deleteScoreConfig', { configId })).isArchived).toBe(true);
    expect((await use('updateScoreConfig', { configId, isArchived: false })).isArchived).toBe(false);
  });

  it('comments and annotation queues', async () => {
    const comment = await use('createComment', { content: 'look', objectType: 'TRACE', objectId: traceId });
    expect(await use('getComment', { commentId: comment.id })).toMatchObject({ content: 'look', objectId: traceId });
    expect((await use('listComments', { objectType: 'TRACE', objectId: traceId })).data).toHaveLength(1);
    expect(await refused('getComment', { commentId: comment.id }, foreign)).toMatchObject({ code: -32600 });

    const { data: configs } = await use('listScoreConfigs');
    const { id: queueId } = await use('createAnnotationQueue', { name: 'q', scoreConfigIds: [configs[0].id] });
    expect((await use('getAnnotationQueue', { queueId })).name).toBe('q');
    expect((await use('listAnnotationQueues')).meta.totalItems).toBe(1);
    const { id: itemId } = await use('createAnnotationQueueItem', { queueId, objectId: traceId, objectType: 'TRACE' });
    expect((await use('getAnnotationQueueItem', { queueId, itemId })).status).toBe('PENDING');
    const done = await use('updateAnnotationQueueItem', { queueId, itemId, status: 'COMPLETED' });
    expect(done.completedAt).toMatch(/^\d{4}-/);
    expect((await use('listAnnotationQueueItems', { queueId, status: 'PENDING' })).data).toEqual([]);
    const owner = await enter(server.url, server.email, server.password);
    const { body: me } = await owner.call<{ user: { id: string } }>('GET', '/api/v1/me');
    expect(await use('createAnnotationQueueAssignment', { queueId, userId: me.user.id })).toEqual({
      userId: me.user.id,
      queueId,
      projectId: server.projectId,
    });
    expect(await use('deleteAnnotationQueueAssignment', { queueId, userId: me.user.id })).toEqual({ success: true });
    expect(await refused('deleteAnnotationQueueItem', { queueId, itemId }, foreign)).toMatchObject({ code: -32600 });
    expect((await use('deleteAnnotationQueueItem', { queueId, itemId })).success).toBe(true);
    expect(await refused('getAnnotationQueueItem', { queueId, itemId })).toMatchObject({ code: -32600 });
  });

  it('media', async () => {
    const content = Buffer.from('what the picture shows');
    const { body: announced } = await call<{ mediaId: string; uploadUrl: string }>(server, 'POST', '/api/public/media', {
      traceId,
      field: 'input',
      contentType: 'text/plain',
      contentLength: content.length,
      sha256Hash: createHash('sha256').update(content).digest('base64'),
    });
    await fetch(announced.uploadUrl, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: content });
    await call(server, 'PATCH', `/api/public/media/${announced.mediaId}`, {
      uploadedAt: new Date().toISOString(),
      uploadHttpStatus: 200,
    });
    const media = await use('getMedia', { mediaId: announced.mediaId });
    expect(media).toMatchObject({ mediaId: announced.mediaId, contentType: 'text/plain', contentLength: content.length });
    expect(await (await fetch(media.url)).text()).toBe('what the picture shows');
    expect(await refused('getMedia', { mediaId: announced.mediaId }, foreign)).toMatchObject({ code: -32600 });
  });

  it('datasets, runs and experiments', async () => {
    const { id: datasetId } = await use('upsertDataset', { name: 'orders', metadata: { a: 1 } });
    expect((await use('upsertDataset', { name: 'orders/late', id: datasetId })).id).toBe(datasetId);
    expect(await use('getDataset', { datasetId })).toMatchObject({ name: 'orders/late', metadata: { a: 1 } });
    expect((await use('listDatasets', { name: 'orders/late' })).data).toHaveLength(1);
    expect((await use('listDatasets', { name: 'orders' })).data).toEqual([]);
    await use('upsertDataset', { name: 'other' });
    expect((await refused('upsertDataset', { name: 'other', id: datasetId })).code).toBe(-32600);
    const item = await use('upsertDatasetItem', { datasetId, input: { q: 1 }, expectedOutput: 'a', sourceTraceId: traceId });
    expect(item).toMatchObject({ datasetId, input: { q: 1 }, sourceUrl: expect.stringContaining(traceId) });
    expect((await use('getDatasetItem', { datasetItemId: item.id })).expectedOutput).toBe('a');
    expect((await use('listDatasetItems', { datasetId })).data).toHaveLength(1);
    expect((await use('listDatasetItems', { datasetId, version: since })).data).toEqual([]);

    const link = await use('createDatasetRunItem', { runName: 'first', datasetItemId: item.id, traceId, observationId: ask });
    const datasetRunId = link.datasetRunId;
    expect(link).toMatchObject({ datasetRunName: 'first', traceId, observationId: ask });
    expect((await use('listDatasetRuns', { datasetId })).data).toEqual([
      expect.objectContaining({ id: datasetRunId, name: 'first' }),
    ]);
    expect((await use('getDatasetRun', { datasetId, datasetRunId })).datasetRunItems).toEqual([
      expect.objectContaining({ id: link.id }),
    ]);
    expect((await use('listDatasetRunItems', { datasetId, datasetRunId })).data).toEqual([
      expect.objectContaining({ id: link.id }),
    ]);
    expect(await refused('getDatasetRun', { datasetId, datasetRunId }, foreign)).toMatchObject({ code: -32600 });

    const experiments = await use('listExperiments', { fromStartTime: since, name: ['first'] });
    expect(experiments.data).toEqual([expect.objectContaining({ id: datasetRunId, name: 'first' })]);
    const items = await use('listExperimentItems', {
      fromStartTime: since,
      experimentId: [datasetRunId],
      fields: ['core', 'io'],
    });
    expect(items.data).toHaveLength(1);
    expect(items.data[0]).toMatchObject({ experimentId: datasetRunId, traceId, expectedOutput: 'a' });
    const byFilter = { fromStartTime: since, filter: [{ column: 'name', operator: 'any of', value: ['second'] }] };
    expect((await use('listExperiments', byFilter)).data).toEqual([]);
    expect((await use('listExperiments', { fromStartTime: since }, foreign)).data).toEqual([]);

    expect((await use('deleteDatasetRun', { datasetId, datasetRunId })).message).toMatch(/deleted/);
    expect((await use('deleteDatasetItem', { datasetItemId: item.id })).message).toMatch(/deleted/);
    expect(await refused('getDatasetItem', { datasetItemId: item.id })).toMatchObject({ code: -32600 });
  });
});

describe('settings', () => {
  it('prompts, the newest version unless told', async () => {
    const first = await use('createTextPrompt', { name: 'greet', prompt: 'Hello {{name}}', labels: ['staging'], tags: ['t'] });
    expect(first).toMatchObject({ version: 1, type: 'text', labels: ['staging', 'latest'], tags: ['t'] });
    expect((await use('createTextPrompt', { name: 'greet', prompt: 'Hi {{name}}', config: { t: 1 } })).version).toBe(2);
    expect(await use('getPrompt', { name: 'greet' })).toMatchObject({ version: 2, prompt: 'Hi {{name}}', config: { t: 1 } });
    expect((await use('getPrompt', { name: 'greet', label: 'staging' })).version).toBe(1);
    expect((await use('getPrompt', { name: 'greet', version: 1 })).version).toBe(1);
    expect(await refused('getPrompt', { name: 'greet', version: 1, label: 'staging' })).toMatchObject({ code: -32600 });
    expect(await refused('createTextPrompt', { name: 'greet', prompt: 'x', labels: ['production'] })).toMatchObject({
      code: -32602,
    });
    expect((await use('updatePromptLabels', { name: 'greet', version: 1, newLabels: ['production'] })).labels).toContain(
      'production',
    );
    expect(await refused('updatePromptLabels', { name: 'greet', version: 1, newLabels: ['latest'] })).toMatchObject({
      code: -32602,
    });
    const chat = [
      { role: 'system', content: '@@@langfusePrompt:name=greet|label=production@@@' },
      { type: 'placeholder', name: 'history' },
    ];
    expect((await use('createChatPrompt', { name: 'talk', prompt: chat })).prompt).toEqual(chat);
    expect((await use('getPrompt', { name: 'talk' })).prompt[0].content).toBe('Hello {{name}}');
    expect((await use('getPromptUnresolved', { name: 'talk' })).prompt[0].content).toContain('langfusePrompt');
    const { data, meta } = await use('listPrompts', { tag: 't' });
    expect(data).toEqual([expect.objectContaining({ name: 'greet', versions: [1, 2] })]);
    expect(meta.totalItems).toBe(1);
    expect(await refused('getPrompt', { name: 'greet' }, foreign)).toMatchObject({ code: -32600 });
  });

  it('models', async () => {
    const model = { modelName: 'ours', matchPattern: '(?i)^ours$', unit: 'TOKENS', inputPrice: 0.001 };
    const { id: modelId, url } = await use('createModel', model);
    expect(url).toContain(`/settings/models?model=${modelId}`);
    expect(await use('getModel', { modelId })).toMatchObject({ modelName: 'ours', inputPrice: 0.001, isLangfuseManaged: false });
    const list = await use('listModels', { limit: 100 });
    expect(list.meta.totalItems).toBeGreaterThan(10);
    expect(await refused('createModel', { modelName: 'half' })).toMatchObject({ code: -32602 });
    expect(await refused('deleteModel', { modelId }, foreign)).toMatchObject({ code: -32600 });
    await use('deleteModel', { modelId });
    expect(await refused('getModel', { modelId })).toMatchObject({ code: -32600 });
  });

  it('evaluators and evaluation rules', async () => {
    const { data: templates } = await use('listManagedEvaluatorTemplates', { type: 'CODE' });
    expect(templates.length).toBeGreaterThan(0);
    const { definition } = templates[0];
    const code = { sourceCode: definition.sourceCode, sourceCodeLanguage: definition.sourceCodeLanguage };
    const made = await use('createEvaluator', { name: 'exact', type: 'CODE', ...code });
    const second = await use('createEvaluator', { name: 'also', type: 'CODE', ...code });
    expect(made).toMatchObject({ name: 'exact', version: 1, type: 'code' });
    const evaluatorId = made.id;
    expect((await use('updateEvaluator', { evaluatorId, type: 'CODE', description: 'Same text' })).description).toBe('Same text');
    expect(await refused('updateEvaluator', { evaluatorId, type: 'LLM_AS_JUDGE' })).toMatchObject({ code: -32600 });
    expect((await use('getEvaluator', { evaluatorId })).description).toBe('Same text');
    expect((await use('listEvaluators')).meta.totalItems).toBe(2);

    const { id: evaluationRuleId } = await use('createEvaluationRule', {
      name: 'all answers',
      enabled: true,
      sampling: 0.5,
      filter: [{ column: 'type', operator: 'any of', value: ['GENERATION'] }],
      evaluatorAssignments: [{ evaluatorId }],
    });
    const rule = await use('getEvaluationRule', { evaluationRuleId });
    expect(rule).toMatchObject({ sampling: 0.5, target: 'observation', filter: [{ type: 'stringOptions', column: 'type' }] });
    expect((await use('updateEvaluationRule', { evaluationRuleId, enabled: false })).enabled).toBe(false);
    expect((await use('listEvaluationRules', { filter: [{ column: 'enabled', operator: '=', value: true }] })).data).toEqual([]);
    expect((await use('listEvaluationRules', { search: 'ANSWERS' })).data).toHaveLength(1);
    const attached = await use('attachEvaluatorToEvaluationRule', { evaluationRuleId, evaluatorId: second.id });
    expect(attached.evaluators).toHaveLength(2);
    const detached = await use('detachEvaluatorFromEvaluationRule', { evaluationRuleId, evaluatorId: second.id });
    expect(detached.evaluators.map(({ evaluator }: { evaluator: { id: string } }) => evaluator.id)).toEqual([evaluatorId]);
    expect(await refused('deleteEvaluator', { evaluatorId })).toMatchObject({ code: -32600 });
    expect(await refused('deleteEvaluationRule', { evaluationRuleId }, foreign)).toMatchObject({ code: -32600 });
    await use('deleteEvaluationRule', { evaluationRuleId });
    await use('deleteEvaluator', { evaluatorId });
    expect(await refused('getEvaluator', { evaluatorId })).toMatchObject({ code: -32600 });
  });

  it('dashboards, their widgets and placements', async () => {
    const widget = {
      name: 'Cost',
      view: 'observations',
      dimensions: [],
      metrics: [{ measure: 'totalCost', agg: 'sum' }],
      filters: [{ column: 'environment', operator: 'any of', value: ['default'] }],
      chartType: 'NUMBER',
    };
    const { id: widgetId } = await use('createDashboardWidget', widget);
    expect((await use('getDashboardWidget', { widgetId })).filters).toEqual([
      { type: 'stringOptions', column: 'environment', operator: 'any of', value: ['default'] },
    ]);
    expect((await use('updateDashboardWidget', { widgetId, name: 'Money' })).name).toBe('Money');
    expect((await use('listDashboardWidgets')).meta.totalItems).toBe(1);
    const { id: dashboardId } = await use('createDashboard', { name: 'Overview' });
    const { id: placementId } = await use('addDashboardPlacement', { dashboardId, type: 'widget', widgetId, width: 4 });
    expect((await use('updateDashboardPlacement', { dashboardId, placementId, x: 3 })).x).toBe(3);
    expect((await use('getDashboard', { dashboardId })).definition.widgets).toEqual([
      expect.objectContaining({ id: placementId, widgetId, x: 3, width: 4 }),
    ]);
    expect((await use('updateDashboard', { dashboardId, description: 'd' })).description).toBe('d');
    expect((await use('listDashboards')).meta.totalItems).toBe(1);
    expect(await refused('deleteDashboardWidget', { widgetId })).toMatchObject({ code: -32600 });
    await use('deleteDashboardPlacement', { dashboardId, placementId });
    await use('deleteDashboardWidget', { widgetId });
    expect(await refused('deleteDashboard', { dashboardId }, foreign)).toMatchObject({ code: -32600 });
    await use('deleteDashboard', { dashboardId });
    expect(await refused('getDashboard', { dashboardId })).toMatchObject({ code: -32600 });
  });

  it('feedback and health', async () => {
    const feedback = { targetType: 'mcp-tool', target: 'getTrace', feedback: 'Clear.' };
    expect(await use('submitFeedback', feedback)).toEqual({ id: expect.any(String) });
    expect(await refused('submitFeedback', { ...feedback, referenceUrl: 'ftp://x' })).toMatchObject({ code: -32602 });
    expect(await use('getHealth', { failIfDatabaseUnavailable: true, failIfNoRecentEvents: true })).toMatchObject({
      status: 'OK',
    });
  });
});

describe('a trace of 50,000 steps', () => {
  it('is answered in the size asked for, errors and slow steps first', { timeout: 120_000 }, async () => {
    const traceId = newTraceId();
    const root = newSpanId();
    const start = BigInt(Date.now() - 120_000) * 1_000_000n;
    const at = (ms: number) => String(start + BigInt(ms) * 1_000_000n);
    const bare = { attributes: [] };
    const spans = [spanOf(traceId, root, { ...bare, name: 'agent', startTimeUnixNano: at(0), endTimeUnixNano: at(100_000) })];
    for (let i = 1; i < 50_000; i++) {
      const times = { startTimeUnixNano: at(i), endTimeUnixNano: at(i + (i === 30_000 ? 5000 : 1)) };
      const failed = i === 40_000 ? { status: { code: 2, message: 'needle' } } : {};
      spans.push(spanOf(traceId, newSpanId(), { ...bare, name: 'tick', parentSpanId: root, ...times, ...failed }));
    }
    for (let i = 0; i < spans.length; i += 5000) await sendOtlp(server, exportOf(spans.slice(i, i + 5000)).resourceSpans);
    const began = performance.now();
    const trace = await use('getTrace', { traceId });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(JSON.stringify(trace, null, 2).length).toBeLessThanOrEqual(24_000);
    expect(trace).toMatchObject({ observationCount: 50_000, errorCount: 1 });
    expect(trace.errors).toEqual([expect.objectContaining({ name: 'tick', message: 'needle', after: '40.0 s' })]);
    expect(trace.slowest.join('\n')).toContain('5.00 s of its own: SPAN tick 5.00 s');
    expect(trace.groups[0]).toMatchObject({ name: 'tick', count: 49_999, errors: 1 });
    expect(trace.outline.join('\n')).toMatch(/… 49\d\d\d more SPAN tick/);
  });
});

describe('who may not', () => {
  const ask = (headers: Record<string, string>, method = 'POST') =>
    call<{ error: unknown; code?: number }>(
      { url: server.url, authorization: '' },
      method,
      '/api/public/mcp',
      method === 'POST' ? { jsonrpc: '2.0', id: 1, method: 'tools/list' } : undefined,
      { accept: 'application/json, text/event-stream', ...headers },
    );

  it('no key, a wrong one, the public key alone', async () => {
    for (const [authorization, status] of [
      [undefined, 401],
      [`Basic ${btoa('pk-lf-x:sk-lf-x')}`, 401],
      [`Bearer ${server.publicKey}`, 403],
    ] as const) {
      const answer = await ask(authorization === undefined ? {} : { authorization });
      expect(answer.status).toBe(status);
      expect(answer.body).toEqual({ error: expect.any(String), code: -32600 });
    }
    await expect(connect('')).rejects.toThrow(/401|No authorization/);
  });

  it('pages of other sites', async () => {
    const { authorization } = server;
    expect((await ask({ authorization, origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask({ authorization, origin: 'http://localhost:6274' })).status).toBe(200);
  });

  it('there are no streams and no sessions', async () => {
    const { authorization } = server;
    for (const method of ['GET', 'DELETE']) {
      const { status, headers } = await ask({ authorization }, method);
      expect([status, headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    }
  });

  it('unknown tools and methods are refused in the protocol', async () => {
    expect(await refused('noSuchTool', {})).toMatchObject({ code: -32602 });
    expect((await refused('getScore', { scoreId: 7 })).message).toMatch(/Invalid arguments for getScore: scoreId: /);
    await expect(client.listResources()).rejects.toMatchObject({ code: -32601 });
  });
});

it.skipIf(!pythonAvailable())("Python's client lists the tools and calls one", { timeout: 300_000 }, async () => {
  const said = await runClient<{ server: string; tools: string[]; health: { status: string }; refused: number }>(
    'mcp-python',
    'mcp_client.py',
    {
      MCP_URL: `${server.url}/api/public/mcp`,
      MCP_AUTHORIZATION: server.authorization,
    },
  );
  expect(said.server).toBe('langfuse');
  expect(said.tools.sort()).toEqual(Object.keys({ ...MCP_TABLE, ...OWN_TOOLS }).sort());
  expect(said.health.status).toBe('OK');
  expect(said.refused).toBe(-32600);
});

it('every tool was called', () => {
  expect(Object.keys({ ...MCP_TABLE, ...OWN_TOOLS }).filter((name) => !called.has(name))).toEqual([]);
});
