import { z } from 'zod';
import { createDatasetRunItemInput } from '../../../../contract/dataset.ts';
import type { DatasetRuns, Datasets } from '../../../domains/datasets/index.ts';
import { id, json, paged, pageFields, time } from '../fields.ts';
import { type Tool, tool } from '../tool.ts';
import { traceUrl } from '../urls.ts';

const run = { datasetId: id('dataset'), datasetRunId: id('dataset run') };

/** Runs over datasets (contract §1.8, §6). They are named by their ids, in the operations by their names. */
export function datasetRunTools({ datasets, runs }: { datasets: Datasets; runs: DatasetRuns }): Tool[] {
  return [
    tool({
      name: 'listDatasetRuns',
      description: 'List the runs over a dataset, newest first.',
      effect: 'reads',
      input: z.object({ datasetId: run.datasetId, ...pageFields }),
      async run({ datasetId, ...page }, { projectId }) {
        const { name } = await datasets.getById(projectId, datasetId);
        const { data, totalItems } = await runs.list(projectId, name, page.page, page.limit);
        return paged(data, page, totalItems);
      },
    }),
    tool({
      name: 'getDatasetRun',
      description: 'Get one run over a dataset with all its items.',
      effect: 'reads',
      input: z.object(run),
      async run({ datasetId, datasetRunId }, { projectId }) {
        const { datasetName, name } = await runs.getById(projectId, datasetId, datasetRunId);
        return runs.get(projectId, datasetName, name);
      },
    }),
    tool({
      name: 'deleteDatasetRun',
      description: 'Delete a run with its links. The traces stay.',
      effect: 'changes',
      input: z.object(run),
      async run({ datasetId, datasetRunId }, { projectId }) {
        const { datasetName, name } = await runs.getById(projectId, datasetId, datasetRunId);
        await runs.delete(projectId, datasetName, name);
        return { message: 'Dataset run successfully deleted' };
      },
    }),
    tool({
      name: 'listDatasetRunItems',
      description: 'List what a run made of the items of its dataset, newest first, each with its trace.',
      effect: 'reads',
      input: z.object({ ...run, ...pageFields }),
      async run({ datasetId, datasetRunId, ...page }, caller) {
        const { name: runName } = await runs.getById(caller.projectId, datasetId, datasetRunId);
        const { data, totalItems } = await runs.listItems(caller.projectId, { datasetId, runName }, page.page, page.limit);
        return paged(
          data.map((item) => ({ ...item, url: traceUrl(caller, item.traceId) })),
          page,
          totalItems,
        );
      },
    }),
    tool({
      name: 'createDatasetRunItem',
      description: 'Link an item of a dataset with what a run made of it. The first link makes the run.',
      effect: 'adds',
      input: z.object({
        runName: z.string().min(1),
        datasetItemId: id('dataset item'),
        traceId: z.string().optional().describe('What the run made of the item; or observationId.'),
        observationId: z.string().optional(),
        runDescription: z.string().optional(),
        metadata: json.optional().describe('Of the run.'),
        datasetVersion: time.optional().describe('Items as of this time were run.'),
        createdAt: time.optional(),
      }),
      async run(given, caller) {
        const item = await runs.addItem(caller.projectId, createDatasetRunItemInput.parse(given));
        return { ...item, url: traceUrl(caller, item.traceId) };
      },
    }),
  ];
}
