/**
 * A model of the price book, built in or a project's own. Contract §5.8.
 * `prices` are USD per unit by usage type.
 */
export interface PricedModel {
  readonly id: string;
  readonly name: string;
  /** Regular expression on the sender's model name, `(?i)` allowed. A project's own are run in linear time, whatever they say. */
  readonly matchPattern: string;
  readonly owner: 'built-in' | 'project';
  /** How text is counted when the sender gave no usage; null = it is not. */
  readonly tokenizer: ModelTokenizer | null;
  /** From when on its prices hold, µs since the epoch; null or absent: always. */
  readonly startDate?: number | null;
  /** By rising priority; the first is the default and has no conditions. */
  readonly tiers: readonly PriceTier[];
}

export interface ModelTokenizer {
  readonly family: 'openai' | 'claude';
  /** OpenAI's name of the model whose vocabulary is used; absent for claude. */
  readonly model?: string | undefined;
  /** Tokens that a chat message costs beside its texts, and a `name` beside its own text. */
  readonly tokensPerMessage?: number | undefined;
  readonly tokensPerName?: number | undefined;
}

export interface PriceTier {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly priority: number;
  /** All must hold. */
  readonly conditions: readonly TierCondition[];
  readonly prices: Readonly<Record<string, number>>;
}

/** On the sum of the usage types whose name matches. */
export interface UsageCondition {
  readonly usageDetailPattern: string;
  readonly operator: 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';
  readonly value: number;
  readonly caseSensitive?: boolean | undefined;
}

/** On what the sender said of the call. */
export interface AttributeCondition {
  readonly source: 'model_parameters' | 'metadata';
  readonly key: string;
  readonly operator: 'in';
  readonly values: readonly (string | number | boolean)[];
}

export type TierCondition = UsageCondition | AttributeCondition;
