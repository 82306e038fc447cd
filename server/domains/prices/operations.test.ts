import { expect, it } from 'vitest';
import { listPrices, matchPrice } from '../../../contract/api/prices.ts';
import type { Caller } from '../../lib/implement.ts';
import { createPrices, priceBook, priceOperations } from './index.ts';

const caller: Caller = {
  kind: 'key',
  userId: null,
  publicKey: 'pk',
  projectId: 'p',
  organisationId: null,
  role: 'MEMBER',
  requestId: 'r',
};
const [list, match] = priceOperations(createPrices());

it('lists all models in the declared shape', async () => {
  const { data } = listPrices.output.parse(await list!.handle({ projectId: 'p' } as never, caller));
  expect(data).toHaveLength(priceBook.length);
  const sonnet = data.find((model) => model.modelName === 'gpt-5.4')!;
  expect(sonnet.tiers.map((tier) => [tier.name, tier.conditions])).toContainEqual([
    'Flex · Large context (>272K)',
    ['service_tier is flex', 'input > 272000'],
  ]);
});

it('tells which price a name would get', async () => {
  const found = matchPrice.output.parse(await match!.handle({ projectId: 'p', model: 'openai/gpt-4o' } as never, caller));
  expect(found.price).toMatchObject({ id: 'model-gpt-4o', owner: 'built-in', tokenizer: 'openai' });
  expect(await match!.handle({ projectId: 'p', model: 'nothing' } as never, caller)).toEqual({ price: null });
});
