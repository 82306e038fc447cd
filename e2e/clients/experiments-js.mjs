// Experiments by the runner of `@langfuse/client`, generations 4 and 5: over a dataset and over local data, with evaluators, and a task that
// fails. Arguments: the dataset's name. Prints what the runner says of itself, and what is read back.
import { LangfuseClient } from '@langfuse/client';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { startActiveObservation } from '@langfuse/tracing';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const name = process.argv[2];
const processor = new LangfuseSpanProcessor();
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
const langfuse = new LangfuseClient();
const fromStartTime = new Date(Date.now() - 60_000).toISOString();
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

await langfuse.api.datasets.create({ name, description: 'Capitals', metadata: { topic: 'geography' } });
for (const [id, question, capital] of [
  ['paris', 'France?', 'Paris'],
  ['rome', 'Italy?', 'Rome'],
  ['fails', 'Atlantis?', 'none'],
]) {
  await langfuse.api.datasetItems.create({
    datasetName: name,
    id: `${name}-${id}`,
    input: { question },
    expectedOutput: capital,
    metadata: { hard: id === 'rome' },
  });
}
await pause(10);
const version = new Date().toISOString();
await pause(10);
await langfuse.api.datasetItems.create({ datasetName: name, id: `${name}-paris`, input: { question: 'France, again?' } });

const task = async ({ input }) => {
  if (input.question === 'Atlantis?') throw new Error('It is not on the map');
  return input.question.startsWith('France') ? 'Paris' : 'Milan';
};
const exact = async ({ output, expectedOutput }) => ({
  name: 'exact',
  value: output === expectedOutput ? 1 : 0,
  comment: `wanted ${expectedOutput}`,
});
const kind = async () => [
  { name: 'kind', value: 'city', dataType: 'CATEGORICAL' },
  { name: 'short', value: 1, dataType: 'BOOLEAN' },
];
const broken = async () => {
  throw new Error('An evaluator that fails costs only itself');
};
const mean = async ({ itemResults }) => {
  const values = itemResults.flatMap(({ evaluations }) =>
    evaluations.filter((one) => one.name === 'exact').map(({ value }) => value),
  );
  return { name: 'mean exact', value: values.reduce((sum, value) => sum + value, 0) / values.length };
};

const dataset = await langfuse.dataset.get(name);
const run = await dataset.runExperiment({
  name: 'capitals',
  runName: 'run one',
  description: 'First try',
  metadata: { model: 'none' },
  task,
  evaluators: [exact, kind, broken],
  runEvaluators: [mean],
  maxConcurrency: 2,
});
const local = await langfuse.experiment.run({
  name: `local ${name}`,
  runName: `local ${name}`,
  metadata: { where: 'local' },
  data: [
    { input: { question: 'France?' }, expectedOutput: 'Paris', metadata: { row: 'one' } },
    { input: { question: 'Italy?' }, expectedOutput: 'Rome' },
  ],
  task,
  evaluators: [exact],
  runEvaluators: [mean],
});
const old = await langfuse.dataset.get(name, { version });
// The old way: a step of one's own, linked by hand.
const item = dataset.items.find(({ id }) => id === `${name}-rome`);
const linked = await startActiveObservation('by hand', async (span) => {
  span.update({ input: item.input, output: 'Rome' });
  return { traceId: span.traceId, otelSpan: span.otelSpan, id: span.id };
});
await processor.forceFlush();
await item.link(linked, 'by hand', { description: 'Linked', metadata: { by: 'hand' } });
await langfuse.flush();

const told = (result) => ({
  runName: result.runName,
  experimentId: result.experimentId ?? null,
  datasetRunId: result.datasetRunId ?? null,
  datasetRunUrl: result.datasetRunUrl ?? null,
  runEvaluations: result.runEvaluations.map((one) => [one.name, one.value]),
  items: result.itemResults
    .map(({ traceId, output, evaluations }) => ({ traceId, output, scores: evaluations.map((one) => one.name).sort() }))
    .sort((a, b) => (a.output < b.output ? -1 : 1)),
});
const questions = (of) => of.items.map(({ input }) => input.question).sort();
const read = await langfuse.api.datasets.getRun(name, 'run one');
const said = {
  datasetId: dataset.id,
  version,
  inputs: questions(dataset),
  oldInputs: questions(old),
  run: told(run),
  local: told(local),
  linked: { traceId: linked.traceId, id: linked.id },
  runRead: {
    description: read.description,
    metadata: read.metadata,
    items: read.datasetRunItems.map(({ datasetItemId }) => datasetItemId).sort(),
  },
  runNames: (await langfuse.api.datasets.getRuns(name)).data.map((one) => one.name),
};

if (langfuse.api.experiments) {
  const fields = 'core,dataset,io,metadata,itemMetadata,experimentMetadata,scores';
  const experimentId = run.experimentId;
  const ask = () => langfuse.api.experiments.listItems({ fromStartTime, experimentId, fields });
  let items = await ask();
  for (let i = 0; i < 50 && items.data.reduce((sum, one) => sum + one.scores.length, 0) < 6; i++) {
    await pause(100);
    items = await ask();
  }
  const list = await langfuse.api.experiments.list({ fromStartTime, id: experimentId, fields: 'core,metadata,scores' });
  const first = await langfuse.api.experiments.listItems({ fromStartTime, experimentId, limit: 2 });
  const second = await langfuse.api.experiments.listItems({ fromStartTime, experimentId, limit: 2, cursor: first.meta.cursor });
  said.pages = [first.data.length, second.data.length, second.meta.cursor ?? null];
  said.experiments = list.data;
  said.experimentItems = items.data;
}
await provider.shutdown();
await langfuse.shutdown();
console.log(JSON.stringify(said));
