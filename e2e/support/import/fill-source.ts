import { createHash, randomBytes } from 'node:crypto';
import { call } from '../api.ts';
import type { TestServer } from '../server.ts';

/** Traces that share one millisecond: more than a page of them. */
const AT_ONCE = 60;
const SINGLE = 70;
const START = Date.UTC(2026, 2, 1, 12);
const TYPES = [
  'SPAN',
  'GENERATION',
  'EVENT',
  'AGENT',
  'TOOL',
  'CHAIN',
  'RETRIEVER',
  'EMBEDDING',
  'EVALUATOR',
  'GUARDRAIL',
] as const;

/** What was put into the source, as far as a test asks for it. */
export interface Filled {
  traces: number;
  /** Id of the media file, and its content. */
  media: { id: string; content: Buffer };
}

/** Fills a project with everything that an import copies, over the public API. */
export async function fillSource(server: TestServer): Promise<Filled> {
  const send = async <T = { id: string }>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await call<T>(server, method, `/api/public${path}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const ingest = async (batch: object[]) => {
    const { errors } = await send<{ errors: unknown[] }>('POST', '/ingestion', { batch });
    if (errors.length > 0) throw new Error(`Refused: ${JSON.stringify(errors).slice(0, 1000)}`);
  };
  const event = (type: string, body: object) => ({
    id: crypto.randomUUID(),
    type,
    timestamp: new Date(START).toISOString(),
    body,
  });
  const at = (ms: number) => new Date(START + ms).toISOString();

  const config = (body: object) => send('POST', '/score-configs', body);
  const quality = await config({ name: 'quality', dataType: 'NUMERIC', minValue: 0, maxValue: 1, description: 'How good' });
  const verdict = await config({
    name: 'verdict',
    dataType: 'CATEGORICAL',
    categories: [
      { label: 'good', value: 2 },
      { label: 'bad', value: 1 },
    ],
  });
  const resolved = await config({ name: 'resolved', dataType: 'BOOLEAN' });
  const retired = await config({ name: 'retired', dataType: 'NUMERIC', minValue: 0, maxValue: 5 });

  await send('POST', '/models', {
    modelName: 'house',
    matchPattern: '(?i)^house-.*$',
    unit: 'TOKENS',
    inputPrice: 0.001,
    outputPrice: 0.002,
  });
  await send('POST', '/models', {
    modelName: 'tiered',
    matchPattern: '^tiered$',
    unit: 'TOKENS',
    startDate: '2026-01-01T00:00:00.000Z',
    tokenizerId: 'openai',
    tokenizerConfig: { tokenizerModel: 'gpt-4o' },
    pricingTiers: [
      { name: 'Standard', isDefault: true, priority: 0, conditions: [], prices: { input: 0.000001, output: 0.000002 } },
      {
        name: 'Long',
        isDefault: false,
        priority: 1,
        conditions: [{ usageDetailPattern: '^input', operator: 'gt', value: 200_000, caseSensitive: false }],
        prices: { input: 0.000002, output: 0.000004 },
      },
    ],
  });

  const prompt = (body: object) => send<{ id: string; version: number }>('POST', '/v2/prompts', body);
  // Its name comes first, what it includes last.
  await prompt({ name: 'z/part', prompt: 'Be kind.', labels: ['production'], tags: ['shared'] });
  await prompt({
    name: 'a root',
    prompt: 'You answer. @@@langfusePrompt:name=z/part|label=production@@@',
    labels: ['production'],
  });
  const first = await prompt({
    name: 'answer',
    prompt: 'One {{question}}',
    labels: ['staging'],
    tags: ['b', 'a'],
    config: { temperature: 0 },
  });
  await prompt({ name: 'answer', prompt: 'Two {{question}}', config: { temperature: 0.1 } });
  await prompt({
    name: 'answer',
    prompt: 'Three {{question}}',
    labels: ['production'],
    commitMessage: 'Better',
    config: { temperature: 0.2, stop: ['x'] },
  });
  await prompt({ name: 'answer', prompt: 'Four {{question}}' });
  await send('DELETE', '/v2/prompts/answer?version=2');
  await prompt({
    name: 'chat/support',
    type: 'chat',
    prompt: [
      { role: 'system', content: 'Hello {{name}}' },
      { type: 'placeholder', name: 'history' },
      { role: 'user', content: '"5"' },
    ],
    labels: ['production', 'eu.1'],
  });

  await send('POST', '/v2/datasets', {
    name: 'qa/short & long',
    description: 'Questions',
    metadata: { owner: 'qa' },
    inputSchema: { type: 'object', required: ['question'] },
  });
  await send('POST', '/v2/datasets', { name: 'plain' });
  const dataset = await send('GET', `/v2/datasets/${encodeURIComponent('qa/short & long')}`);
  const content = randomBytes(200_000);
  const sha256 = createHash('sha256').update(content).digest('base64');
  const mediaId = sha256.slice(0, 22).replaceAll('+', '-').replaceAll('/', '_');
  const reference = `@@@langfuseMedia:type=image/png|id=${mediaId}|source=bytes@@@`;
  for (let i = 0; i < 120; i++) {
    await send('POST', '/dataset-items', {
      datasetName: 'qa/short & long',
      id: `item-${i}`,
      input: { question: `What is ${i}?`, ...(i === 3 && { image: reference }) },
      ...(i % 3 === 0 && { expectedOutput: i === 0 ? '"42"' : { answer: i } }),
      ...(i % 5 === 0 && { metadata: { level: i, nested: { deep: [i] } } }),
      ...(i === 7 && { sourceTraceId: 'trace-7', sourceObservationId: 'trace-7-1' }),
    });
  }
  await send('POST', '/dataset-items', { datasetName: 'plain', id: 'text', input: 'a text', expectedOutput: 'another' });
  const { uploadUrl } = await send<{ uploadUrl: string }>('POST', '/media', {
    datasetId: dataset.id,
    datasetItemId: 'item-3',
    field: 'input',
    contentType: 'image/png',
    contentLength: content.length,
    sha256Hash: sha256,
  });
  const upload = await fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: content });
  if (!upload.ok) throw new Error(`The upload was answered ${upload.status}`);
  await send('PATCH', `/media/${mediaId}`, { uploadedAt: at(0), uploadHttpStatus: 200 });

  const traceIds: string[] = [];
  for (let i = 0; i < AT_ONCE + SINGLE; i++) {
    const id = `trace-${i}`;
    traceIds.push(id);
    const start = i < AT_ONCE ? 0 : (i - AT_ONCE) * 1000;
    const step = (n: number, more: object) => ({
      id: `${id}-${n}`,
      traceId: id,
      type: TYPES[(i + n) % TYPES.length],
      name: `step ${n}`,
      startTime: at(start + n * 10),
      endTime: at(start + n * 10 + 250),
      environment: i % 2 ? 'staging' : 'default',
      ...more,
    });
    const steps = [
      step(0, {
        type: 'AGENT',
        version: 'v7',
        input: i % 4 === 0 ? '{"text": "that is JSON"}' : { question: `q${i}`, list: [1, 'two', null] },
        output: i % 5 === 0 ? '"quoted"' : `answer ${i}`,
        metadata: {
          long: 'm'.repeat(i === 1 ? 900 : 20),
          nested: { deeper: { value: i } },
          number: 5,
          text: '007',
          list: [1, 2],
        },
      }),
      step(1, {
        type: 'GENERATION',
        parentObservationId: `${id}-0`,
        model: i % 3 === 0 ? 'house-small' : 'unheard-of-model',
        modelParameters: { temperature: 0.5, stop: ['a', 'b'], stream: true },
        completionStartTime: at(start + 60),
        usageDetails: { input: 100 + i, output: 20, input_cached_tokens: 5 },
        ...(i % 2 && { costDetails: { input: 0.01, output: 0.02 } }),
        ...(i % 4 === 1 && { promptName: 'answer', promptVersion: 3 }),
        input: [{ role: 'user', content: i === 2 ? reference : 'hello' }],
        output: { role: 'assistant', content: 'ü€😀' },
      }),
      step(2, { parentObservationId: `${id}-1`, level: 'ERROR', statusMessage: 'it broke', endTime: undefined }),
      step(3, { parentObservationId: `${id}-1` }),
    ];
    await ingest([
      event('trace-create', {
        id,
        timestamp: at(start),
        name: `trace ${i % 7}`,
        userId: `user-${i % 5}`,
        sessionId: `session-${i % 9}`,
        release: 'r1',
        version: 'v7',
        environment: i % 2 ? 'staging' : 'default',
        tags: ['zeta', `tag-${i % 3}`],
        metadata: { plan: 'gold', run: { number: i } },
        public: i % 10 === 0,
        bookmarked: i % 11 === 0,
        ...(i % 6 === 0 && { input: { own: i }, output: 'of the trace' }),
      }),
      ...steps.map((body) => event('observation-create', body)),
    ]);
  }

  const dates = { timestamp: at(5000) };
  await ingest(
    [
      {
        id: 's-n',
        traceId: 'trace-1',
        name: 'quality',
        value: 0.5,
        configId: quality.id,
        comment: 'fine',
        metadata: { by: 'test' },
      },
      { id: 's-c', traceId: 'trace-1', name: 'verdict', value: 'good', configId: verdict.id },
      {
        id: 's-b',
        traceId: 'trace-2',
        observationId: 'trace-2-1',
        name: 'resolved',
        value: 1,
        dataType: 'BOOLEAN',
        configId: resolved.id,
      },
      { id: 's-t', traceId: 'trace-2', name: 'note', value: 'a text score', dataType: 'TEXT', environment: 'staging' },
      { id: 's-x', traceId: 'trace-3', name: 'output', value: 'what it should be', dataType: 'CORRECTION' },
      { id: 's-s', sessionId: 'session-1', name: 'csat', value: 4 },
      { id: 's,r', traceId: 'trace-4', name: 'retired', value: 3, configId: retired.id },
      ...Array.from({ length: 150 }, (_, i) => ({ id: `many-${i}`, traceId: `trace-${i % 100}`, name: 'many', value: i / 7 })),
    ].map((body) => event('score-create', { ...body, ...dates })),
  );
  await send('POST', '/scores', {
    id: 's-a',
    traceId: 'trace-5',
    name: 'quality',
    value: 0.25,
    source: 'ANNOTATION',
    configId: quality.id,
  });
  await send('PATCH', `/score-configs/${retired.id}`, { isArchived: true });

  for (const runName of ['nightly', 'candidate 2']) {
    for (let i = 0; i < 8; i++) {
      const run = await send<{ datasetRunId: string }>('POST', '/dataset-run-items', {
        runName,
        runDescription: `the ${runName}`,
        metadata: { commit: 'abc' },
        datasetItemId: `item-${i}`,
        traceId: `trace-${i}`,
        ...(i % 2 && { observationId: `trace-${i}-0` }),
        createdAt: at(i * 1000),
      });
      if (i === 0)
        await ingest([
          event('score-create', { id: `of ${runName}`, datasetRunId: run.datasetRunId, name: 'accuracy', value: 0.9, ...dates }),
        ]);
    }
  }
  // In no list any more, but a run names it.
  await send('POST', '/dataset-items', { datasetName: 'qa/short & long', id: 'item-5', status: 'ARCHIVED' });

  const queue = await send('POST', '/annotation-queues', {
    name: 'To review',
    description: 'by hand',
    scoreConfigIds: [quality.id, retired.id],
  });
  for (const [objectType, objectId, status] of [
    ['TRACE', 'trace-1', 'PENDING'],
    ['OBSERVATION', 'trace-2-1', 'COMPLETED'],
    ['SESSION', 'session-1', 'PENDING'],
  ])
    await send('POST', `/annotation-queues/${queue.id}/items`, { objectType, objectId, status });

  for (const [objectType, objectId, text] of [
    ['TRACE', 'trace-1', 'look here'],
    ['TRACE', 'trace-1', 'look here'],
    ['OBSERVATION', 'trace-1-1', 'slow'],
    ['SESSION', 'session-1', 'again'],
    ['PROMPT', first.id, 'too short'],
  ])
    await send('POST', '/comments', { projectId: server.projectId, objectType, objectId, content: text });
  return { traces: AT_ONCE + SINGLE, media: { id: mediaId, content } };
}
