import type { Aggregation, MetricView } from '../../../contract/metrics.ts';
import { observationItems, traceItems } from './oracle.ts';
import { randomFacts } from './random-facts.ts';

/** Scores of other types, and of a trace that never came, join those of random traces. */
export const facts = randomFacts('p', 80, 11);
const first = facts.scores[0]!;
facts.scores.push(
  { ...first, id: 'correction', data_type: 'CORRECTION', value: 0, string_value: 'better' },
  { ...first, id: 'lost', trace_id: 'never-came', observation_id: 'neither', session_id: 'own session', value: 0.25 },
  { ...first, id: 'of-session', trace_id: '', observation_id: '', session_id: 'session-1', value: 2 },
);
for (const row of facts.observations) {
  if (row.model) row.usage_details = { ...row.usage_details, input_cached_tokens: 3 };
}

/** A row of a view as the rows in memory tell it; texts are empty and numbers null where nothing is known. */
export interface Entity {
  at: number;
  dimensions: Record<string, string | number | boolean | string[]>;
  measures: Record<string, string | number | null>;
}

const month = (at: number) => new Date(at / 1000).toISOString().slice(0, 7);
const realScores = facts.scores.filter(({ data_type }) => data_type !== 'CORRECTION');
/** Traces by id, folded by the definition (fold-trace.ts). */
export const folds = new Map(traceItems(facts).map((item) => [item.traceId, item]));
/** Steps by trace and id. */
export const stepRows = new Map(facts.observations.map((row) => [`${row.trace_id} ${row.id}`, row]));

export const traces: Entity[] = traceItems(facts).map((item) => ({
  at: item.time,
  dimensions: { ...item.text, tags: [...item.texts.tags!].sort(), timestampMonth: month(item.time) },
  measures: {
    count: 1,
    observationsCount: item.number.observationCount!,
    scoresCount: realScores.filter(({ trace_id }) => trace_id === item.traceId).length,
    uniqueUserIds: item.text.userId!,
    uniqueSessionIds: item.text.sessionId!,
    latency: item.number.latency == null ? null : item.number.latency * 1000,
    totalTokens: item.number.totalTokens!,
    totalCost: item.number.totalCost!,
  },
}));

export const steps: Entity[] = observationItems(facts).map((item) => {
  const row = stepRows.get(`${item.traceId} ${item.id}`)!;
  const fold = folds.get(item.traceId)!;
  const ms = (from: number | null, to: number | null) => (from === null || to === null ? null : (to - from) / 1000);
  const streaming = ms(row.completion_start_time, row.end_time);
  const latency = ms(row.start_time, row.end_time);
  return {
    at: item.time,
    dimensions: {
      ...item.text,
      tags: [...item.texts.tags!].sort(),
      providedModelName: row.model,
      promptVersion: row.prompt_version ?? '',
      traceRelease: fold.text.release!,
      traceVersion: fold.text.version!,
      startTimeMonth: month(item.time),
      isRootObservation: item.boolean.isRootObservation!,
    },
    measures: {
      count: 1,
      latency,
      streamingLatency: streaming,
      timeToFirstToken: ms(row.start_time, row.completion_start_time),
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      totalTokens: row.total_tokens,
      outputTokensPerSecond: streaming ? row.output_tokens / (streaming / 1000) : null,
      tokensPerSecond: latency ? row.total_tokens / (latency / 1000) : null,
      inputCost: item.number.inputCost!,
      outputCost: item.number.outputCost!,
      totalCost: row.total_cost,
      countScores: realScores.filter((score) => score.trace_id === item.traceId && score.observation_id === item.id).length,
      toolDefinitions: Object.keys(row.tool_definitions).length,
      toolCalls: row.tool_calls.length,
      traceId: item.traceId,
      uniqueUserIds: item.text.userId!,
      uniqueSessionIds: item.text.sessionId!,
    },
  };
});

const scoresOf = (...types: string[]): Entity[] =>
  facts.scores
    .filter(({ data_type }) => types.includes(data_type))
    .map((score) => {
      const fold = folds.get(score.trace_id);
      const step = stepRows.get(`${score.trace_id} ${score.observation_id}`);
      const experiments = facts.observations.filter(({ trace_id }) => trace_id === score.trace_id);
      const last = (values: string[]) => values.sort().at(-1) ?? '';
      return {
        at: score.timestamp,
        dimensions: {
          id: score.id,
          environment: score.environment,
          name: score.name,
          source: score.source,
          dataType: score.data_type,
          traceId: score.trace_id,
          configId: score.config_id,
          timestampMonth: month(score.timestamp),
          timestampDay: new Date(score.timestamp / 1000).toISOString().slice(0, 10),
          observationId: score.observation_id,
          traceName: fold?.text.name ?? '',
          tags: [...(fold?.texts.tags ?? [])].sort(),
          userId: fold?.text.userId ?? '',
          sessionId: score.session_id || (fold?.text.sessionId ?? ''),
          traceRelease: fold?.text.release ?? '',
          traceVersion: fold?.text.version ?? '',
          observationName: step?.name ?? '',
          observationModelName: step?.model ?? '',
          observationPromptName: step?.prompt_name ?? '',
          observationPromptVersion: step?.prompt_version ?? '',
          datasetRunId: '',
          evaluatorId: '',
          experimentId: last(experiments.map(({ experiment_id }) => experiment_id)),
          experimentName: last(experiments.map(({ experiment_name }) => experiment_name)),
          value: score.value ?? '',
          stringValue: score.string_value,
          booleanValue: score.value === 1,
        },
        measures: { count: 1, value: score.value },
      };
    });

/** What is true: every view computed from the rows in memory. */
export const TRUTH: Record<MetricView, Entity[]> = {
  traces,
  observations: steps,
  'scores-numeric': scoresOf('NUMERIC', 'BOOLEAN'),
  'scores-categorical': scoresOf('CATEGORICAL'),
  'scores-boolean': scoresOf('BOOLEAN'),
};

const LEVELS: Partial<Record<Aggregation, number>> = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 };

/** An aggregation by plain reading: unknown values left out, percentiles between the two nearest values. */
export function aggregate(aggregation: Aggregation, all: (string | number | null)[]): number | null {
  const said = all.filter((value) => value !== null && value !== '');
  if (aggregation === 'count') return said.length;
  if (aggregation === 'uniq') return new Set(said).size;
  const numbers = said.map(Number).sort((a, b) => a - b);
  const sum = numbers.reduce((total, value) => total + value, 0);
  if (aggregation === 'sum') return sum;
  if (numbers.length === 0) return null;
  if (aggregation === 'avg') return sum / numbers.length;
  if (aggregation === 'min') return numbers[0]!;
  if (aggregation === 'max') return numbers.at(-1)!;
  const place = LEVELS[aggregation]! * (numbers.length - 1);
  const below = numbers[Math.floor(place)]!;
  return below + (numbers[Math.ceil(place)]! - below) * (place - Math.floor(place));
}

export const OF_NUMBERS: Aggregation[] = ['sum', 'avg', 'count', 'max', 'min', 'p50', 'p75', 'p90', 'p95', 'p99', 'uniq'];
/** Nine digits: sums depend on their order. */
export const close6 = (value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value);
