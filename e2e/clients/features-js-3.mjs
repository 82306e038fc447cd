// What the documentation of `langfuse` 3 for JavaScript shows beside tracing, one feature a run: `features-js-3.mjs <feature> <suffix>`.
import { setImmediate } from 'node:timers/promises';
import { Langfuse, LangfuseMedia } from 'langfuse';

const [feature, suffix, given] = process.argv.slice(2);
const client = new Langfuse({
  publicKey: process.env.LANGFUSE_PUBLIC_KEY,
  secretKey: process.env.LANGFUSE_SECRET_KEY,
  baseUrl: process.env.LANGFUSE_BASE_URL,
});
const seen = {};
const png = Buffer.concat([
  Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
  Buffer.from(suffix),
]);

const features = {
  async prompts() {
    const name = `folder ${suffix}/grüße? #1`;
    const first = await client.createPrompt({
      name,
      prompt: 'Hello {{name}}',
      labels: ['production'],
      tags: ['shop'],
      config: { temperature: 0.3 },
      commitMessage: 'first',
    });
    const fetched = await client.getPrompt(name);
    seen.first = [first.version, first.labels, fetched.prompt, fetched.compile({ name: 'Ada' }), fetched.config, fetched.tags];
    const second = await client.createPrompt({ name, prompt: 'Hi {{name}}', labels: ['staging'] });
    seen.second = [second.version, second.labels];
    seen.cached = (await client.getPrompt(name)).version;
    seen.byLabel = (await client.getPrompt(name, undefined, { label: 'staging' })).prompt;
    seen.byVersion = (await client.getPrompt(name, 1)).prompt;
    await client.updatePrompt({ name, version: 2, newLabels: ['production', 'reviewed'] });
    const moved = await client.getPrompt(name, undefined, { cacheTtlSeconds: 0 });
    seen.moved = [moved.version, [...moved.labels].sort()];
    await client.createPrompt({
      name: `chat-${suffix}`,
      type: 'chat',
      labels: ['production'],
      prompt: [
        { role: 'system', content: 'You help with {{topic}}.' },
        { type: 'placeholder', name: 'history' },
        { role: 'user', content: '{{question}}' },
      ],
    });
    const chat = await client.getPrompt(`chat-${suffix}`, undefined, { type: 'chat' });
    seen.chat = chat
      .compile({ topic: 'orders', question: 'Where?' }, { history: [{ role: 'user', content: 'before' }] })
      .map(({ role, content }) => ({ role, content }));
    const fallback = await client.getPrompt(`absent-${suffix}`, undefined, { fallback: 'Fallback {{name}}', maxRetries: 0 });
    seen.fallback = [fallback.compile({ name: 'Ada' }), fallback.isFallback];
    seen.absent = await client.getPrompt(`absent-${suffix}`, undefined, { maxRetries: 0 }).then(
      () => false,
      (error) => /not found/i.test(String(error)),
    );
    const listed = await client.api.promptsList({ name });
    seen.listed = listed.data.map((one) => [one.name, one.versions, [...one.labels].sort(), one.tags]);
  },

  async 'linked-prompts'() {
    const name = `linked-${suffix}`;
    await client.createPrompt({ name, prompt: 'Answer {{question}}', labels: ['production'] });
    await client.createPrompt({ name, prompt: 'Answer kindly {{question}}', labels: ['production'] });
    const trace = client.trace({ name: 'asking' });
    const generation = trace.generation({ name: 'ask', model: 'gpt-4o-mini', prompt: await client.getPrompt(name) });
    generation.end({ output: 'yes' });
    seen.linked = [trace.id, generation.id];
    const later = trace.generation({ name: 'ask-later', model: 'gpt-4o-mini' });
    later.update({ prompt: await client.getPrompt(name, 1) });
    later.end({ output: 'yes' });
    seen.later = [trace.id, later.id];
    const absent = await client.getPrompt(`absent-${suffix}`, undefined, { fallback: 'x', maxRetries: 0 });
    const fallback = trace.generation({ name: 'ask-fallback', model: 'gpt-4o-mini', prompt: absent });
    fallback.end({ output: 'yes' });
    seen.fallback = [trace.id, fallback.id];
  },

  async scores() {
    const trace = client.trace({ name: 'scored' });
    const step = trace.span({ name: 'step' });
    Object.assign(seen, { trace: trace.id, step: step.id });
    trace.score({ name: 'overall', value: 0.75, comment: 'fine', metadata: { by: 'test' } });
    step.score({ name: 'step-ok', value: 1, dataType: 'BOOLEAN' });
    step.score({ name: 'tone', value: 'friendly', dataType: 'CATEGORICAL' });
    step.end();
    client.score({ traceId: trace.id, name: 'twice', value: 1, id: `score-${suffix}` });
    await client.flushAsync();
    client.score({ traceId: trace.id, name: 'twice', value: 2, id: `score-${suffix}` });
    client.score({ sessionId: `session-${suffix}`, name: 'csat', value: 4, dataType: 'NUMERIC' });
  },

  async media() {
    const picture = new LangfuseMedia({ contentBytes: png, contentType: 'image/png' });
    const text = `data:text/plain;base64,${Buffer.from(`plain ${suffix}`).toString('base64')}`;
    const trace = client.trace({ name: 'pictures' });
    const span = trace.span({ name: 'pictures', input: { picture, text }, metadata: { copy: picture } });
    span.end({ output: 'seen' });
    Object.assign(seen, { trace: trace.id, span: span.id });
  },

  async 'media-read'() {
    const parsed = LangfuseMedia.parseReferenceString(given);
    seen.parsed = [parsed.contentType, parsed.source];
    const got = await client.fetchMedia(parsed.mediaId);
    seen.got = [got.mediaId === parsed.mediaId, got.contentType, got.contentLength];
    const resolved = await client.resolveMediaReferences({ obj: { a: [given] }, resolveWith: 'base64DataUri' });
    seen.resolved = resolved.a[0];
  },

  async datasets() {
    const name = `cities ${suffix}/ü`;
    await client.createDataset({ name, description: 'capitals', metadata: { owner: 'test' } });
    const item = (number, country, expectedOutput) =>
      client.createDatasetItem({ datasetName: name, id: `item-${number}-${suffix}`, input: { country }, expectedOutput });
    await item(1, 'France', 'Paris');
    await item(2, 'Japan', 'Kyoto');
    const before = await client.getDataset(name);
    const show = (one) => [one.id, one.input, one.expectedOutput, one.status];
    seen.first = [before.name, before.description, before.metadata, before.items.map(show)];
    await item(2, 'Japan', 'Tokyo');
    seen.now = (await client.getDataset(name)).items.map((one) => [one.id, one.expectedOutput]);
    await client.api.datasetItemsDelete(`item-1-${suffix}`);
    seen.left = (await client.getDataset(name)).items.map((one) => one.id);
    for (let number = 0; number < 55; number++)
      await client.createDatasetItem({ datasetName: name, input: { country: `${number}` } });
    seen.paged = (await client.getDataset(name)).items.length;
    seen.one = (await client.getDatasetItem(`item-2-${suffix}`)).expectedOutput;
    seen.absent = await client.getDataset(`absent-${suffix}`).then(
      () => false,
      () => 404,
    );
  },

  async reads() {
    const { data: trace } = await client.fetchTrace(given);
    const { name, userId, sessionId, tags, observations, scores, htmlPath } = trace;
    seen.trace = [name, userId, sessionId, tags, observations.length, scores.length, htmlPath];
    const listed = await client.fetchTraces({ userId, sessionId, limit: 10 });
    seen.traces = listed.data.map(({ id }) => id);
    seen.total = listed.meta.totalItems;
    seen.legacy = (await client.fetchObservations({ traceId: given })).data.map((one) => one.name).sort();
    const [one] = (await client.fetchObservations({ traceId: given, type: 'GENERATION' })).data;
    const { data: single } = await client.fetchObservation(one.id);
    seen.generation = [single.name, single.model, single.usage.input, single.usage.output, single.input];
    seen.sessions = (await client.fetchSessions({ limit: 50 })).data.some(({ id }) => id === sessionId);
    const found = scores.map((score) => [score.name, score.dataType, score.value]);
    seen.scores = found.sort();
    seen.health = (await client.api.healthHealth()).status;
    const { data } = await client.api.projectsGet();
    seen.project = [data[0].id, data[0].name];
  },
};

// It loads crypto in the background when it is imported, and has no media before.
await setImmediate();
await features[feature]();
await client.flushAsync();
await client.shutdownAsync();
console.log(JSON.stringify(seen));
