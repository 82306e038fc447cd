import type { FilterCondition, FilterType } from './condition.ts';
import { nameKey, ORIGINAL_NAMES } from './original-names.ts';

/** What a column holds, which decides the conditions that fit it. */
export type ColumnKind =
  | 'text'
  | 'texts'
  | 'number'
  | 'time'
  | 'boolean'
  | 'textMap'
  | 'numberMap'
  | 'categoryMap'
  | 'booleanMap'
  | 'position';

export type ColumnUnit = 'seconds' | 'usd' | 'tokens' | 'count' | 'tokens/s';

/** A column of a list as filters, sorting and the column picker know it. */
export interface FilterColumn<Id extends string = string, Kind extends ColumnKind = ColumnKind> {
  /** Name in conditions and URLs (contract §5.6). */
  readonly id: Id;
  /** Other names that mean the same column: those of the Langfuse API and short ones for typing. */
  readonly aliases: readonly string[];
  readonly label: string;
  readonly kind: Kind;
  /** Conditions that it takes besides those of its kind. */
  readonly also?: readonly FilterType[];
  readonly unit?: ColumnUnit;
  /** Has few enough values, or is looked at often enough, to be counted in the sidebar. */
  readonly facet: boolean;
  /** A list can be ordered by it. */
  readonly sortable: boolean;
}

/** The lists that can be filtered. */
export type ListName = 'traces' | 'observations' | 'scores';

type Options = { aliases?: string[]; unit?: ColumnUnit; facet?: boolean; sortable?: boolean; also?: FilterType[] };

function column<const Id extends string, const Kind extends ColumnKind>(
  id: Id,
  label: string,
  kind: Kind,
  options: Options = {},
): FilterColumn<Id, Kind> {
  const { aliases = [], unit, also, facet = false, sortable = kind === 'text' || kind === 'number' || kind === 'time' } = options;
  return { id, label, kind, aliases, facet, sortable, ...(unit ? { unit } : {}), ...(also ? { also } : {}) };
}

const measured =
  (unit: ColumnUnit) =>
  <const Id extends string>(id: Id, label: string, aliases: string[] = []) =>
    column(id, label, 'number', { unit, aliases });
const money = measured('usd');
const tokens = measured('tokens');
const seconds = measured('seconds');
const count = measured('count');
const option = <const Id extends string>(id: Id, label: string, aliases: string[] = []) =>
  column(id, label, 'text', { facet: true, aliases });

const scores = [
  column('scores_avg', 'Scores (number)', 'numberMap', { facet: true, aliases: ['scores'] }),
  column('score_categories', 'Scores (category)', 'categoryMap', { facet: true }),
  column('score_booleans', 'Scores (yes/no)', 'booleanMap', { facet: true }),
] as const;

const sums = [
  money('inputCost', 'Input cost'),
  money('outputCost', 'Output cost'),
  money('totalCost', 'Cost', ['cost']),
  tokens('inputTokens', 'Input tokens'),
  tokens('outputTokens', 'Output tokens'),
  tokens('totalTokens', 'Tokens', ['tokens']),
] as const;

const comments = [
  column('commentCount', 'Comments', 'number', { unit: 'count', sortable: false }),
  column('commentContent', 'Comment text', 'text', { sortable: false }),
] as const;

const evaluation = [column('evaluatorId', 'Evaluator', 'text'), column('ruleId', 'Evaluation rule', 'text')] as const;

export const TRACE_COLUMNS = [
  column('id', 'Trace id', 'text', { aliases: ['traceId', 'trace'] }),
  option('name', 'Name', ['traceName']),
  column('timestamp', 'Time', 'time', { aliases: ['time', 'startTime'] }),
  option('userId', 'User', ['user']),
  option('sessionId', 'Session', ['session']),
  option('environment', 'Environment', ['env']),
  option('version', 'Version'),
  option('release', 'Release'),
  option('level', 'Level'),
  column('bookmarked', 'Bookmarked', 'boolean', { facet: true, sortable: true, aliases: ['bookmark'] }),
  column('public', 'Public', 'boolean', { facet: true, sortable: true }),
  column('tags', 'Tags', 'texts', { facet: true, sortable: true, aliases: ['traceTags', 'tag'] }),
  column('model', 'Models', 'texts', { facet: true, aliases: ['models'] }),
  column('metadata', 'Metadata', 'textMap', { aliases: ['meta'] }),
  seconds('latency', 'Latency', ['duration']),
  ...sums,
  count('observationCount', 'Steps', ['steps']),
  count('errorCount', 'Errors', ['errors']),
  count('warningCount', 'Warnings', ['warnings']),
  count('defaultCount', 'Steps of level DEFAULT'),
  count('debugCount', 'Steps of level DEBUG'),
  ...scores,
  ...comments,
  // Most traces are of one dataset: it is asked for as one text too.
  column('datasetId', 'Dataset', 'texts', { aliases: ['dataset'], also: ['string'], sortable: true }),
  ...evaluation,
] as const;

export const OBSERVATION_COLUMNS = [
  column('id', 'Step id', 'text'),
  option('name', 'Name'),
  option('type', 'Type'),
  column('traceId', 'Trace id', 'text', { aliases: ['trace'] }),
  column('parentObservationId', 'Parent step id', 'text', { aliases: ['parent'] }),
  column('traceName', 'Trace name', 'text', { facet: true, sortable: false }),
  column('userId', 'User', 'text', { facet: true, sortable: false, aliases: ['user'] }),
  column('sessionId', 'Session', 'text', { facet: true, sortable: false, aliases: ['session'] }),
  option('environment', 'Environment', ['env']),
  column('traceEnvironment', 'Environment of the trace', 'text', { sortable: false }),
  column('startTime', 'Start', 'time', { aliases: ['time', 'timestamp', 'start'] }),
  column('endTime', 'End', 'time', { aliases: ['end'] }),
  seconds('timeToFirstToken', 'Time to first token', ['ttft']),
  seconds('latency', 'Latency', ['duration']),
  column('tokensPerSecond', 'Tokens per second', 'number', { unit: 'tokens/s' }),
  ...sums,
  option('level', 'Level'),
  column('statusMessage', 'Status message', 'text', { aliases: ['status', 'error'] }),
  option('model', 'Model', ['providedModelName']),
  column('modelId', 'Price model id', 'text'),
  column('input', 'Input', 'text', { sortable: false }),
  column('output', 'Output', 'text', { sortable: false }),
  column('hasInput', 'Has input', 'boolean'),
  column('hasOutput', 'Has output', 'boolean'),
  column('metadata', 'Metadata', 'textMap', { aliases: ['meta'] }),
  ...scores,
  column('trace_scores_avg', 'Scores of the trace (number)', 'numberMap'),
  column('trace_score_categories', 'Scores of the trace (category)', 'categoryMap'),
  column('trace_score_booleans', 'Scores of the trace (yes/no)', 'booleanMap'),
  option('version', 'Version'),
  column('release', 'Release', 'text', { facet: true, sortable: false }),
  option('promptName', 'Prompt', ['prompt']),
  column('promptVersion', 'Prompt version', 'number'),
  column('tags', 'Tags', 'texts', { facet: true, aliases: ['traceTags', 'tag'] }),
  column('toolNames', 'Tools offered', 'texts', { facet: true }),
  column('calledToolNames', 'Tools called', 'texts', { facet: true, aliases: ['tool'] }),
  count('toolDefinitions', 'Number of tools offered'),
  count('toolCalls', 'Number of tool calls'),
  column('isRootObservation', 'Is the root', 'boolean', { aliases: ['root'] }),
  column('hasParentObservation', 'Has a parent', 'boolean'),
  column('ingestionApiKey', 'API key', 'text', { aliases: ['apiKey'] }),
  column('ingestionSdkName', 'SDK', 'text', { facet: true, aliases: ['sdk'] }),
  column('ingestionSdkVersion', 'SDK version', 'text'),
  option('ingestionSource', 'Came in by', ['via']),
  column('experimentDatasetId', 'Experiment dataset', 'text'),
  column('experimentId', 'Experiment id', 'text'),
  column('experimentName', 'Experiment', 'text', { aliases: ['experiment'] }),
  column('isExperimentItemRootSpan', 'Is an experiment item', 'boolean'),
  column('positionInTrace', 'Position in trace', 'position', { aliases: ['position'] }),
  ...comments,
  ...evaluation,
] as const;

export const SCORE_COLUMNS = [
  column('id', 'Score id', 'text'),
  column('traceId', 'Trace id', 'text', { aliases: ['trace'] }),
  column('sessionId', 'Session', 'text', { aliases: ['session'] }),
  column('observationId', 'Step id', 'text'),
  column('traceName', 'Trace name', 'text', { sortable: false }),
  column('timestamp', 'Time', 'time', { aliases: ['time'] }),
  option('environment', 'Environment', ['env']),
  option('source', 'Source'),
  option('dataType', 'Data type', ['type']),
  option('name', 'Name'),
  column('metadata', 'Metadata', 'textMap', { aliases: ['meta'] }),
  column('value', 'Value', 'number'),
  column('booleanValue', 'Value (yes/no)', 'boolean'),
  column('stringValue', 'Value (text)', 'text', { facet: true }),
  column('userId', 'User of the trace', 'text', { sortable: false, aliases: ['user'] }),
  column('tags', 'Tags of the trace', 'texts', { aliases: ['traceTags', 'tag'] }),
  column('evaluatorId', 'Evaluator', 'text', { sortable: false }),
  column('authorUserId', 'Author', 'text', { sortable: false, aliases: ['author'] }),
  column('comment', 'Comment', 'text', { sortable: false }),
] as const;

const COLUMNS = {
  traces: TRACE_COLUMNS,
  observations: OBSERVATION_COLUMNS,
  scores: SCORE_COLUMNS,
} as const satisfies Record<ListName, readonly FilterColumn[]>;

/** The columns of a list, for the compiler: whoever keeps something for each column of a list, or for some, is told when one is missing or unknown. */
export type ColumnOf<List extends ListName> = (typeof COLUMNS)[List][number];

/** Names of the columns of a list. */
export type ColumnName<List extends ListName> = ColumnOf<List>['id'];

const originalNames: { [List in ListName]: Readonly<Record<string, ColumnName<List>>> } = ORIGINAL_NAMES;

const byName = Object.fromEntries(
  Object.entries<readonly FilterColumn[]>(COLUMNS).map(([list, columns]) => {
    const names = new Map<string, FilterColumn>();
    for (const [name, id] of Object.entries<string>(originalNames[list as ListName])) {
      names.set(nameKey(name), columns.find((each) => each.id === id)!);
    }
    for (const each of columns) for (const alias of each.aliases) names.set(nameKey(alias), each);
    for (const each of columns) names.set(nameKey(each.id), each);
    return [list, names];
  }),
) as Record<ListName, Map<string, FilterColumn>>;

/** All columns of a list, in the order in which pages offer them. */
export const columnsOf = (list: ListName): readonly FilterColumn[] => COLUMNS[list];

/** The column with that id, alias or name on Langfuse's pages (case and spaces do not matter), or undefined. */
export const findColumn = <List extends ListName>(list: List, name: string): ColumnOf<List> | undefined =>
  byName[list].get(nameKey(name)) as ColumnOf<List> | undefined;

const FITTING: Record<ColumnKind, readonly FilterType[]> = {
  text: ['string', 'stringOptions', 'null'],
  texts: ['arrayOptions', 'stringOptions', 'null'],
  number: ['number', 'null'],
  time: ['datetime', 'null'],
  boolean: ['boolean'],
  textMap: ['stringObject', 'numberObject'],
  numberMap: ['numberObject'],
  categoryMap: ['categoryOptions', 'stringOptions', 'arrayOptions'],
  booleanMap: ['booleanObject'],
  position: ['positionInTrace'],
};

/** Condition types that a column takes. */
export const fittingTypes = ({ kind, also = [] }: Pick<FilterColumn, 'kind' | 'also'>): readonly FilterType[] => [
  ...FITTING[kind],
  ...also,
];

/** Why a condition cannot be used on this list, or null when it can. */
export function checkCondition(list: ListName, condition: FilterCondition): string | null {
  const found = findColumn(list, condition.column);
  if (!found) return `Unknown column "${condition.column}" of ${list}.`;
  const fitting = fittingTypes(found);
  if (!fitting.includes(condition.type)) {
    return `Column "${condition.column}" takes a condition of type ${fitting.join(', ')}, not ${condition.type}.`;
  }
  return null;
}

/** The first of a list's conditions that does not fit, with its place in the list; null: all do. */
export function checkConditions(list: ListName, conditions: readonly FilterCondition[]): string | null {
  for (const [index, condition] of conditions.entries()) {
    const problem = checkCondition(list, condition);
    if (problem) return `filter[${index}]: ${problem}`;
  }
  return null;
}
