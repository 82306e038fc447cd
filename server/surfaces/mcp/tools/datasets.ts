import { z } from 'zod';
import { upsertDatasetInput } from '../../../../contract/dataset.ts';
import type { Datasets } from '../../../domains/datasets/index.ts';
import { id, json, paged, pageFields } from '../fields.ts';
import { type Tool, tool } from '../tool.ts';

const schema = z.record(z.string(), z.unknown()).nullable().optional();

/** Datasets (contract §1.8, §6). */
export function datasetTools(datasets: Datasets): Tool[] {
  return [
    tool({
      name: 'listDatasets',
      description: 'List datasets, newest first.',
      effect: 'reads',
      input: z.object({ name: z.string().optional().describe('Only the one of this name.'), ...pageFields }),
      async run({ name, ...page }, { projectId }) {
        const { data, totalItems } = await datasets.list(projectId, page.page, page.limit, name);
        return paged(data, page, totalItems);
      },
    }),
    tool({
      name: 'getDataset',
      description: 'Get one dataset, without its items.',
      effect: 'reads',
      input: z.object({ datasetId: id('dataset') }),
      run: ({ datasetId }, { projectId }) => datasets.getById(projectId, datasetId),
    }),
    tool({
      name: 'upsertDataset',
      description:
        'Make a dataset, or change the one of this name (or, with id, the one of this id, which takes the name). What is absent stays.',
      effect: 'changes',
      input: z.object({
        name: z.string().min(1).describe('Name in the project; "/" makes folders.'),
        id: z.string().optional().describe('Of a dataset that exists.'),
        description: z.string().optional(),
        metadata: json.optional().describe('Anything.'),
        inputSchema: schema.describe('JSON Schema (draft 2020-12) that every input must match; null takes it away.'),
        expectedOutputSchema: schema.describe('As inputSchema, for expected outputs.'),
      }),
      run: ({ id: which, ...given }, { projectId }) => datasets.upsert(projectId, upsertDatasetInput.parse(given), which),
    }),
  ];
}
