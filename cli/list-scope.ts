import { type Command, InvalidArgumentError } from 'commander';
import { checkCondition, type ListName } from '../contract/filter/columns.ts';
import { type FilterCondition, filter as filterSchema } from '../contract/filter/condition.ts';
import { parseFilter } from '../contract/filter/parse.ts';
import { LEVELS } from '../contract/observation.ts';
import { usageError } from './cli-error.ts';
import { parseTime } from './time.ts';

/** Options that narrow a list; the same for every command that lists. */
export interface ScopeOptions {
  name?: string[];
  user?: string[];
  session?: string[];
  env?: string[];
  tag?: string[];
  level?: string[];
  since?: string;
  until?: string;
  search?: string;
  filter?: string[];
}

/** What a list is narrowed to, in the terms of our own API. */
export interface ListScope {
  from?: string;
  to?: string;
  filter: FilterCondition[];
  search?: string;
}

/** For an option that may be given several times, or once with commas. */
export const several = (value: string, before: string[] = []): string[] => [
  ...before,
  ...value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
];

/** For an option that may be given several times and whose value may hold commas. */
export const repeated = (value: string, before: string[] = []): string[] => [...before, value];

/** For an option that is a whole number of at least one. */
export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return number;
}

export function addTimeOptions(command: Command, since?: string): Command {
  return command
    .option('--since <time>', 'from this time on: 30m, 2h, 7d, today, 2026-03-01, 2026-03-01T14:30:00Z', since)
    .option('--until <time>', 'before this time');
}

export function addScopeOptions(command: Command): Command {
  return addTimeOptions(command)
    .option('--name <name>', 'of this name; several with commas', several)
    .option('--user <id>', 'of this user', several)
    .option('--session <id>', 'of this session', several)
    .option('--env <name>', 'of this environment', several)
    .option('--tag <tag>', 'with this tag; with all of them when given several times', several)
    .option('--level <level>', `of this level: ${LEVELS.join(', ')}`, several)
    .option('--search <words>', 'with all these words in input, output, name or id')
    .option(
      '--filter <text>',
      'as in the search bar: "latency:>5 cost:>=0.1 -tag:beta metadata.region:eu score.quality:<0.5"',
      repeated,
    );
}

/** Options of time as ISO-8601 UTC. @throws CliError */
export function readTimes({ since, until }: Pick<ScopeOptions, 'since' | 'until'>, now: number): { from?: string; to?: string } {
  const from = since === undefined ? undefined : parseTime(since, '--since', now);
  const to = until === undefined ? undefined : parseTime(until, '--until', now);
  if (from && to && from >= to) throw usageError('--since must be before --until.');
  return { ...(from && { from: from.toISOString() }), ...(to && { to: to.toISOString() }) };
}

/** What the options ask for. @throws CliError that says what was not understood */
export function readScope(list: ListName, options: ScopeOptions, now: number): ListScope {
  const filter: FilterCondition[] = [];
  const oneOf = (column: string, value: string[] | undefined) => {
    if (value) filter.push({ type: 'stringOptions', column, operator: 'any of', value });
  };
  oneOf('name', options.name);
  oneOf('userId', options.user);
  oneOf('sessionId', options.session);
  oneOf('environment', options.env);
  oneOf('level', options.level && readLevels(options.level));
  if (options.tag) filter.push({ type: 'arrayOptions', column: 'tags', operator: 'all of', value: options.tag });
  const words = options.search === undefined ? [] : [options.search];
  for (const text of options.filter ?? []) {
    if (text.trimStart().startsWith('[')) {
      filter.push(...readJsonFilter(text));
      continue;
    }
    const { conditions, search, errors } = parseFilter(list, text);
    if (errors[0]) throw usageError(`--filter: ${errors[0].message} In: ${text.slice(errors[0].start, errors[0].end)}`);
    filter.push(...conditions);
    if (search) words.push(search);
  }
  for (const condition of filter) {
    const wrong = checkCondition(list, condition);
    if (wrong) throw usageError(wrong);
  }
  const search = words.join(' ').trim();
  return { ...readTimes(options, now), filter, ...(search && { search }) };
}

function readLevels(given: string[]): string[] {
  const levels = given.map((level) => level.toUpperCase());
  const wrong = levels.find((level) => !(LEVELS as readonly string[]).includes(level));
  if (wrong) throw usageError(`--level ${wrong}: it is one of ${LEVELS.join(', ')}.`);
  return levels;
}

/** The grammar of the API (contract §5.6). */
function readJsonFilter(text: string): FilterCondition[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw usageError('--filter: it starts like JSON and is none.');
  }
  const parsed = filterSchema.safeParse(value);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw usageError(`--filter: ${path.join('.')}: ${message}`);
  }
  return parsed.data;
}
