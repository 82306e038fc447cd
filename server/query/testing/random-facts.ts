import { OBSERVATION_TYPES } from '../../../contract/observation.ts';
import { emptyObservation, type Micros, type ObservationRow, type ScoreRow } from '../../store/analytics/rows.ts';

/** Repeatable pseudo-random numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const SECOND: Micros = 1e6;
export const MINUTE: Micros = 60 * SECOND;
export const DAY: Micros = 24 * 60 * MINUTE;
/** Start of the time in which random traces lie. */
export const ORIGIN: Micros = Date.parse('2026-03-01T00:00:00Z') * 1000;
export const DAYS = 4;

const WORDS = ['refund', 'Order', 'late', 'the', 'shipping', 'KEY', 'blue', '42'];

export interface Facts {
  observations: ObservationRow[];
  scores: ScoreRow[];
}

/** Traces of every shape that comes in: with and without a TRACE row, root, user, tags, end, cost; times collide on purpose. */
export function randomFacts(projectId: string, traces: number, seed: number): Facts {
  const random = randomFrom(seed);
  const chance = (p: number) => random() < p;
  const int = (n: number) => Math.floor(random() * n);
  const pick = <T>(values: readonly T[]): T => values[int(values.length)]!;
  const some = (values: readonly string[], p: number) => values.filter(() => chance(p));
  const text = () => Array.from({ length: 1 + int(4) }, () => pick(WORDS)).join(' ');
  const observations: ObservationRow[] = [];
  const scores: ScoreRow[] = [];

  for (let t = 0; t < traces; t++) {
    const traceId = `trace-${t}`;
    const start = ORIGIN + int((DAYS * DAY) / (20 * MINUTE)) * 20 * MINUTE;
    const via = pick(['otlp-http', 'otlp-grpc', 'langfuse-batch'] as const);
    const environment = pick(['default', 'default', 'production', 'staging']);
    const saysTrace = (row: ObservationRow) => {
      if (chance(0.5)) row.user_id = `user-${int(6)}`;
      if (chance(0.4)) row.session_id = `session-${int(20)}`;
      if (chance(0.3)) row.trace_name = pick(['Chat', 'rag answer', 'Agent run']);
      if (chance(0.4)) row.tags = some(['a', 'b', 'c d', 'ü'], 0.4);
      if (chance(0.1)) row.public = true;
      if (chance(0.3)) row.trace_metadata = { tier: pick(['gold', 'free']), 'nested.key': String(int(9)) };
      if (chance(0.2)) row.release = `r${int(3)}`;
      if (chance(0.2)) row.trace_input = text();
      if (chance(0.2)) row.trace_output = text();
    };
    const steps = chance(0.06) ? 0 : 1 + int(6);
    if (steps === 0 || chance(0.4)) {
      const row = emptyObservation(projectId, traceId, traceId);
      Object.assign(row, { type: 'TRACE', via: 'langfuse-batch', start_time: start + (int(20) - 10) * MINUTE, environment });
      saysTrace(row);
      row.name = chance(0.6) ? 'named trace' : '';
      if (chance(0.3)) row.version = `v${int(3)}`;
      if (chance(0.3)) row.metadata = { tier: 'silver', plan: pick(['x', 'y']) };
      if (chance(0.3)) row.input = text();
      if (chance(0.2)) row.bookmarked = true;
      if (chance(0.3)) row.edited = some(['tags', 'public'], 0.6);
      observations.push(row);
    }
    const orphaned = chance(0.1);
    for (let s = 0; s < steps; s++) {
      const row = emptyObservation(projectId, traceId, `step-${t}-${s}`);
      const begin = start + int(5) * 10 * MINUTE + (chance(0.3) ? int(1e6) : 0);
      const end = chance(0.85) ? begin + int(900) * SECOND : null;
      const generation = chance(0.5);
      Object.assign(row, {
        via,
        environment,
        parent_id: s === 0 && !orphaned ? '' : s === 0 ? 'never-came' : `step-${t}-${int(s)}`,
        is_app_root: chance(0.1),
        type: generation ? 'GENERATION' : pick(OBSERVATION_TYPES),
        name: chance(0.9) ? pick(['llm.call', 'tool.call', 'Retrieve Docs', 'plan']) : '',
        start_time: begin,
        end_time: end,
        completion_start_time: generation && end !== null && chance(0.5) ? begin + Math.floor((end - begin) / 2) : null,
        level: pick(['DEFAULT', 'DEFAULT', 'DEFAULT', 'DEBUG', 'WARNING', 'ERROR'] as const),
        status_message: chance(0.2) ? text() : '',
        version: chance(0.3) ? `v${int(3)}` : '',
        model: generation ? pick(['gpt-4o', 'claude-sonnet-4', 'Gemini 2']) : '',
        price_model_id: generation && chance(0.7) ? `model-${int(3)}` : '',
        prompt_name: generation && chance(0.4) ? pick(['greet', 'sum up']) : '',
        input: chance(0.8) ? text() : '',
        output: chance(0.7) ? text() : '',
        metadata: chance(0.5) ? { region: pick(['eu', 'us']), 'attributes.http.code': String(200 + int(3)) } : {},
        tool_definitions: chance(0.2) ? { search: '{}', ...(chance(0.5) && { mail: '{}' }) } : {},
        tool_calls: [],
        api_key: pick(['pk-1', 'pk-2']),
        sdk_name: pick(['python', 'js', '']),
        sdk_version: pick(['4-beta', '']),
        experiment_id: chance(0.1) ? 'exp-1' : '',
        experiment_name: chance(0.1) ? 'First try' : '',
        experiment_dataset_id: chance(0.1) ? `ds-${int(2)}` : '',
        row_version: 1,
      } satisfies Partial<ObservationRow>);
      if (chance(0.3)) saysTrace(row);
      if (row.prompt_name) row.prompt_version = 1 + int(3);
      if (chance(0.2)) {
        row.tool_call_names = ['search', 'search'].slice(int(2));
        row.tool_calls = row.tool_call_names.map((name, index) =>
          JSON.stringify({ id: `c${index}`, name, arguments: '{"q":1}', type: 'function', index }),
        );
      }
      if (chance(0.2)) row.experiment_item_root_observation_id = chance(0.5) ? row.id : 'other';
      if (generation && chance(0.8)) {
        // Powers of two, so that sums do not depend on their order.
        row.cost_details = { input: int(64) / 1024, output: int(64) / 256, input_cached_tokens: int(2) / 2048 };
        row.total_cost = Object.values(row.cost_details).reduce((sum, value) => sum + value, 0);
        row.input_tokens = int(1000);
        row.output_tokens = int(500);
        row.total_tokens = row.input_tokens + row.output_tokens;
        row.usage_details = { input: row.input_tokens, output: row.output_tokens, total: row.total_tokens };
      }
      observations.push(row);
      if (chance(0.25)) scores.push(...scoresOn(traceId, row.id, row.start_time));
    }
    if (chance(0.5)) scores.push(...scoresOn(traceId, '', start));
  }
  return { observations, scores };

  function scoresOn(traceId: string, observationId: string, timestamp: Micros): ScoreRow[] {
    const base: ScoreRow = {
      project_id: projectId,
      id: '',
      timestamp,
      name: '',
      data_type: 'NUMERIC',
      source: pick(['API', 'EVAL', 'ANNOTATION'] as const),
      value: 0,
      string_value: '',
      comment: '',
      metadata: chance(0.3) ? { judge: pick(['m1', 'm2']) } : {},
      trace_id: traceId,
      observation_id: observationId,
      session_id: '',
      dataset_run_id: '',
      execution_trace_id: '',
      config_id: '',
      queue_id: '',
      author_user_id: '',
      environment: pick(['default', 'production']),
      via: 'api',
      api_key: 'pk-1',
      created_at: timestamp,
      updated_at: timestamp,
      row_version: 1,
      is_deleted: 0,
    };
    const id = (name: string, i = 0) => `score-${traceId}-${observationId}-${name}-${i}`;
    const made: ScoreRow[] = [];
    if (chance(0.6)) {
      for (let i = 0; i <= int(2); i++) made.push({ ...base, id: id('quality', i), name: 'quality', value: int(9) / 8 });
    }
    if (chance(0.5))
      made.push({
        ...base,
        id: id('tone'),
        name: 'tone',
        data_type: 'CATEGORICAL',
        string_value: pick(['good', 'bad', 'odd one']),
      });
    if (chance(0.5)) made.push({ ...base, id: id('correct'), name: 'correct', data_type: 'BOOLEAN', value: int(2) });
    return made;
  }
}
