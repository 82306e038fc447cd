import { describe, expect, it } from 'vitest';
import type { PricedModel } from './model.ts';
import { createPrices } from './prices.ts';

const model = (id: string): PricedModel => ({ id, name: id, matchPattern: '^x$', owner: 'project', tokenizer: null, tiers: [] });

describe('a change of models', () => {
  it('is seen at once, even when it happens while the models are read', async () => {
    const answers: ((models: PricedModel[]) => void)[] = [];
    const prices = createPrices({ loadProjectModels: () => new Promise((resolve) => answers.push(resolve)), book: [] });
    const before = prices.match('p', 'x');
    prices.forget('p');
    answers[0]!([model('old')]);
    expect((await before)?.id).toBe('old');
    const after = prices.match('p', 'x');
    answers[1]!([model('new')]);
    expect((await after)?.id).toBe('new');
    expect((await prices.match('p', 'x'))?.id).toBe('new');
    expect(answers).toHaveLength(2);
  });
});
