import type { z } from 'zod';
import * as declared from '../../../contract/api/models.ts';
import type { Model } from '../../../contract/model.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { Models } from './models.ts';

const shown = (model: Model): z.output<typeof declared.pricedModel> => {
  const {
    isLangfuseManaged: isBuiltIn,
    inputPrice: _in,
    outputPrice: _out,
    totalPrice: _total,
    prices: _prices,
    ...rest
  } = model;
  return { ...rest, owner: isBuiltIn ? 'built-in' : 'project', createdAt: isBuiltIn ? null : model.createdAt };
};

/** What our own API can do with models and their prices. */
export function modelOperations(models: Models): Implemented[] {
  return [
    implement(declared.listModels, async ({ projectId, owner, page, limit }) => {
      const { data, totalItems } = await models.list(projectId, page, limit, owner);
      return { data: data.map(shown), totalCount: totalItems };
    }),
    implement(declared.getModel, async ({ projectId, id }) => shown(await models.get(projectId, id))),
    implement(declared.createModel, async ({ projectId, ...given }) => shown(await models.create(projectId, given))),
    implement(declared.putModel, async ({ projectId, id, ...given }) => shown(await models.put(projectId, id, given))),
    implement(declared.deleteModel, async ({ projectId, id }) => {
      await models.delete(projectId, id);
      return { ok: true } as const;
    }),
  ];
}
