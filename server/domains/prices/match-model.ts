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
 * Names of one model that say how it is run: a context window (`[1m]`), an effort (`o3-mini-high`), the app or the agent that it is trimmed
 * for (`gpt-5.1-chat-latest`, `gpt-5-codex`). A name that has a price of its own is found before.
 */
const ALIASES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\[\d+[km]\]$/i, ''],
  [/(\bo[134](?:-mini)?)-(?:low|medium|high)$/i, '$1'],
  [/(\bgpt-5(?:\.\d)?)-(?:chat|chat-latest|codex)$/i, '$1'],
  [/(\bgpt-5\.\d)-codex-max$/i, '$1'],
];

/** The name, then what else it may be called. */
function namesOf(name: string): string[] {
  // Some write a name as JSON.
  const names = [name.trim().replace(/^"([^"\\]+)"$/, '$1')];
  for (const [pattern, other] of ALIASES) {
    const last = names.at(-1)!;
    const alias = last.replace(pattern, other);
    if (alias !== last) names.push(alias);
  }
  return names.filter((one) => one !== '');
}

/** Whether a model's price holds at a time, µs: from its start on. */
const holdsAt = ({ startDate }: PricedModel, at: number | undefined): boolean =>
  startDate === undefined || startDate === null || at === undefined || startDate <= at;

/**
 * The model that prices what a sender calls `name`: the project's own first, then the price book, each in the order given (newest start
 * first, those without a start last). Null when none matches.
 * @param at when the call began, µs: prices that start later do not hold yet. Whatever the start when absent.
 */
export function matchModel(
  name: string,
  book: readonly PricedModel[],
  projectModels: readonly PricedModel[] = [],
  at?: number,
): PricedModel | null {
  return candidates(name, book, projectModels).find((model) => holdsAt(model, at)) ?? null;
}

/** All models that a name may be priced by, first the one that wins; those after it matter only where its price starts later. */
export function candidates(
  name: string,
  book: readonly PricedModel[],
  projectModels: readonly PricedModel[] = [],
): PricedModel[] {
  const found: PricedModel[] = [];
  for (const models of [projectModels, book]) {
    for (const one of namesOf(name)) {
      for (const model of models) {
        if (found.includes(model) || !matcherOf(model)(one)) continue;
        found.push(model);
        // Nothing after a price that always holds is ever asked.
        if (model.startDate === undefined || model.startDate === null) return found;
      }
    }
  }
  return found;
}

/** The first of the candidates whose price holds at a time, µs. */
export const priceAt = (models: readonly PricedModel[], at: number): PricedModel | null =>
  models.find((model) => holdsAt(model, at)) ?? null;
