import { z } from 'zod';
import { DATASET_ITEM_STATUSES, type DatasetItem, upsertDatasetItemInput } from '../../../../contract/dataset.ts';
import type { DatasetItems, Datasets } from '../../../domains/datasets/index.ts';
import { id, json, paged, pageFields, time } from '../fields.ts';
import { type Tool, type ToolCaller, tool } from '../tool.ts';
import { observationUrl, traceUrl } from '../urls.ts';

/** Items of datasets (contract §1.8, §5.4, §6). They name the dataset by its id, the operations by its name. */
export function datasetItemTools({ datasets, items }: { datasets: Datasets; items: DatasetItems }): Tool[] {
  const nameOf = async (projectId: string, datasetId: string | undefined) =>
    datasetId === undefined ? undefined : (await datasets.getById(projectId, datasetId)).name;
  return [
    tool({
      name: 'listDatasetItems',
      description: 'List the active items of datasets, last written first.',
      effect: 'reads',
      input: z.object({
        datasetId: z.string().optional().describe('Only items of this dataset.'),
        sourceTraceId: z.string().optional().describe('Only items made of this trace.'),
        sourceObservationId: z.string().optional().describe('Only items made of this observation.'),
        version: time.optional().describe('Items as they were at this time; needs datasetId.'),
        ...pageFields,
      }),
      async run({ datasetId, version, page, limit, ...filter }, caller) {
        const datasetName = await nameOf(caller.projectId, datasetId);
        const at = version === undefined ? undefined : new Date(version);
        const { data, totalItems } = await items.list(caller.projectId, { ...filter, datasetName, version: at }, page, limit);
        return paged(
          data.map((item) => withSource(item, caller)),
          { page, limit },
          totalItems,
        );
      },
    }),
    tool({
      name: 'getDatasetItem',
      description: 'Get one item, active or archived.',
      effect: 'reads',
      input: z.object({ datasetItemId: id('dataset item') }),
      run: async ({ datasetItemId }, caller) => withSource(await items.get(caller.projectId, datasetItemId), caller),
    }),
    tool({
      name: 'deleteDatasetItem',
      description: 'Delete an item. Runs over it and earlier versions of the dataset keep it.',
      effect: 'changes',
      input: z.object({ datasetItemId: id('dataset item') }),
      async run({ datasetItemId }, { projectId }) {
        await items.delete(projectId, datasetItemId);
        return { message: 'Dataset item successfully deleted' };
      },
    }),
    tool({
      name: 'upsertDatasetItem',
      description: 'Add an item to a dataset, or change the one of this id. What is absent stays; a new item needs an input.',
      effect: 'changes',
      input: z.object({
        datasetId: id('dataset'),
        input: json.optional().describe('What is given to the application. Anything.'),
        expectedOutput: json.optional().describe('What should come out.'),
        metadata: json.optional(),
        id: z.string().min(1).max(255).optional().describe('Made when absent.'),
        sourceTraceId: z.string().optional().describe('Trace that the item was made of.'),
        sourceObservationId: z.string().optional().describe('Observation that the item was made of.'),
        status: z.enum(DATASET_ITEM_STATUSES).optional(),
      }),
      async run({ datasetId, ...given }, caller) {
        const datasetName = await nameOf(caller.projectId, datasetId);
        return withSource(await items.upsert(caller.projectId, upsertDatasetItemInput.parse({ ...given, datasetName })), caller);
      },
    }),
  ];
}

/** The page of what an item was made of, where that is known. */
function withSource(item: DatasetItem, caller: ToolCaller) {
  if (item.sourceTraceId === null) return item;
  const url =
    item.sourceObservationId === null
      ? traceUrl(caller, item.sourceTraceId)
      : observationUrl(caller, item.sourceTraceId, item.sourceObservationId);
  return { ...item, sourceUrl: url };
}
