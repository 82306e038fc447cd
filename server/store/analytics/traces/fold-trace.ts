import type { Level } from '../../../../contract/observation.ts';
import { LEVELS } from '../../../../contract/observation.ts';
import { findRepeats, type Repeat, type UsageStep } from '../../../../contract/usage/repeats.ts';
import type { Micros, ObservationRow } from '../rows.ts';
import { findRoots } from './find-roots.ts';

/**
 * The columns a fold needs. `input`, `output` and `metadata` are looked at for `TRACE` rows and logical roots only: whoever folds may
 * leave them empty for all other rows.
 */
export const TRACE_FOLD_COLUMNS = [
  'trace_id',
  'id',
  'parent_id',
  'type',
  'name',
  'start_time',
  'end_time',
  'level',
  'environment',
  'release',
  'version',
  'model',
  'response_id',
  'cost_details',
  'total_cost',
  'cost_provided',
  'usage_estimated',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'input',
  'output',
  'metadata',
  'trace_name',
  'user_id',
  'session_id',
  'tags',
  'public',
  'bookmarked',
  'edited',
  'trace_input',
  'trace_output',
  'trace_metadata',
  'is_app_root',
  'experiment_dataset_id',
  'experiment_id',
  'experiment_name',
  'scope_name',
  'via',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof ObservationRow)[];

export type TraceFoldRow = Pick<ObservationRow, (typeof TRACE_FOLD_COLUMNS)[number]>;

/** Where a text of a trace is stored whole: the column of one of its rows. */
export interface TextPlace {
  id: string;
  column: 'input' | 'output' | 'trace_input' | 'trace_output';
}

/** A trace as its rows tell it. Texts as stored (JSON text or plain), null where nobody said anything; latency in seconds. */
export interface FoldedTrace {
  id: string;
  name: string | null;
  timestamp: Micros;
  userId: string | null;
  sessionId: string | null;
  /** Those settled in the app, else the union over all rows; sorted. */
  tags: string[];
  /** Flat, as stored: see contract/metadata.ts. */
  metadata: Record<string, string>;
  version: string | null;
  release: string | null;
  environment: string;
  public: boolean;
  bookmarked: boolean;
  input: string | null;
  output: string | null;
  inputPlace: TextPlace | null;
  outputPlace: TextPlace | null;
  /** Worst level of any step. */
  level: Level;
  /** Sum in USD; null when no step has a cost. Like all sums here without what steps say again of others (contract/usage/repeats.ts). */
  totalCost: number | null;
  inputCost: number;
  outputCost: number;
  /** Last end minus first start; null while no step has ended. */
  latency: number | null;
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  /** Steps, without what was said of the trace itself. */
  observationCount: number;
  errorCount: number;
  warningCount: number;
  defaultCount: number;
  debugCount: number;
  /** Models, datasets: each once, sorted. */
  models: string[];
  datasetIds: string[];
  experimentId: string;
  experimentName: string;
  createdAt: Micros;
  updatedAt: Micros;
  /** The logical root's id, when it is known. */
  rootObservationId: string | null;
  /** Steps that say again what others say, by id. */
  repeats: ReadonlyMap<string, Repeat>;
}

const overOtlp = (row: TraceFoldRow) => row.via === 'otlp-http' || row.via === 'otlp-grpc';

/** What OpenTelemetry says of a root span holds for its trace too (contract §3.9, §3.11). */
const isTelemetry = (key: string) =>
  key.startsWith('attributes.') ||
  key.startsWith('resourceAttributes.') ||
  key.startsWith('scope.') ||
  key === 'attributes' ||
  key === 'resourceAttributes';

type Read = (row: TraceFoldRow) => string;

/** The first non-empty text. */
function first(rows: readonly TraceFoldRow[], read: Read): string | null {
  for (const row of rows) {
    const value = read(row);
    if (value !== '') return value;
  }
  return null;
}

/** The last non-empty text, rows being in order of time. */
const latest = (rows: readonly TraceFoldRow[], read: Read): string | null => first(rows.toReversed(), read);

/**
 * Folds the rows of one trace into the trace (contract §3.10, §3.11, §9.7). What is one value of the whole trace is what was said of the
 * trace itself, else what its root says, else what the first step says that says something: a step of another service that joins in later
 * changes nothing, in whatever order the steps arrive. A child's own input and output never become the trace's. Returns null for no rows.
 * The order of `rows` does not matter.
 */
export function foldTrace(rows: readonly TraceFoldRow[]): FoldedTrace | null {
  if (rows.length === 0) return null;
  const ordered = [...rows].sort((a, b) => a.start_time - b.start_time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const said = ordered.filter((row) => row.type === 'TRACE');
  const steps = ordered.filter((row) => row.type !== 'TRACE');
  const { roots, orphaned } = findRoots(steps);
  // A generation of Langfuse's SDKs whose parent is elsewhere is a part of what that parent answers, which is not here.
  const speaking = orphaned ? roots.filter((row) => !isPartOfForeign(row)) : roots;
  const otlpRoots = speaking.filter(overOtlp);
  // What telemetry says of a step whose parent is elsewhere is of a part of the trace.
  const isRoot = new Set(orphaned ? [] : roots);

  /** Of the trace, of its root, of the first step that says something. */
  const ofTrace = (read: Read, among: readonly TraceFoldRow[] = steps) =>
    latest(said, read) ??
    first(
      roots.filter((row) => among === steps || overOtlp(row)),
      read,
    ) ??
    first(among, read);
  // Version and release that a step of the batch protocol has are its own.
  const otlp = steps.filter(overOtlp);
  const [input, output] = foldTexts(said, ordered, otlpRoots);

  const repeats = repeatsOf(steps);
  const timed = said.find((row) => row.start_time > 0);
  return {
    id: ordered[0]!.trace_id,
    name:
      ofTrace((row) => row.trace_name || (row.type === 'TRACE' ? row.name : '')) ??
      first(roots, (row) => row.name) ??
      (steps[0]?.name || null),
    timestamp: timed?.start_time ?? ordered[0]!.start_time,
    userId: ofTrace((row) => row.user_id),
    sessionId: ofTrace((row) => row.session_id),
    tags: [...new Set(settledOr(ordered, said, 'tags').flatMap((row) => row.tags))].sort(),
    metadata: foldMetadata(ordered, isRoot),
    version: ofTrace((row) => row.version, otlp),
    release: ofTrace((row) => row.release, otlp),
    environment: ofTrace((row) => (row.environment === 'default' ? '' : row.environment)) ?? 'default',
    public: settledOr(ordered, said, 'public').some((row) => row.public),
    bookmarked: ordered.some((row) => row.bookmarked),
    input: input?.text ?? null,
    output: output?.text ?? null,
    inputPlace: input?.place ?? null,
    outputPlace: output?.place ?? null,
    ...sum(steps, repeats),
    models: distinct(steps, (row) => row.model),
    datasetIds: distinct(ordered, (row) => row.experiment_dataset_id),
    experimentId: distinct(ordered, (row) => row.experiment_id).at(-1) ?? '',
    experimentName: distinct(ordered, (row) => row.experiment_name).at(-1) ?? '',
    createdAt: ordered.reduce((least, row) => Math.min(least, row.created_at), Number.POSITIVE_INFINITY),
    updatedAt: ordered.reduce((most, row) => Math.max(most, row.updated_at), 0),
    rootObservationId: roots[0]?.id ?? null,
    repeats,
  };
}

const isPartOfForeign = (row: TraceFoldRow) =>
  row.scope_name === 'langfuse-sdk' && (row.type === 'GENERATION' || row.type === 'EMBEDDING');

const distinct = (rows: readonly TraceFoldRow[], read: Read): string[] =>
  [...new Set(rows.map(read))].filter((value) => value !== '').sort();

interface PlacedText {
  text: string;
  place: TextPlace;
}

/**
 * Input and output: of the trace itself, else what any row says of the trace, else of the root. Where several requests share a trace id
 * there are several roots; the first that has either gives both, because a question beside the answer to another one is worse than none.
 */
function foldTexts(
  said: readonly TraceFoldRow[],
  ordered: readonly TraceFoldRow[],
  roots: readonly TraceFoldRow[],
): (PlacedText | null)[] {
  const root = roots.filter((row) => row.input !== '' || row.output !== '').slice(0, 1);
  return (['input', 'output'] as const).map((own) => {
    const ofTrace = `trace_${own}` as const;
    return lastText(said, [ofTrace, own]) ?? lastText(ordered, [ofTrace]) ?? lastText(root, [own]);
  });
}

function lastText(rows: readonly TraceFoldRow[], columns: readonly TextPlace['column'][]): PlacedText | null {
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]!;
    for (const column of columns) if (row[column] !== '') return { text: row[column], place: { id: row.id, column } };
  }
  return null;
}

/** The rows that decide a field: those in which a person settled it, or else all. */
function settledOr(
  ordered: readonly TraceFoldRow[],
  said: readonly TraceFoldRow[],
  field: 'tags' | 'public',
): readonly TraceFoldRow[] {
  const settled = said.filter((row) => row.edited.includes(field));
  return settled.length > 0 ? settled : ordered;
}

function foldMetadata(ordered: readonly TraceFoldRow[], roots: ReadonlySet<TraceFoldRow>): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const row of ordered) {
    if (row.type === 'TRACE') Object.assign(merged, row.metadata);
    else if (roots.has(row) && overOtlp(row)) {
      for (const key of Object.keys(row.metadata)) if (isTelemetry(key)) merged[key] = row.metadata[key]!;
    }
    Object.assign(merged, row.trace_metadata);
  }
  return merged;
}

const NO_REPEATS: ReadonlyMap<string, Repeat> = new Map();

/** A step can only repeat another one: where fewer than two say what was used there is nothing to find. */
function repeatsOf(steps: readonly TraceFoldRow[]): ReadonlyMap<string, Repeat> {
  const telling = steps.filter((row) => row.total_cost !== null || row.input_tokens + row.output_tokens + row.total_tokens > 0);
  return telling.length < 2 ? NO_REPEATS : findRepeats(steps.map(usageStepOf));
}

const usageStepOf = (row: TraceFoldRow): UsageStep => ({
  id: row.id,
  parentId: row.parent_id,
  type: row.type as UsageStep['type'],
  responseId: row.response_id,
  model: row.model,
  usage: { input: row.input_tokens, output: row.output_tokens, total: row.total_tokens },
  cost: row.total_cost,
  costProvided: row.cost_provided,
  estimated: row.usage_estimated,
  startTime: row.start_time,
  endTime: row.end_time,
  level: row.level,
});

/** Sum over usage types whose name contains a word. */
export function sumOfTypes(details: Readonly<Record<string, number>>, word: string): number {
  let total = 0;
  for (const type in details) if (type.includes(word)) total += details[type]!;
  return total;
}

function sum(steps: readonly TraceFoldRow[], repeats: ReadonlyMap<string, Repeat>) {
  let worst = 0;
  let totalCost: number | null = null;
  let end = 0;
  let ended = false;
  const counted = { inputTokens: 0, outputTokens: 0, totalTokens: 0, inputCost: 0, outputCost: 0 };
  const levels: Record<Level, number> = { DEBUG: 0, DEFAULT: 0, WARNING: 0, ERROR: 0 };
  for (const row of steps) {
    worst = Math.max(worst, LEVELS.indexOf(row.level));
    levels[row.level]++;
    if (row.end_time !== null) ended = true;
    end = Math.max(end, row.end_time ?? row.start_time);
    const repeat = repeats.get(row.id);
    if (!repeat?.cost && row.total_cost !== null) {
      totalCost = (totalCost ?? 0) + row.total_cost;
      counted.inputCost += sumOfTypes(row.cost_details, 'input');
      counted.outputCost += sumOfTypes(row.cost_details, 'output');
    }
    if (repeat?.usage) continue;
    counted.inputTokens += row.input_tokens;
    counted.outputTokens += row.output_tokens;
    counted.totalTokens += row.total_tokens;
  }
  return {
    ...counted,
    level: steps.length === 0 ? ('DEFAULT' as const) : (LEVELS[worst] ?? 'DEFAULT'),
    totalCost,
    latency: ended ? (end - steps[0]!.start_time) / 1e6 : null,
    observationCount: steps.length,
    errorCount: levels.ERROR,
    warningCount: levels.WARNING,
    defaultCount: levels.DEFAULT,
    debugCount: levels.DEBUG,
  };
}
