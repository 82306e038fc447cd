/** Version of the metrics API; the second has no traces and has rules for dimensions of many values. */
export type MetricsVersion = 1 | 2;

/** What is joined to the rows of a view: the fold of the row's trace, the step of a score, the number of scores. */
export type JoinName = 'trace' | 'step' | 'scores';

/**
 * How a value is read: `own` is an expression over the view's own rows (for traces an aggregate over the rows of a trace), `joined` one
 * over what is joined to it. With both, the joined one counts where the own one is empty.
 */
export interface MetricField {
  kind: 'text' | 'texts' | 'number' | 'boolean';
  own?: string;
  joined?: { to: JoinName; value: string };
  /** A row of the view counts once for every element of its list; `pairs` are tuples of a key and its number. */
  explode?: 'elements' | 'pairs';
  /** A condition on it is the condition on the list's column of the same name, which is asked before rows are read further. */
  listed?: boolean;
  /** Only from that version on. */
  version?: MetricsVersion;
  /** Not in the second version. */
  isFormer?: boolean;
  /** Read in its place when the values are summed: quicker, unknown values being 0. */
  sum?: MetricField;
  /** A measure that is the number of the exploded pair of this dimension. */
  pairOf?: string;
}

export type MetricFields = Readonly<Record<string, MetricField>>;

/** A text of the row itself. */
export const ownText = (own: string): MetricField => ({ kind: 'text', own: `toString(${own})` });

/** A number of the row itself; null where it is unknown. */
export const ownNumber = (own: string): MetricField => ({ kind: 'number', own: `toNullable(toFloat64(${own}))` });

/** A text of what is joined to the row, used where the row itself says nothing. */
export const joinedText = (to: JoinName, value: string, own?: string): MetricField => ({
  kind: 'text',
  joined: { to, value: `toString(${value})` },
  ...(own !== undefined && { own: `toString(${own})` }),
});

/** A list of the row's trace, used where the row itself has none. */
export const joinedTexts = (to: JoinName, value: string, own?: string): MetricField => ({
  kind: 'texts',
  joined: { to, value: `CAST(${value}, 'Array(String)')` },
  ...(own !== undefined && { own: `CAST(${own}, 'Array(String)')` }),
});

/** Left out of the second version. */
export const onlyInVersion1 = (field: MetricField): MetricField => ({ ...field, isFormer: true });

export const inVersion2 = (field: MetricField): MetricField => ({ ...field, version: 2 });

/** `YYYY-MM` and `YYYY-MM-DD` of a time in UTC. */
export const monthOf = (time: string): MetricField => ({ kind: 'text', own: `formatDateTime(${time}, '%Y-%m', 'UTC')` });
export const dayOf = (time: string): MetricField => ({ kind: 'text', own: `formatDateTime(${time}, '%Y-%m-%d', 'UTC')` });

/** Every row counts one. */
export const COUNT: MetricField = ownNumber('1');

/** Milliseconds between two times, null when one is unknown. */
export const milliseconds = (from: string, to: string): string =>
  `(toUnixTimestamp64Micro(${to}) - toUnixTimestamp64Micro(${from})) / 1e3`;
