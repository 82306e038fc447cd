import { z } from 'zod';
import { createScoreConfigInput, scoreConfigDataType, updateScoreConfigInput } from '../../../../contract/score-config.ts';
import type { ScoreConfigs } from '../../../domains/scores/index.ts';
import { invalidRequest } from '../../../lib/errors.ts';
import { id, paged, pageFields } from '../fields.ts';
import { type Tool, tool } from '../tool.ts';

const category = z.object({ label: z.string(), value: z.number() });

/** Fields under the names that the tools have; the operations have shorter ones. */
const rules = {
  description: z.string().optional().describe('What is judged, for those who score.'),
  numericMinValue: z.number().optional().describe('Least value, inclusive. NUMERIC only.'),
  numericMaxValue: z.number().optional().describe('Greatest value, inclusive. NUMERIC only.'),
  categoricalCategories: z
    .array(category)
    .optional()
    .describe('Values that a score may have. CATEGORICAL only, and needed there.'),
};
const name = z.string().describe('1 to 35 letters, digits, spaces and _ . ( ) -');

interface Rules {
  description?: string | undefined;
  numericMinValue?: number | undefined;
  numericMaxValue?: number | undefined;
  categoricalCategories?: z.output<typeof category>[] | undefined;
}

const given = ({ numericMinValue: minValue, numericMaxValue: maxValue, categoricalCategories: categories, ...rest }: Rules) => ({
  ...rest,
  ...(minValue !== undefined && { minValue }),
  ...(maxValue !== undefined && { maxValue }),
  ...(categories !== undefined && { categories }),
});

/** Rules for scores (contract §1.6, §6). */
export function scoreConfigTools(configs: ScoreConfigs): Tool[] {
  const configId = id('score config');
  return [
    tool({
      name: 'createScoreConfig',
      description: 'Make a score config: name, data type and range or categories that scores of it must keep.',
      effect: 'changes',
      input: z.object({ name, dataType: scoreConfigDataType, ...rules }),
      run: (input, { projectId }) => configs.create(projectId, createScoreConfigInput.parse(given(input))),
    }),
    tool({
      name: 'updateScoreConfig',
      description: 'Change fields of a score config; absent ones stay. isArchived false takes one out of the archive.',
      effect: 'changes',
      input: z.object({
        configId,
        name: name.optional(),
        dataType: scoreConfigDataType.optional().describe('Cannot change: as it is, or absent.'),
        ...rules,
        isArchived: z.boolean().optional().describe('No new scores may use an archived config.'),
      }),
      async run({ configId: which, dataType, ...fields }, { projectId }) {
        if (dataType !== undefined) await requireType(projectId, which, dataType);
        const changes = given(fields);
        const nothing = dataType !== undefined && Object.values(changes).every((value) => value === undefined);
        return nothing ? configs.get(projectId, which) : configs.update(projectId, which, updateScoreConfigInput.parse(changes));
      },
    }),
    tool({
      name: 'deleteScoreConfig',
      description: 'Archive a score config. Scores keep referring to it, new ones may not; updateScoreConfig takes it back.',
      effect: 'changes',
      input: z.object({ configId }),
      run: ({ configId: which }, { projectId }) => configs.update(projectId, which, { isArchived: true }),
    }),
    tool({
      name: 'getScoreConfig',
      description: 'Get one score config.',
      effect: 'reads',
      input: z.object({ configId }),
      run: ({ configId: which }, { projectId }) => configs.get(projectId, which),
    }),
    tool({
      name: 'listScoreConfigs',
      description: 'List score configs, newest first, archived ones too.',
      effect: 'reads',
      input: z.object(pageFields),
      async run(page, { projectId }) {
        const { data, totalCount } = await configs.list(projectId, page.page, page.limit);
        return paged(data, page, totalCount);
      },
    }),
  ];

  async function requireType(projectId: string, which: string, dataType: string): Promise<void> {
    const config = await configs.get(projectId, which);
    if (config.dataType !== dataType) {
      throw invalidRequest(`dataType: is ${config.dataType} and cannot change. Archive this config and make another.`);
    }
  }
}
