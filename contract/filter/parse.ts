import { type FilterColumn, findColumn, type ListName } from './columns.ts';
import type { FilterCondition } from './condition.ts';
import { type Term, type Token, tokenise } from './tokenise.ts';

/**
 * What a search box says: conditions, and words to look for in inputs, outputs and names.
 *
 *     level:ERROR,WARNING          one of these           -tag:beta            none of these
 *     name:~refund                 contains               -name:~refund        does not contain
 *     name:^chat   name:$bot       starts, ends with      output:*"late order" has all these words
 *     latency:>5  cost:>=0.1  latency:1..5                (units may be typed: 500ms, 2m, $0.1, 10k)
 *     time:>=2026-03-01            bookmarked:true        has:user  -has:user
 *     tags:&a,b                    all of these
 *     metadata.region:eu  metadata.retries:>2
 *     score.quality:>0.8  score.tone:good,bad  score.correct:true   traceScore.…  on observations: scores of the trace
 *     position:root|first|last|3|-2
 *     anything else: words looked for; "quotes" keep a text together or free it of its meaning
 */
export interface ParsedFilter {
  conditions: FilterCondition[];
  /** Empty when no words are looked for. */
  search: string;
  errors: ParseError[];
}

/** What could not be understood, and where it stands in the text. The rest is used. */
export interface ParseError {
  message: string;
  start: number;
  end: number;
}

class Misread extends Error {}

/** Reads the text of a search box. Never throws. */
export function parseFilter(list: ListName, text: string): ParsedFilter {
  const parsed: ParsedFilter = { conditions: [], search: '', errors: [] };
  const words: string[] = [];
  for (const token of tokenise(text)) {
    if (token.kind === 'words') {
      words.push(token.text);
      continue;
    }
    try {
      const read = readTerm(list, token);
      if (read === null) words.push(text.slice(token.start, token.end));
      else parsed.conditions.push(...read);
    } catch (error) {
      if (!(error instanceof Misread)) throw error;
      parsed.errors.push({ message: error.message, start: token.start, end: token.end });
    }
  }
  parsed.search = words.join(' ').trim();
  return parsed;
}

const SCORES: Record<string, string> = { score: 'score', scores: 'score', tracescore: 'trace_score', tracescores: 'trace_score' };

/** Null when the term is no condition but plain text, like an address. */
function readTerm(list: ListName, term: Term): FilterCondition[] | null {
  const [name, ...rest] = term.path;
  const key = rest.join('.');
  if (name === 'has' && key === '') return [readHas(list, term)];
  const scorePrefix = SCORES[name!.toLowerCase()];
  if (scorePrefix && key !== '' && findColumn(list, `${scorePrefix}s_avg`)) return readScore(scorePrefix, key, term);
  const column = findColumn(list, name!) ?? findColumn(list, term.path.join('.'));
  if (!column) {
    if (term.rest.startsWith('//')) return null;
    throw new Misread(`There is no column "${term.path.join('.')}". Put quotes around the text to look for it.`);
  }
  if (term.tokens.length === 0) throw new Misread(`"${name}:" needs a value.`);
  return readCondition(column, key, term);
}

function readHas(list: ListName, term: Term): FilterCondition {
  const name = term.tokens[0]?.text ?? '';
  const column = findColumn(list, name);
  if (!column || !['text', 'texts', 'number', 'time'].includes(column.kind)) {
    throw new Misread(`"has:" needs the name of a column that can be empty, not "${name}".`);
  }
  return { type: 'null', column: column.id, operator: term.negated ? 'is null' : 'is not null' };
}

function readCondition(column: FilterColumn, key: string, term: Term): FilterCondition[] {
  switch (column.kind) {
    case 'text':
      return [readText(column.id, term)];
    case 'texts':
      if (column.also?.includes('string') && isTextMark(term.mark)) return [readText(column.id, term)];
      return [readTexts(column.id, term)];
    case 'number':
      return readNumbers(term, column).map(({ operator, value }) => ({ type: 'number', column: column.id, operator, value }));
    case 'time':
      return [readTime(column.id, term)];
    case 'boolean':
      return [{ type: 'boolean', column: column.id, operator: term.negated ? '<>' : '=', value: readBoolean(term) }];
    case 'textMap':
      return readMap(column.id, key, term);
    case 'position':
      return [readPosition(column.id, term)];
    case 'numberMap':
    case 'categoryMap':
    case 'booleanMap':
      return readScoreColumn(column, key, term);
  }
}

const TEXT_OPERATORS = { '~': 'contains', '^': 'starts with', $: 'ends with', '*': 'matches', '=': '=' } as const;
type TextMark = keyof typeof TEXT_OPERATORS;

const isTextMark = (mark: string): mark is TextMark => Object.hasOwn(TEXT_OPERATORS, mark);

/** The one text of a term, with the operator that its mark means. */
function readTextOperator(term: Term): {
  operator: 'contains' | 'does not contain' | 'starts with' | 'ends with' | 'matches' | '=';
  value: string;
} {
  const mark = term.mark === '' ? '=' : term.mark;
  if (!isTextMark(mark)) throw new Misread(`"${term.mark}" does not go with a text. Use ~ for contains, ^ for starts with.`);
  const value = term.tokens.map(({ text }) => text).join(',');
  if (!term.negated) return { operator: TEXT_OPERATORS[mark], value };
  if (mark === '~') return { operator: 'does not contain', value };
  throw new Misread('Only "contains" (~) and lists of values can be turned round with "-" here.');
}

function readText(column: string, term: Term): FilterCondition {
  if (term.mark === '') {
    const value = term.tokens.map(({ text }) => text);
    return { type: 'stringOptions', column, operator: term.negated ? 'none of' : 'any of', value };
  }
  return { type: 'string', column, ...readTextOperator(term) };
}

function readTexts(column: string, term: Term): FilterCondition {
  const value = term.tokens.map(({ text }) => text);
  if (term.mark === '&' && !term.negated) return { type: 'arrayOptions', column, operator: 'all of', value };
  if (term.mark !== '')
    throw new Misread(`Values of a list are compared whole: write ${term.path.join('.')}:a,b or ${term.path.join('.')}:&a,b.`);
  return { type: 'arrayOptions', column, operator: term.negated ? 'none of' : 'any of', value };
}

const UNITS: Record<string, Record<string, number>> = {
  seconds: { ms: 0.001, s: 1, m: 60, min: 60, h: 3600, d: 86400 },
  other: { k: 1e3, m: 1e6, b: 1e9 },
};

function readNumber(text: string, column: FilterColumn | null): number {
  const match = /^\$?(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  if (!match) throw new Misread(`"${text}" is not a number.`);
  const unit = match[2]!.toLowerCase();
  if (unit === '') return Number(match[1]);
  const factor = UNITS[column?.unit === 'seconds' ? 'seconds' : 'other']![unit];
  if (factor === undefined) throw new Misread(`"${match[2]}" is not a unit that ${column?.label ?? 'this'} has.`);
  return Number(match[1]) * factor;
}

const NUMBER_MARKS = ['>=', '<=', '>', '<', '='] as const;
type NumberMark = (typeof NUMBER_MARKS)[number];
const OPPOSITE: Record<string, NumberMark> = { '>': '<=', '<': '>=', '>=': '<', '<=': '>' };

function readNumbers(term: Term, column: FilterColumn | null): { operator: NumberMark; value: number }[] {
  const text = term.tokens.map((token) => token.text).join(',');
  const range = term.mark === '' ? /^(.+)\.\.(.+)$/.exec(text) : null;
  if (range && !term.negated) {
    return [
      { operator: '>=', value: readNumber(range[1]!, column) },
      { operator: '<=', value: readNumber(range[2]!, column) },
    ];
  }
  const mark = (term.mark === '' ? '=' : term.mark) as NumberMark;
  if (!NUMBER_MARKS.includes(mark))
    throw new Misread(`"${term.mark}" does not go with a number. Use >, >=, <, <= or a range 1..5.`);
  const value = readNumber(text, column);
  if (!term.negated) return [{ operator: mark, value }];
  const opposite = OPPOSITE[mark];
  if (!opposite) throw new Misread('A number cannot be excluded with "-".');
  return [{ operator: opposite, value }];
}

function readTime(column: string, term: Term): FilterCondition {
  const mark = term.mark as '>' | '<' | '>=' | '<=';
  if (!Object.hasOwn(OPPOSITE, mark)) throw new Misread('A time needs >, >=, < or <=, as in time:>=2026-03-01.');
  const text = term.tokens[0]!.text;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/i.test(text);
  const zoned = isDay ? `${text}T00:00:00Z` : /(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`;
  const at = new Date(zoned.replace(' ', 'T'));
  if (!(isDay || isTime) || Number.isNaN(at.getTime()))
    throw new Misread(`"${text}" is not a time like 2026-03-01 or 2026-03-01T12:00:00Z.`);
  const operator = term.negated ? (OPPOSITE[mark] as typeof mark) : mark;
  return { type: 'datetime', column, operator, value: at.toISOString() };
}

function readBoolean(term: Term): boolean {
  const text = term.tokens[0]!.text.toLowerCase();
  if (term.mark === '' && ['true', 'yes', '1'].includes(text)) return true;
  if (term.mark === '' && ['false', 'no', '0'].includes(text)) return false;
  throw new Misread(`"${term.tokens[0]!.text}" is neither true nor false.`);
}

function readMap(column: string, key: string, term: Term): FilterCondition[] {
  if (key === '') throw new Misread(`Name a key, as in ${term.path[0]}.region:eu.`);
  if (
    ['>', '<', '>=', '<='].includes(term.mark) ||
    (term.mark === '=' && term.tokens.length === 1 && isPlainNumber(term.tokens[0]!))
  ) {
    return readNumbers(term, null).map(({ operator, value }) => ({ type: 'numberObject', column, key, operator, value }));
  }
  return [{ type: 'stringObject', column, key, ...readTextOperator(term) }];
}

const isPlainNumber = (token: Token) => !token.quoted && /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(token.text);

/** `score.name:…` means the numbers, the yes/no values or the categories of that score, by what it is compared with. */
function readScore(prefix: string, key: string, term: Term): FilterCondition[] {
  if (term.tokens.length === 0) throw new Misread(`"${term.path.join('.')}:" needs a value.`);
  const [first] = term.tokens;
  const alone = term.tokens.length === 1 && !first!.quoted;
  if (term.mark === '' && alone && /^(true|false)$/i.test(first!.text)) {
    return [
      { type: 'booleanObject', column: `${prefix}_booleans`, key, operator: term.negated ? '<>' : '=', value: readBoolean(term) },
    ];
  }
  if (term.mark !== '' || (alone && (isPlainNumber(first!) || /^-?[\d.]+\.\.-?[\d.]+$/.test(first!.text)))) {
    return readNumbers(term, null).map(({ operator, value }) => ({
      type: 'numberObject',
      column: `${prefix}s_avg`,
      key,
      operator,
      value,
    }));
  }
  const value = term.tokens.map(({ text }) => text);
  return [{ type: 'categoryOptions', column: `${prefix}_categories`, key, operator: term.negated ? 'none of' : 'any of', value }];
}

/** The score columns by their own names: `score_categories:tone:good` as lists of options write it, or `scores_avg.quality:>1`. */
function readScoreColumn(column: FilterColumn, key: string, term: Term): FilterCondition[] {
  if (key !== '') return readScore(column.id.startsWith('trace_') ? 'trace_score' : 'score', key, term);
  if (column.kind === 'categoryMap' && term.mark === '') {
    const value = term.tokens.map(({ text }) => text);
    return [{ type: 'stringOptions', column: column.id, operator: term.negated ? 'none of' : 'any of', value }];
  }
  if (column.kind === 'categoryMap' && term.mark === '&' && !term.negated) {
    return [{ type: 'arrayOptions', column: column.id, operator: 'all of', value: term.tokens.map(({ text }) => text) }];
  }
  throw new Misread('Name a score, as in score.quality:>0.8.');
}

function readPosition(column: string, term: Term): FilterCondition {
  const text = term.tokens[0]!.text;
  const base = { type: 'positionInTrace', column, operator: '=' } as const;
  if (term.negated || term.mark !== '')
    throw new Misread('A position is root, first, last, a number, or a negative number from the end.');
  if (text === 'root' || text === 'first' || text === 'last') return { ...base, key: text, value: 1 };
  const value = Number(text);
  if (!Number.isInteger(value) || value === 0)
    throw new Misread('A position is root, first, last, a number, or a negative number from the end.');
  return value > 0 ? { ...base, key: 'nthFromStart', value } : { ...base, key: 'nthFromEnd', value: -value };
}
