import { TRACE } from '../trace-summary.ts';
import type { MetricField, MetricFields } from './field.ts';
import { COUNT, inVersion2, joinedText, joinedTexts, milliseconds, monthOf, ownNumber, ownText } from './field.ts';

const LATENCY = milliseconds('start_time', 'end_time');
const STREAMING = milliseconds('completion_start_time', 'end_time');
const TO_FIRST_TOKEN = milliseconds('start_time', 'completion_start_time');

const costOf = (part: string) => `arraySum(mapValues(mapFilter((k, v) -> position(k, '${part}') > 0, cost_details)))`;

/** What a step says again of another one does not count: bit 0 of its mark is its tokens, bit 1 its cost. Sums have columns of their own. */
const counted = (bit: 1 | 2, value: string, sum: string): MetricField => ({
  ...ownNumber(`if(bitAnd(repeats, ${bit}) = 0, ${value}, NULL)`),
  sum: { kind: 'number', own: sum },
});

const list = (own: string): MetricField => ({ kind: 'texts', own: `CAST(${own}, 'Array(String)')`, explode: 'elements' });

/** Types with their numbers; `total` is the others' sum, so it only counts where there is no other. */
const typesOf = (map: string, bit: 1 | 2): MetricField => {
  const counted = `mapFilter((k, v) -> bitAnd(repeats, ${bit}) = 0 AND (k != 'total' OR length(mapKeys(${map})) = 1), ${map})`;
  return {
    kind: 'text',
    own: `arrayMap((k, v) -> (toString(k), toNullable(toFloat64(v))), mapKeys(${counted}), mapValues(${counted}))`,
    explode: 'pairs',
    version: 2,
  };
};

const userId = joinedText('trace', TRACE.userId, 'user_id');
const sessionId = joinedText('trace', TRACE.sessionId, 'session_id');

/** Dimensions of the view `observations` (contract §5.7). */
export const observationViewDimensions: MetricFields = {
  id: ownText('id'),
  traceId: ownText('trace_id'),
  traceName: joinedText('trace', TRACE.name, 'trace_name'),
  environment: ownText('environment'),
  parentObservationId: ownText('parent_id'),
  type: ownText('type'),
  name: ownText('name'),
  level: { ...ownText('level'), listed: true },
  version: ownText('version'),
  tags: joinedTexts('trace', TRACE.tags, 'arraySort(tags)'),
  providedModelName: ownText('model'),
  promptName: ownText('prompt_name'),
  promptVersion: ownNumber('prompt_version'),
  userId,
  sessionId,
  traceRelease: joinedText('trace', TRACE.release),
  traceVersion: joinedText('trace', TRACE.version),
  startTimeMonth: monthOf('start_time'),
  toolNames: list('mapKeys(tool_definitions)'),
  calledToolNames: list('arrayDistinct(tool_call_names)'),
  isRootObservation: { kind: 'boolean', own: "(parent_id = '' OR is_app_root)", version: 2 },
  release: inVersion2(joinedText('trace', TRACE.release, 'release')),
  costType: typesOf('cost_details', 2),
  usageType: typesOf('usage_details', 1),
  experimentName: inVersion2(ownText('experiment_name')),
  experimentDatasetId: inVersion2(ownText('experiment_dataset_id')),
  experimentId: inVersion2(ownText('experiment_id')),
};

/** Measures of the view `observations`; times in milliseconds, cost in USD, speeds in tokens a second. */
export const observationViewMeasures: MetricFields = {
  count: COUNT,
  latency: ownNumber(LATENCY),
  streamingLatency: ownNumber(STREAMING),
  timeToFirstToken: ownNumber(TO_FIRST_TOKEN),
  inputTokens: counted(1, 'input_tokens', 'counted_input_tokens'),
  outputTokens: counted(1, 'output_tokens', 'counted_output_tokens'),
  totalTokens: counted(1, 'total_tokens', 'counted_total_tokens'),
  // The output is streamed after the first token; all tokens take the whole time.
  outputTokensPerSecond: ownNumber(`output_tokens / nullIf(${STREAMING} / 1e3, 0)`),
  tokensPerSecond: ownNumber(`total_tokens / nullIf(${LATENCY} / 1e3, 0)`),
  inputCost: counted(2, costOf('input'), 'counted_input_cost'),
  outputCost: counted(2, costOf('output'), 'counted_output_cost'),
  totalCost: counted(2, 'total_cost', 'counted_cost'),
  countScores: { kind: 'number', joined: { to: 'scores', value: 'toFloat64(count())' } },
  toolDefinitions: ownNumber('length(mapKeys(tool_definitions))'),
  toolCalls: ownNumber('length(tool_calls)'),
  traceId: inVersion2(ownText('trace_id')),
  uniqueUserIds: inVersion2(userId),
  uniqueSessionIds: inVersion2(sessionId),
  costByType: { kind: 'number', pairOf: 'costType', version: 2 },
  usageByType: { kind: 'number', pairOf: 'usageType', version: 2 },
};
