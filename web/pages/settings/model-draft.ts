import type { z } from 'zod';
import type { createModel, pricedModel } from '../../../contract/api/models.ts';
import type { ModelUnit } from '../../../contract/model.ts';
import type { InputOf } from '../../../contract/operation.ts';

export type PricedModel = z.output<typeof pricedModel>;
export type Given = Omit<InputOf<typeof createModel>, 'projectId'>;
type Tier = PricedModel['pricingTiers'][number];
type Condition = Tier['conditions'][number];
type UsageCondition = Extract<Condition, { usageDetailPattern: string }>;
export type Operator = UsageCondition['operator'];

/** One usage type with its price in each tier, as it is typed. */
export interface PriceRow {
  key: number;
  usageType: string;
  /** By key of the tier. */
  prices: Record<number, string>;
}

export interface TierDraft {
  key: number;
  name: string;
  /** The condition that the form can show. */
  pattern: string;
  operator: Operator;
  value: string;
  /** All conditions, where the form cannot show them: made over the API, and left as they are. */
  foreign: Condition[] | null;
}

/** What the form holds: texts as they are typed. The first tier is the default. */
export interface Draft {
  modelName: string;
  matchPattern: string;
  unit: ModelUnit;
  startDay: string;
  tokenizer: 'none' | 'openai' | 'claude';
  tiers: TierDraft[];
  rows: PriceRow[];
}

const newTier = (key: number, name: string): TierDraft => ({
  key,
  name,
  pattern: '^input',
  operator: 'gt',
  value: '200000',
  foreign: null,
});

export const EMPTY: Draft = {
  modelName: '',
  matchPattern: '',
  unit: 'TOKENS',
  startDay: '',
  tokenizer: 'none',
  tiers: [newTier(0, 'Standard')],
  rows: ['input', 'output'].map((usageType, key) => ({ key, usageType, prices: {} })),
};

/** Prices of tokens and characters are said for a million of them, all others for one. */
export const scaleOf = (unit: ModelUnit): number => (unit === 'TOKENS' || unit === 'CHARACTERS' ? 1_000_000 : 1);

/** A number as people type it, without the crumbs of binary fractions: `0.15`, `0.0000025`. */
export function plainNumber(value: number): string {
  const digits = Number(value.toPrecision(12));
  const text = String(digits);
  return text.includes('e') ? digits.toFixed(20).replace(/\.?0+$/, '') : text;
}

/** The amount that was typed, per unit; NaN for what is none. */
export function amountOf(typed: string, scale: number): number {
  const text = typed.trim().replace(/^\$/, '');
  if (!/^\d*\.?\d+$|^\d+\.$/.test(text)) return Number.NaN;
  return Number((Number(text) / scale).toPrecision(12));
}

/** A pattern that fits the name alone, in upper and lower case. */
export const patternFor = (name: string): string =>
  name.trim() === '' ? '' : `(?i)^${name.trim().replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`;

/** Whether a pattern fits a name; null when that cannot be said here: the server's dialect knows more. */
export function fits(pattern: string, name: string): boolean | null {
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern) ?? [];
  try {
    return new RegExp(rest, flags).test(name);
  } catch {
    return null;
  }
}

function tierDraft({ name, conditions }: Tier, key: number): TierDraft {
  const [only, ...more] = conditions;
  if (only === undefined) return newTier(key, name);
  if (more.length > 0 || !('usageDetailPattern' in only) || only.caseSensitive)
    return { ...newTier(key, name), foreign: conditions };
  return { key, name, pattern: only.usageDetailPattern, operator: only.operator, value: String(only.value), foreign: null };
}

/** A model as the form shows it. */
export function draftOf(model: PricedModel): Draft {
  const scale = scaleOf(model.unit);
  const tiers = [...model.pricingTiers].sort((a, b) => a.priority - b.priority);
  const usageTypes = [...new Set(tiers.flatMap(({ prices }) => Object.keys(prices)))];
  return {
    modelName: model.modelName,
    matchPattern: model.matchPattern,
    unit: model.unit,
    startDay: model.startDate?.slice(0, 10) ?? '',
    tokenizer: model.tokenizerId === 'openai' || model.tokenizerId === 'claude' ? model.tokenizerId : 'none',
    tiers: tiers.map(tierDraft),
    rows: usageTypes.map((usageType, key) => ({
      key,
      usageType,
      prices: Object.fromEntries(
        tiers.flatMap(({ prices }, tier) => {
          const price = prices[usageType];
          return price === undefined ? [] : [[tier, plainNumber(price * scale)]];
        }),
      ),
    })),
  };
}

export const addTier = (draft: Draft): Draft => ({
  ...draft,
  tiers: [...draft.tiers, newTier(Math.max(...draft.tiers.map(({ key }) => key)) + 1, `Tier ${draft.tiers.length + 1}`)],
});

export const addRow = (draft: Draft): Draft => ({
  ...draft,
  rows: [...draft.rows, { key: Math.max(-1, ...draft.rows.map(({ key }) => key)) + 1, usageType: '', prices: {} }],
});

/**
 * What is sent for a draft, or what is wrong with it, by field: `price.<row>.<tier>`, `usageType.<row>`, `value.<tier>`, `rows`.
 * @param edited the model that is changed; null for a new one
 */
export function givenBy(draft: Draft, edited: PricedModel | null): { given: Given } | { problems: Map<string, string> } {
  const problems = new Map<string, string>();
  const scale = scaleOf(draft.unit);
  const rows = draft.rows.filter(
    ({ usageType, prices }) => usageType.trim() !== '' || Object.values(prices).some((price) => price.trim() !== ''),
  );
  // A row that is there from the beginning may stay empty as a whole.
  const priced = rows.filter(({ prices }) => draft.tiers.some(({ key }) => (prices[key] ?? '').trim() !== ''));
  if (priced.length === 0) problems.set('rows', 'Give at least one price.');
  const names = new Set<string>();
  for (const { key, usageType } of priced) {
    const name = usageType.trim();
    if (name === '') problems.set(`usageType.${key}`, 'Name the usage that this price is for.');
    else if (names.has(name)) problems.set(`usageType.${key}`, 'There is a price for this usage already.');
    names.add(name);
  }
  const pricingTiers = draft.tiers.map((tier, index) => {
    const isDefault = index === 0;
    const prices: Record<string, number> = {};
    for (const { key, usageType, prices: typed } of priced) {
      const amount = amountOf(typed[tier.key] ?? '', scale);
      if (Number.isNaN(amount)) problems.set(`price.${key}.${tier.key}`, 'A price in USD, for example 0.15');
      prices[usageType.trim()] = amount;
    }
    const value = Number(tier.value);
    if (!isDefault && tier.foreign === null && (tier.value.trim() === '' || Number.isNaN(value))) {
      problems.set(`value.${tier.key}`, 'A number');
    }
    const conditions = tier.foreign ?? [
      { usageDetailPattern: tier.pattern.trim(), operator: tier.operator, value, caseSensitive: false },
    ];
    return { name: tier.name.trim(), isDefault, priority: index, conditions: isDefault ? [] : conditions, prices };
  });
  if (problems.size > 0) return { problems };
  return {
    given: {
      modelName: draft.modelName.trim(),
      matchPattern: draft.matchPattern.trim(),
      unit: draft.unit,
      startDate: startOf(draft.startDay, edited),
      pricingTiers,
      tokenizerId: draft.tokenizer === 'none' ? null : draft.tokenizer,
      tokenizerConfig: edited?.tokenizerConfig ?? undefined,
    },
  };
}

/** A time of day that was set over the API stays with its day. */
function startOf(day: string, edited: PricedModel | null): string | null {
  if (day === '') return null;
  return edited?.startDate?.startsWith(day) ? edited.startDate : `${day}T00:00:00.000Z`;
}

/** A condition that the form cannot show, in words. */
export function conditionInWords(condition: Condition): string {
  if ('usageDetailPattern' in condition) {
    return `usage like ${condition.usageDetailPattern} ${OPERATORS[condition.operator]} ${condition.value}`;
  }
  return `${condition.source === 'metadata' ? 'metadata' : 'parameter'} ${condition.key} is ${condition.values.join(' or ')}`;
}

export const OPERATORS: Record<Operator, string> = { gt: '>', gte: '≥', lt: '<', lte: '≤', eq: '=', neq: '≠' };

export const UNITS: Record<ModelUnit, { name: string; per: string }> = {
  TOKENS: { name: 'Tokens', per: 'USD per 1 million tokens' },
  CHARACTERS: { name: 'Characters', per: 'USD per 1 million characters' },
  SECONDS: { name: 'Seconds', per: 'USD per second' },
  MILLISECONDS: { name: 'Milliseconds', per: 'USD per millisecond' },
  IMAGES: { name: 'Images', per: 'USD per image' },
  REQUESTS: { name: 'Requests', per: 'USD per request' },
};
