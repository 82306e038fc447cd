// Runs over a dataset by hand, `langfuse` of generation 3: `item.link` with a trace and with a generation.
import { Langfuse } from 'langfuse';

const name = process.argv[2];
const langfuse = new Langfuse({ baseUrl: process.env.LANGFUSE_HOST });
await langfuse.createDataset({ name, description: 'Capitals', metadata: { topic: 'geography' } });
for (const [id, question, capital] of [
  ['paris', 'France?', 'Paris'],
  ['rome', 'Italy?', 'Rome'],
]) {
  await langfuse.createDatasetItem({
    datasetName: name,
    id: `${name}-${id}`,
    input: { question },
    expectedOutput: capital,
    metadata: { row: id },
  });
}
const dataset = await langfuse.getDataset(name);
const observed = {};
for (const item of dataset.items) {
  const trace = langfuse.trace({ name: 'answer', input: item.input, output: 'Paris' });
  trace.score({ name: 'exact', value: 1 });
  await item.link(trace, 'observed', { description: 'A trace each', metadata: { by: 'trace' } });
  observed[item.id] = trace.id;
}
const item = dataset.items.find(({ id }) => id.endsWith('rome'));
const trace = langfuse.trace({ name: 'linked', input: item.input, output: 'Rome' });
const generation = trace.generation({ name: 'inner', input: 'Italy?', output: 'Rome!', model: 'none' });
generation.end();
await item.link(generation, 'linked', { description: 'By hand', metadata: { by: 'link' } });
await langfuse.flushAsync();
const run = await langfuse.getDatasetRun({ datasetName: name, runName: 'linked' });
const runs = await langfuse.getDatasetRuns(name);
await langfuse.shutdownAsync();
console.log(
  JSON.stringify({
    datasetId: dataset.id,
    observed,
    linked: { traceId: trace.id, id: generation.id },
    runRead: {
      description: run.description,
      metadata: run.metadata,
      items: run.datasetRunItems.filter((one) => one.observationId).map((one) => [one.traceId, one.observationId]),
      count: run.datasetRunItems.length,
    },
    runNames: runs.data.map((one) => one.name),
  }),
);
