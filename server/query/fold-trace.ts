import type { Level } from '../../contract/observation.ts';
import { LEVELS } from '../../contract/observation.ts';
import type { Micros, ObservationRow } from '../store/analytics/rows.ts';

/**
 * The columns a fold needs. `input`, `output` and `metadata` are looked at for `TRACE` rows and logical roots only: a query may select
 * them as empty for all other rows.
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
  'total_cost',
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
  'via',
] as const satisfies readonly (keyof ObservationRow)[];

export type TraceFoldRow = Pick<ObservationRow, (typeof TRACE_FOLD_COLUMNS)[number]>;

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
  /** Worst level of any step. */
  level: Level;
  /** Sum in USD; null when no step has a cost. */
  totalCost: number | null;
  /** Last end minus first start; null while no step has ended. */
  latency: number | null;
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  /** Steps, without what was said of the trace itself. */
  observationCount: number;
  errorCount: number;
  warningCount: number;
  /** The logical root's id, when it is known. */
  rootObservationId: string | null;
}

const overOtlp = (row: TraceFoldRow) => row.via === 'otlp-http' || row.via === 'otlp-grpc';

/** What OpenTelemetry says of a root span holds for its trace too (contract §3.9, §3.11). */
const isTelemetry = (key: string) =>
  key.startsWith('attributes.') ||
  key.startsWith('resourceAttributes.') ||
  key.startsWith('scope.') ||
  key === 'attributes' ||
  key === 'resourceAttributes';

const saysSomethingOfTrace = (row: TraceFoldRow) =>
  row.trace_name !== '' ||
  row.user_id !== '' ||
  row.session_id !== '' ||
  row.trace_input !== '' ||
  row.trace_output !== '' ||
  row.tags.length > 0 ||
  row.public ||
  Object.keys(row.trace_metadata).length > 0;

/** The last non-empty text, rows being in order of time. */
function latest(rows: readonly TraceFoldRow[], read: (row: TraceFoldRow) => string): string | null {
  for (let i = rows.length - 1; i >= 0; i--) {
    const value = read(rows[i]!);
    if (value !== '') return value;
  }
  return null;
}

/**
 * Folds the rows of one trace into the trace (contract §3.10, §3.11, §9.7): the latest non-empty value wins, a child's own input and
 * output never become the trace's. Returns null for no rows. The order of `rows` does not matter.
 */
export function foldTrace(rows: readonly TraceFoldRow[]): FoldedTrace | null {
  if (rows.length === 0) return null;
  const ordered = [...rows].sort((a, b) => a.start_time - b.start_time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const said = ordered.filter((row) => row.type === 'TRACE');
  const steps = ordered.filter((row) => row.type !== 'TRACE');
  const parentless = steps.filter((row) => row.parent_id === '');
  const roots = parentless.length > 0 ? parentless : steps.filter((row) => row.is_app_root);
  const root = roots[roots.length - 1];
  const otlpRoots = roots.filter(overOtlp);

  const isRoot = new Set(roots);
  const speakers = ordered.filter(
    (row) => row.type === 'TRACE' || isRoot.has(row) || (overOtlp(row) && saysSomethingOfTrace(row)),
  );
  const otlp = ordered.filter(overOtlp);
  const ofTrace = (read: (row: TraceFoldRow) => string) => latest(speakers, read) ?? latest(otlp, read);

  const totals = sum(steps);
  const timed = said.find((row) => row.start_time > 0);
  return {
    id: ordered[0]!.trace_id,
    name:
      latest(ordered, (row) => row.trace_name || (row.type === 'TRACE' ? row.name : '')) ??
      latest(roots, (row) => row.name) ??
      (steps[0]?.name || null),
    timestamp: timed?.start_time ?? ordered[0]!.start_time,
    userId: latest(ordered, (row) => row.user_id),
    sessionId: latest(ordered, (row) => row.session_id),
    tags: [...new Set(settledOr(ordered, said, 'tags').flatMap((row) => row.tags))].sort(),
    metadata: foldMetadata(ordered, isRoot),
    version: ofTrace((row) => row.version),
    release: ofTrace((row) => row.release),
    environment: latest(ordered, (row) => (row.environment === 'default' ? '' : row.environment)) ?? 'default',
    public: settledOr(ordered, said, 'public').some((row) => row.public),
    bookmarked: ordered.some((row) => row.bookmarked),
    input:
      latest(said, (row) => row.trace_input || row.input) ??
      latest(ordered, (row) => row.trace_input) ??
      latest(otlpRoots, (row) => row.input),
    output:
      latest(said, (row) => row.trace_output || row.output) ??
      latest(ordered, (row) => row.trace_output) ??
      latest(otlpRoots, (row) => row.output),
    ...totals,
    rootObservationId: root?.id ?? null,
  };
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

function sum(steps: readonly TraceFoldRow[]) {
  let worst = 0;
  let totalCost: number | null = null;
  let end = 0;
  let ended = false;
  const counted = { inputTokens: 0, outputTokens: 0, totalTokens: 0, errorCount: 0, warningCount: 0 };
  for (const row of steps) {
    worst = Math.max(worst, LEVELS.indexOf(row.level));
    if (row.total_cost !== null) totalCost = (totalCost ?? 0) + row.total_cost;
    if (row.end_time !== null) ended = true;
    end = Math.max(end, row.end_time ?? row.start_time);
    counted.inputTokens += row.input_tokens;
    counted.outputTokens += row.output_tokens;
    counted.totalTokens += row.total_tokens;
    if (row.level === 'ERROR') counted.errorCount++;
    if (row.level === 'WARNING') counted.warningCount++;
  }
  return {
    ...counted,
    level: steps.length === 0 ? 'DEFAULT' : (LEVELS[worst] ?? 'DEFAULT'),
    totalCost,
    latency: ended ? (end - steps[0]!.start_time) / 1e6 : null,
    observationCount: steps.length,
  };
}
