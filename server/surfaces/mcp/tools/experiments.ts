import { z } from 'zod';
import type { Experiments } from '../../../domains/experiments/index.ts';
import {
  EXPERIMENT_COLUMNS,
  EXPERIMENT_FIELDS,
  experimentBody,
  experimentScope,
  ITEM_COLUMNS,
  ITEM_FIELDS,
  itemBody,
} from '../../langfuse/experiments.ts';
import { anyOf } from '../../langfuse/query-params.ts';
import { time } from '../fields.ts';
import { filterInput, readConditions, typeByValue } from '../filter-input.ts';
import { type Tool, tool } from '../tool.ts';

const ids = (what: string) => z.array(z.string()).min(1).optional().describe(`Any of these ${what}.`);
const common = {
  limit: z.number().int().min(1).max(100).default(50).describe('Rows of a page.'),
  scoreLimit: z.number().int().min(1).max(50).default(50).describe('Scores of a row, with the field scores.'),
  cursor: z.string().optional().describe('meta.cursor of the page before.'),
  fromStartTime: time.describe('Ran at this time or later.'),
  toStartTime: time.optional().describe('Ran before this time.'),
};
const filterOn = (columns: Record<string, string>) =>
  filterInput.optional().describe(`Conditions on ${Object.keys(columns).join(', ')}; one replaces the parameter of its name.`);

/** Experiments, read from what they recorded (contract §1.9, §6). */
export function experimentTools(experiments: Experiments): Tool[] {
  return [
    tool({
      name: 'listExperiments',
      description: 'List experiments (runs of an application over a dataset), newest first.',
      effect: 'reads',
      expensive: true,
      input: z.object({
        fields: z.array(z.enum(EXPERIMENT_FIELDS)).default(['core']),
        ...common,
        id: ids('ids'),
        name: ids('names'),
        datasetId: ids('datasets'),
        filter: filterOn(EXPERIMENT_COLUMNS),
      }),
      async run({ fields, id, name, datasetId, filter, ...asked }, { projectId }) {
        const given = { ...asked, filter: readConditions('filter', filter, typeByValue) };
        const simple = [anyOf('id', id), anyOf('name', name), anyOf('datasetId', datasetId)];
        const page = { ...asked, scoreLimit: fields.includes('scores') ? asked.scoreLimit : undefined };
        const { data, nextCursor } = await experiments.list(projectId, experimentScope(given, EXPERIMENT_COLUMNS, simple), page);
        return { data: data.map((one) => experimentBody(projectId, one, fields)), meta: metaOf(nextCursor) };
      },
    }),
    tool({
      name: 'listExperimentItems',
      description: 'List what experiments made of the items of their datasets, newest first.',
      effect: 'reads',
      expensive: true,
      input: z.object({
        fields: z
          .array(z.enum(ITEM_FIELDS))
          .default(['core', 'dataset'])
          .describe('io brings input, output and expected output.'),
        ...common,
        experimentId: ids('experiments'),
        experimentName: ids('names of experiments'),
        experimentItemId: ids('items'),
        datasetId: ids('datasets'),
        filter: filterOn(ITEM_COLUMNS),
      }),
      async run({ fields, filter, experimentId, experimentName, experimentItemId, datasetId, ...asked }, { projectId }) {
        const given = { ...asked, filter: readConditions('filter', filter, typeByValue) };
        const simple = [
          anyOf('experimentId', experimentId),
          anyOf('experimentName', experimentName),
          anyOf('experimentItemId', experimentItemId),
          anyOf('datasetId', datasetId),
        ];
        const page = { ...asked, scoreLimit: fields.includes('scores') ? asked.scoreLimit : undefined };
        const { data, nextCursor } = await experiments.listItems(projectId, experimentScope(given, ITEM_COLUMNS, simple), page);
        return { data: data.map((item) => itemBody(projectId, item, fields)), meta: metaOf(nextCursor) };
      },
    }),
  ];
}

const metaOf = (nextCursor: string | null) => (nextCursor === null ? {} : { cursor: nextCursor });
