/**
 * The fold of a trace's rows (fold-trace.ts, contract §3.10) as aggregate expressions over `observations … GROUP BY trace_id`, so that
 * lists can filter and sort by it. fold-trace.ts is the definition; a test compares the two on random traces.
 */

/** Rows that are steps, as opposed to what was said of the trace itself. */
export const IS_STEP = "type != 'TRACE'";
const IS_TRACE = "type = 'TRACE'";
const OVER_OTLP = "via IN ('otlp-http', 'otlp-grpc')";
const PARENTLESS = `${IS_STEP} AND parent_id = ''`;
const APP_ROOT = `${IS_STEP} AND is_app_root`;
const SAYS_SOMETHING_OF_TRACE =
  "(trace_name != '' OR user_id != '' OR session_id != '' OR trace_input != '' OR trace_output != '' OR notEmpty(tags) OR public OR notEmpty(trace_metadata))";

/** Order of time within a trace. */
const AT = '(start_time, id)';

const HAS_PARENTLESS = `(countIf(${PARENTLESS}) > 0)`;

/** The latest non-empty text of the rows that hold `condition`. */
const latest = (value: string, condition?: string) =>
  `argMaxIf(${value}, ${AT}, ${condition ? `${condition} AND ` : ''}${value} != '')`;

/** The latest non-empty text of the logical roots: steps without a parent, or else those marked as root. */
const latestOfRoots = (value: string, condition?: string) => {
  const more = condition ? ` AND ${condition}` : '';
  return `if(${HAS_PARENTLESS}, ${latest(value, PARENTLESS + more)}, ${latest(value, APP_ROOT + more)})`;
};

/** The first text that is not empty. */
const firstOf = (...values: string[]) => {
  const last = values[values.length - 1]!;
  const tests = values.slice(0, -1).map((value) => `${value} != '', ${value}`);
  return `multiIf(${tests.join(', ')}, ${last})`;
};

/** Values of version and release: those who speak for the trace first, any OpenTelemetry span second. */
const ofTrace = (value: string) => {
  const speaks = (root: string) => `(${IS_TRACE} OR (${root}) OR (${OVER_OTLP} AND ${SAYS_SOMETHING_OF_TRACE}))`;
  const speakers = `if(${HAS_PARENTLESS}, ${latest(value, speaks(PARENTLESS))}, ${latest(value, speaks(APP_ROOT))})`;
  return firstOf(speakers, latest(value, OVER_OTLP));
};

const saidText = (ofTraceColumn: string, ownColumn: string) => `if(${ofTraceColumn} != '', ${ofTraceColumn}, ${ownColumn})`;

const textOfTrace = (ofTraceColumn: string, ownColumn: string) =>
  firstOf(latest(saidText(ofTraceColumn, ownColumn), IS_TRACE), latest(ofTraceColumn), latestOfRoots(ownColumn, OVER_OTLP));

const sumOf = (map: string, part: string) =>
  `sumIf(arraySum(mapValues(mapFilter((k, v) -> position(k, '${part}') > 0, ${map}))), ${IS_STEP})`;

const countOf = (level: string) => `countIf(${IS_STEP} AND level = '${level}')`;

/** Number of the worst level: index into LEVELS. */
const LEVEL_NUMBER = "multiIf(level = 'ERROR', 3, level = 'WARNING', 2, level = 'DEFAULT', 1, 0)";

/** Rows in which a person settled the field. */
const settled = (field: 'tags' | 'public') => `countIf(has(edited, '${field}'))`;

/** Aggregate expressions by what they give. Texts are empty and numbers null where nobody said anything. */
export const TRACE_FOLD = {
  name: firstOf(
    latest("if(trace_name != '' OR type != 'TRACE', trace_name, name)"),
    latestOfRoots('name'),
    `argMinIf(name, ${AT}, ${IS_STEP})`,
  ),
  timestamp: `if(countIf(${IS_TRACE} AND toUnixTimestamp64Micro(start_time) > 0) > 0, minIf(start_time, ${IS_TRACE} AND toUnixTimestamp64Micro(start_time) > 0), min(start_time))`,
  userId: latest('user_id'),
  sessionId: latest('session_id'),
  environment: `if(countIf(environment NOT IN ('', 'default')) = 0, 'default', argMaxIf(environment, ${AT}, environment NOT IN ('', 'default')))`,
  version: ofTrace('version'),
  release: ofTrace('release'),
  tags: `if(${settled('tags')} > 0, arraySort(groupUniqArrayArrayIf(tags, has(edited, 'tags'))), arraySort(groupUniqArrayArray(tags)))`,
  public: `if(${settled('public')} > 0, maxIf(public, has(edited, 'public')), max(public))`,
  bookmarked: 'max(bookmarked)',
  input: textOfTrace('trace_input', 'input'),
  output: textOfTrace('trace_output', 'output'),
  level: `if(countIf(${IS_STEP}) = 0, 'DEFAULT', ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR'][maxIf(${LEVEL_NUMBER}, ${IS_STEP}) + 1])`,
  models: `arraySort(groupUniqArrayIf(model, ${IS_STEP} AND model != ''))`,
  latency: `if(countIf(${IS_STEP} AND end_time IS NOT NULL) = 0, NULL, (maxIf(toUnixTimestamp64Micro(ifNull(end_time, start_time)), ${IS_STEP}) - minIf(toUnixTimestamp64Micro(start_time), ${IS_STEP})) / 1e6)`,
  totalCost: `sumIf(total_cost, ${IS_STEP})`,
  inputCost: sumOf('cost_details', 'input'),
  outputCost: sumOf('cost_details', 'output'),
  inputTokens: `sumIf(input_tokens, ${IS_STEP})`,
  outputTokens: `sumIf(output_tokens, ${IS_STEP})`,
  totalTokens: `sumIf(total_tokens, ${IS_STEP})`,
  observationCount: `countIf(${IS_STEP})`,
  errorCount: countOf('ERROR'),
  warningCount: countOf('WARNING'),
  defaultCount: countOf('DEFAULT'),
  debugCount: countOf('DEBUG'),
  datasetIds: "groupUniqArrayIf(experiment_dataset_id, experiment_dataset_id != '')",
  updatedAt: 'toUnixTimestamp64Micro(max(updated_at))',
  createdAt: 'toUnixTimestamp64Micro(min(created_at))',
} as const;

export type TraceFact = keyof typeof TRACE_FOLD;

/** Keys of a root span's own metadata that hold for its trace too: what OpenTelemetry says of the span. */
export const isTelemetryKey = (key: string): boolean =>
  /^(attributes|resourceAttributes|scope)(\.|$)/.test(key) && key !== 'scope';

/** The value of one metadata key of a trace, as text; empty when there is none. `key` is a bound parameter. */
export function traceMetadataValue(key: string, telemetry: boolean): string {
  const value = (ownCounts: string) => {
    const here = `(mapContains(trace_metadata, ${key}) OR ((${ownCounts}) AND mapContains(metadata, ${key})))`;
    return `argMaxIf(if(mapContains(trace_metadata, ${key}), trace_metadata[${key}], metadata[${key}]), ${AT}, ${here})`;
  };
  if (!telemetry) return value(IS_TRACE);
  const ownCounts = (root: string) => `${IS_TRACE} OR (${OVER_OTLP} AND ${root})`;
  return `if(${HAS_PARENTLESS}, ${value(ownCounts(PARENTLESS))}, ${value(ownCounts(APP_ROOT))})`;
}

/**
 * Distinct contributions to the metadata of the traces in `rows` (a `FROM … WHERE …`), oldest first: one row
 * {trace_id, kind, map} each. `said` and `trace` count whole; of a span's own metadata (`root`, `appRoot`) only telemetry keys;
 * `parentless` only tells that there is such a step. A contribution that comes again counts at its last time, which gives the same
 * merge and keeps metadata that is propagated to every span small.
 */
export const metadataContributions = (rows: string): string => `
SELECT trace_id, kind, map FROM (
  SELECT trace_id, tupleElement(said, 1) AS kind, if(kind = 'parentless', mapFilter((k, v) -> false, tupleElement(said, 2)), tupleElement(said, 2)) AS map,
    max(${AT}) AS last
  FROM (
    SELECT trace_id, start_time, id, arrayJoin([
      (multiIf(${IS_TRACE}, 'said', ${PARENTLESS}, if(${OVER_OTLP}, 'root', 'parentless'), ${APP_ROOT} AND ${OVER_OTLP}, 'appRoot', ''), metadata),
      (if(notEmpty(trace_metadata), 'trace', ''), trace_metadata)]) AS said
    ${rows}
  )
  WHERE kind != ''
  GROUP BY trace_id, kind, map
)
ORDER BY last, kind = 'trace'`;
