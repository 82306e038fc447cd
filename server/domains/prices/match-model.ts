import type { PricedModel } from './model.ts';
import { compileOwnPattern, compilePatternOrNever, type Matcher } from './pattern.ts';

const matchers = new WeakMap<PricedModel, Matcher>();

function matcherOf(model: PricedModel): Matcher {
  let matcher = matchers.get(model);
  if (!matcher) {
    matcher = model.owner === 'built-in' ? compileOwnPattern(model.matchPattern) : compilePatternOrNever(model.matchPattern);
    matchers.set(model, matcher);
  }
  return matcher;
}

/**
 * The model that prices what a sender calls `name`: the project's own first, then the price book, each in the order given
 * (contract §5.8: newest start first). Null when none matches.
 */
export function matchModel(
  name: string,
  book: readonly PricedModel[],
  projectModels: readonly PricedModel[] = [],
): PricedModel | null {
  const trimmed = name.trim().replace(/^"([^"\\]+)"$/, '$1');
  if (trimmed === '') return null;
  for (const models of [projectModels, book]) {
    for (const model of models) if (matcherOf(model)(trimmed)) return model;
  }
  return null;
}
