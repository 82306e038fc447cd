// What the documentation of `@langfuse/*` 4 and 5 shows beside tracing, one feature a run: `features-js.mjs <feature> <suffix>`.
import { LangfuseClient } from '@langfuse/client';
import { LangfuseMedia } from '@langfuse/core';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { startActiveObservation, startObservation } from '@langfuse/tracing';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const [feature, suffix, given] = process.argv.slice(2);
const keys = {
  publicKey: process.env.LANGFUSE_PUBLIC_KEY,
  secretKey: process.env.LANGFUSE_SECRET_KEY,
  baseUrl: process.env.LANGFUSE_BASE_URL,
};
const processor = new LangfuseSpanProcessor(keys);
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
const client = new LangfuseClient(keys);
const seen = {};
const png = Buffer.concat([
  Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
  Buffer.from(suffix),
]);

const features = {
  async prompts() {
    const name = `folder ${suffix}/grüße? #1`;
    const first = await client.prompt.create({
      name,
      prompt: 'Hello {{name}}',
      labels: ['production'],
      tags: ['shop'],
      config: { temperature: 0.3 },
      commitMessage: 'first',
    });
    const fetched = await client.prompt.get(name);
    seen.first = [first.version, first.labels, fetched.prompt, fetched.compile({ name: 'Ada' }), fetched.config, fetched.tags];
    const second = await client.prompt.create({ name, prompt: 'Hi {{name}}', labels: ['staging'] });
    seen.second = [second.version, second.labels];
    seen.cached = (await client.prompt.get(name)).version;
    seen.byLabel = (await client.prompt.get(name, { label: 'staging' })).prompt;
    seen.byVersion = (await client.prompt.get(name, { version: 1 })).prompt;
    await client.prompt.update({ name, version: 2, newLabels: ['production', 'reviewed'] });
    const moved = await client.prompt.get(name, { cacheTtlSeconds: 0 });
    seen.moved = [moved.version, [...moved.labels].sort()];
    await client.prompt.create({
      name: `chat-${suffix}`,
      type: 'chat',
      labels: ['production'],
      prompt: [
        { role: 'system', content: 'You help with {{topic}}.' },
        { type: 'placeholder', name: 'history' },
        { role: 'user', content: '{{question}}' },
      ],
    });
    const chat = await client.prompt.get(`chat-${suffix}`, { type: 'chat' });
    seen.chat = chat
      .compile({ topic: 'orders', question: 'Where?' }, { history: [{ role: 'user', content: 'before' }] })
      .map(({ role, content }) => ({ role, content }));
    const fallback = await client.prompt.get(`absent-${suffix}`, { fallback: 'Fallback {{name}}', maxRetries: 0 });
    seen.fallback = [fallback.compile({ name: 'Ada' }), fallback.isFallback];
    seen.absent = await client.prompt.get(`absent-${suffix}`, { maxRetries: 0 }).then(
      () => false,
      (error) => /not found/i.test(String(error)),
    );
    const listed = await client.api.prompts.list({ name });
    seen.listed = listed.data.map((one) => [one.name, one.versions, [...one.labels].sort(), one.tags]);
    seen.total = listed.meta.totalItems;
    if (client.prompt.delete) await client.prompt.delete(`chat-${suffix}`);
    else await client.api.prompts.delete(`chat-${suffix}`);
    seen.left = (await client.api.prompts.list({ name: `chat-${suffix}` })).meta.totalItems;
  },

  async 'linked-prompts'() {
    const name = `linked-${suffix}`;
    await client.prompt.create({ name, prompt: 'Answer {{question}}', labels: ['production'] });
    await client.prompt.create({ name, prompt: 'Answer kindly {{question}}', labels: ['production'] });
    const ask = (step, prompt, late) => {
      const generation = startObservation(step, { model: 'gpt-4o-mini', ...(late ? {} : { prompt }) }, { asType: 'generation' });
      if (late) generation.update({ prompt });
      generation.end();
      return [generation.traceId, generation.id];
    };
    seen.linked = ask('ask', await client.prompt.get(name), false);
    seen.later = ask('ask-later', await client.prompt.get(name, { version: 1 }), true);
    seen.fallback = ask('ask-fallback', await client.prompt.get(`absent-${suffix}`, { fallback: 'x', maxRetries: 0 }), false);
  },

  async scores() {
    await startActiveObservation('scored', async (root) => {
      seen.trace = root.traceId;
      client.score.activeTrace({ name: 'overall', value: 0.75, comment: 'fine', metadata: { by: 'test' } });
      await startActiveObservation('step', async (step) => {
        seen.step = step.id;
        client.score.activeObservation({ name: 'step-ok', value: 1, dataType: 'BOOLEAN' });
        client.score.observation(step, { name: 'tone', value: 'friendly', dataType: 'CATEGORICAL' });
      });
    });
    client.score.create({ traceId: seen.trace, name: 'note', value: 'well said', dataType: 'TEXT' });
    client.score.create({ traceId: seen.trace, name: 'twice', value: 1, id: `score-${suffix}` });
    await client.score.flush();
    client.score.create({ traceId: seen.trace, name: 'twice', value: 2, id: `score-${suffix}` });
    client.score.create({ sessionId: `session-${suffix}`, name: 'csat', value: 4, dataType: 'NUMERIC' });
  },

  async media() {
    const picture = () => new LangfuseMedia({ source: 'bytes', contentBytes: png, contentType: 'image/png' });
    const text = `data:text/plain;base64,${Buffer.from(`plain ${suffix}`).toString('base64')}`;
    const span = startObservation('pictures', { input: { picture: picture(), text }, metadata: { copy: picture() } });
    span.update({ output: 'seen' }).end();
    Object.assign(seen, { trace: span.traceId, span: span.id });
  },

  async 'media-read'() {
    const parsed = (client.media.constructor.parseReferenceString ?? LangfuseMedia.parseReferenceString)(given);
    seen.parsed = [parsed.contentType, parsed.source];
    const got = await client.api.media.get(parsed.mediaId);
    seen.got = [got.mediaId === parsed.mediaId, got.contentType, got.contentLength];
    const resolved = await client.media.resolveReferences({ obj: { a: [given] }, resolveWith: 'base64DataUri' });
    seen.resolved = resolved.a[0];
  },

  async datasets() {
    const name = `cities ${suffix}/ü`;
    await client.api.datasets.create({
      name,
      description: 'capitals',
      metadata: { owner: 'test' },
      inputSchema: { type: 'object', required: ['country'] },
    });
    const item = (number, country, expectedOutput) =>
      client.api.datasetItems.create({
        datasetName: name,
        id: `item-${number}-${suffix}`,
        input: { country },
        expectedOutput,
      });
    await item(1, 'France', 'Paris');
    const second = await item(2, 'Japan', 'Kyoto');
    seen.refused = await client.api.datasetItems.create({ datasetName: name, input: 'no object' }).then(
      () => 200,
      (error) => error.statusCode,
    );
    const before = await client.dataset.get(name);
    const show = (one) => [one.id, one.input, one.expectedOutput, one.status];
    seen.first = [before.name, before.description, before.metadata, before.items.map(show)];
    await item(2, 'Japan', 'Tokyo');
    seen.now = (await client.dataset.get(name)).items.map((one) => [one.id, one.expectedOutput]);
    const past = await client.api.datasetItems.list({ datasetName: name, version: second.updatedAt });
    seen.atVersion = past.data.map((one) => [one.id, one.expectedOutput]);
    await client.api.datasetItems.delete(`item-1-${suffix}`);
    seen.left = (await client.dataset.get(name)).items.map((one) => one.id);
    for (let number = 0; number < 55; number++)
      await client.api.datasetItems.create({ datasetName: name, input: { country: `${number}` } });
    seen.paged = (await client.dataset.get(name)).items.length;
    seen.absent = await client.dataset.get(`absent-${suffix}`).then(
      () => false,
      (error) => error.statusCode ?? error.name,
    );
  },

  async reads() {
    const { api } = client;
    const fields = 'core,basic,io,usage,metadata,model';
    const many = await (api.observationsV2 ?? api.observations).getMany({ traceId: given, fields });
    seen.observations = many.data.map((one) => [one.name, one.type, one.input]).sort();
    const query = (view, column, measure) =>
      JSON.stringify({
        view,
        dimensions: [{ field: 'name' }],
        metrics: [
          { measure: 'count', aggregation: 'count' },
          { measure, aggregation: 'sum' },
        ],
        filters: [{ column, operator: '=', value: given, type: 'string' }],
        fromTimestamp: new Date(Date.now() - 3_600_000).toISOString(),
        toTimestamp: new Date(Date.now() + 60_000).toISOString(),
      });
    const counted = (rows, measure) =>
      rows.map((row) => [row.name, Number(row.count_count), Number(row[`sum_${measure}`])]).sort();
    const metrics = await (api.metricsV2 ?? api.metrics).metrics({ query: query('observations', 'traceId', 'totalTokens') });
    seen.metrics = counted(metrics.data, 'totalTokens');
    const trace = await api.trace.get(given);
    const { name, userId, sessionId, tags, observations, scores, htmlPath } = trace;
    seen.trace = [name, userId, sessionId, tags, observations.length, scores.length, htmlPath];
    seen.traces = (await api.trace.list({ userId, sessionId, limit: 10 })).data.map(({ id }) => id);
    const legacy = api.legacy?.observationsV1 ?? api.observations;
    seen.legacy = (await legacy.getMany({ traceId: given })).data.map((one) => one.name).sort();
    const session = await api.sessions.get(sessionId);
    seen.session = [session.id, session.traces.map(({ id }) => id)];
    seen.sessions = (await api.sessions.list({ limit: 50 })).data.some(({ id }) => id === sessionId);
    const found = await (api.scoreV2 ? api.scoreV2.get({ traceId: given }) : api.scores.getMany({ traceId: given }));
    seen.scores = found.data.map((one) => [one.name, one.dataType, one.value]).sort();
    const old = await (api.legacy?.metricsV1 ?? api.metrics).metrics({ query: query('traces', 'id', 'observationsCount') });
    seen.oldMetrics = counted(old.data, 'observationsCount');
    if (api.scoresV3) {
      const third = await api.scoresV3.getManyV3({ traceId: given });
      seen.scores3 = third.data.map((one) => [one.name, one.value]).sort();
    }
    seen.models = (await api.models.list({ limit: 1 })).meta.totalItems > 100;
    seen.queues = (await api.annotationQueues.listQueues()).meta.totalItems;
    seen.health = (await api.health.health()).status;
    const { data } = await api.projects.get();
    seen.project = [data[0].id, data[0].name];
    seen.url = await client.getTraceUrl(given);
    seen.deleted = Boolean((await api.trace.delete(given)).message);
  },
};

await features[feature]();
await processor.forceFlush();
await client.flush?.();
await client.score.flush();
await provider.shutdown();
console.log(JSON.stringify(seen));
