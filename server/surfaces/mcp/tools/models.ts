import { z } from 'zod';
import { createModelInput, type Model } from '../../../../contract/model.ts';
import type { Models } from '../../../domains/prices/index.ts';
import { id, paged, pageFields } from '../fields.ts';
import { type Tool, type ToolCaller, tool } from '../tool.ts';
import { modelUrl } from '../urls.ts';

const withUrl = (model: Model, caller: ToolCaller) => ({ ...model, url: modelUrl(caller, model.id) });

/** Models and their prices (contract §1.13, §5.8, §6). */
export function modelTools(models: Models): Tool[] {
  return [
    tool({
      name: 'createModel',
      description:
        'Add a model with its prices to the project: flat prices (inputPrice, outputPrice or totalPrice) or pricingTiers, US dollars per unit. Names of models that match matchPattern (a regular expression) are priced by it from now on.',
      effect: 'adds',
      input: createModelInput,
      run: async (input, caller) => withUrl(await models.create(caller.projectId, input), caller),
    }),
    tool({
      name: 'getModel',
      description: 'Get one model with its prices.',
      effect: 'reads',
      input: z.object({ modelId: id('model') }),
      run: async ({ modelId }, caller) => withUrl(await models.get(caller.projectId, modelId), caller),
    }),
    tool({
      name: 'deleteModel',
      description: "Delete one of the project's own models. Costs that were computed stay. Built-in models cannot be deleted.",
      effect: 'changes',
      input: z.object({ modelId: id('model') }),
      async run({ modelId }, { projectId }) {
        await models.delete(projectId, modelId);
        return { message: 'Model successfully deleted' };
      },
    }),
    tool({
      name: 'listModels',
      description: "List models by name, the project's own and the built-in ones.",
      effect: 'reads',
      input: z.object(pageFields),
      async run(page, { projectId }) {
        const { data, totalItems } = await models.list(projectId, page.page, page.limit);
        return paged(data, page, totalItems);
      },
    }),
  ];
}
