import { findColumn, type ListName } from '../../../contract/filter/columns.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { LEVELS } from '../../../contract/observation.ts';
import type { Micros, ObservationRow, ScoreRow } from '../../store/analytics/rows.ts';
import { foldTrace } from '../../store/analytics/traces/fold-trace.ts';
import type { Facts } from './random-facts.ts';

/** What a condition can look at: a row of a list in memory. */
interface Item {
  id: string;
  traceId: string;
  time: Micros;
  text: Record<string, string>;
  texts: Record<string, string[]>;
  number: Record<string, number | null>;
  boolean: Record<string, boolean>;
  times: Record<string, Micros | null>;
  metadata: Record<string, string>;
  scores: Record<string, ScoreRow[]>;
  /** Place in the trace from its start and from its end, from 1. */
  place?: [number, number];
}

const sumOf = (details: Record<string, number>, word: string) =>
  Object.entries(details).reduce((sum, [name, value]) => (name.includes(word) ? sum + value : sum), 0);
const total = (rows: readonly ObservationRow[], read: (row: ObservationRow) => number) =>
  rows.reduce((sum, row) => sum + read(row), 0);

function byTrace(facts: Facts): Map<string, ObservationRow[]> {
  return Map.groupBy(facts.observations, ({ trace_id }) => trace_id);
}

/** The traces as a list shows them, folded by the definition (fold-trace.ts). */
export function traceItems(facts: Facts): Item[] {
  return [...byTrace(facts)].map(([traceId, rows]) => {
    const fold = foldTrace(rows)!;
    const steps = rows.filter(({ type }) => type !== 'TRACE');
    const scores = facts.scores.filter(({ trace_id }) => trace_id === traceId);
    const ofLevel = (level: string) => steps.filter((row) => row.level === level).length;
    return {
      id: traceId,
      traceId,
      time: fold.timestamp,
      text: {
        id: traceId,
        name: fold.name ?? '',
        userId: fold.userId ?? '',
        sessionId: fold.sessionId ?? '',
        environment: fold.environment,
        version: fold.version ?? '',
        release: fold.release ?? '',
        level: fold.level,
        commentContent: '',
        evaluatorId: '',
        ruleId: '',
      },
      texts: {
        tags: fold.tags,
        model: [...new Set(steps.map(({ model }) => model).filter(Boolean))],
        datasetId: [...new Set(rows.map(({ experiment_dataset_id }) => experiment_dataset_id).filter(Boolean))].sort(),
      },
      number: {
        latency: fold.latency,
        totalCost: fold.totalCost ?? 0,
        inputCost: total(steps, (row) => sumOf(row.cost_details, 'input')),
        outputCost: total(steps, (row) => sumOf(row.cost_details, 'output')),
        inputTokens: fold.inputTokens,
        outputTokens: fold.outputTokens,
        totalTokens: fold.totalTokens,
        observationCount: steps.length,
        errorCount: ofLevel('ERROR'),
        warningCount: ofLevel('WARNING'),
        defaultCount: ofLevel('DEFAULT'),
        debugCount: ofLevel('DEBUG'),
        commentCount: 0,
      },
      boolean: { bookmarked: fold.bookmarked, public: fold.public },
      times: { timestamp: fold.timestamp },
      metadata: fold.metadata,
      scores: { scores: scores, score: scores },
    };
  });
}

/** The steps as a list shows them. */
export function observationItems(facts: Facts): Item[] {
  return [...byTrace(facts)].flatMap(([traceId, rows]) => {
    const fold = foldTrace(rows)!;
    const steps = rows
      .filter(({ type }) => type !== 'TRACE')
      .sort((a, b) => a.start_time - b.start_time || (a.id < b.id ? -1 : 1));
    return steps.map((row, i): Item => {
      const latency = row.end_time === null ? null : (row.end_time - row.start_time) / 1e6;
      const scores = facts.scores.filter(({ trace_id }) => trace_id === traceId);
      return {
        id: row.id,
        traceId,
        time: row.start_time,
        text: {
          id: row.id,
          name: row.name,
          type: row.type,
          traceId,
          parentObservationId: row.parent_id,
          traceName: row.trace_name || (fold.name ?? ''),
          userId: row.user_id || (fold.userId ?? ''),
          sessionId: row.session_id || (fold.sessionId ?? ''),
          environment: row.environment,
          traceEnvironment: fold.environment,
          level: row.level,
          statusMessage: row.status_message,
          model: row.model,
          modelId: row.price_model_id,
          input: row.input,
          output: row.output,
          version: row.version,
          release: row.release || (fold.release ?? ''),
          promptName: row.prompt_name,
          ingestionApiKey: row.api_key,
          ingestionSdkName: row.sdk_name,
          ingestionSdkVersion: row.sdk_version,
          ingestionSource: row.via,
          experimentDatasetId: row.experiment_dataset_id,
          experimentId: row.experiment_id,
          experimentName: row.experiment_name,
          commentContent: '',
          evaluatorId: '',
          ruleId: '',
        },
        texts: {
          tags: row.tags.length > 0 ? row.tags : fold.tags,
          toolNames: Object.keys(row.tool_definitions),
          calledToolNames: row.tool_call_names,
        },
        number: {
          timeToFirstToken: row.completion_start_time === null ? null : (row.completion_start_time - row.start_time) / 1e6,
          latency,
          tokensPerSecond: latency ? row.output_tokens / latency : null,
          inputCost: sumOf(row.cost_details, 'input'),
          outputCost: sumOf(row.cost_details, 'output'),
          totalCost: row.total_cost,
          inputTokens: row.input_tokens,
          outputTokens: row.output_tokens,
          totalTokens: row.total_tokens,
          promptVersion: row.prompt_version,
          toolDefinitions: Object.keys(row.tool_definitions).length,
          toolCalls: row.tool_calls.length,
          commentCount: 0,
        },
        boolean: {
          hasInput: row.input !== '',
          hasOutput: row.output !== '',
          isRootObservation: row.parent_id === '' || row.is_app_root,
          hasParentObservation: row.parent_id !== '',
          isExperimentItemRootSpan: row.experiment_item_root_observation_id === row.id,
        },
        times: { startTime: row.start_time, endTime: row.end_time },
        metadata: row.metadata,
        scores: {
          score: scores.filter(({ observation_id }) => observation_id === row.id),
          trace_score: scores.filter(({ observation_id }) => observation_id === ''),
        },
        place: [i + 1, steps.length - i],
      };
    });
  });
}

/** The scores as a list shows them. */
export function scoreItems(facts: Facts): Item[] {
  const traces = new Map(traceItems(facts).map((item) => [item.traceId, item]));
  return facts.scores.map((row): Item => {
    const trace = traces.get(row.trace_id);
    return {
      id: row.id,
      traceId: '',
      time: row.timestamp,
      text: {
        id: row.id,
        traceId: row.trace_id,
        sessionId: row.session_id,
        observationId: row.observation_id,
        traceName: trace?.text.name ?? '',
        environment: row.environment,
        source: row.source,
        dataType: row.data_type,
        name: row.name,
        stringValue: row.data_type === 'BOOLEAN' ? (row.value === 1 ? 'True' : 'False') : row.string_value,
        userId: trace?.text.userId ?? '',
        evaluatorId: row.metadata.evaluator_id ?? '',
        authorUserId: row.author_user_id,
        comment: row.comment,
      },
      texts: { tags: trace?.texts.tags ?? [] },
      number: { value: row.value },
      boolean: row.data_type === 'BOOLEAN' ? { booleanValue: row.value === 1 } : {},
      times: { timestamp: row.timestamp },
      metadata: row.metadata,
      scores: {},
    };
  });
}

const wordsIn = (text: string) => text.toLowerCase().split(/[^a-z0-9]+/);

function compareText(value: string, operator: string, wanted: string): boolean {
  const [lower, lowerWanted] = [value.toLowerCase(), wanted.toLowerCase()];
  switch (operator) {
    case '=':
      return value === wanted;
    case 'contains':
      return lower.includes(lowerWanted);
    case 'does not contain':
      return !lower.includes(lowerWanted);
    case 'starts with':
      return lower.startsWith(lowerWanted);
    case 'ends with':
      return lower.endsWith(lowerWanted);
    default:
      return lowerWanted.split(' ').every((word) => wordsIn(value).includes(word));
  }
}

function compareNumber(value: number | null, operator: string, wanted: number): boolean {
  if (value === null || Number.isNaN(value)) return false;
  const test = { '=': value === wanted, '>': value > wanted, '<': value < wanted, '>=': value >= wanted, '<=': value <= wanted };
  return test[operator as keyof typeof test];
}

/** Whether a row of a list fits a condition, by plain reading of the filter language. */
export function fits(list: ListName, item: Item, condition: FilterCondition): boolean {
  const id = findColumn(list, condition.column)!.id;
  const scores = () => item.scores[id.startsWith('trace_score') ? 'trace_score' : 'score']!;
  switch (condition.type) {
    case 'string': {
      if (id in item.text) return compareText(item.text[id]!, condition.operator, condition.value);
      const { operator, value } = condition;
      if (operator === 'does not contain') return !item.texts[id]!.some((each) => compareText(each, 'contains', value));
      return item.texts[id]!.some((each) => compareText(each, operator, value));
    }
    case 'stringOptions':
      if (id in item.text) return condition.value.includes(item.text[id]!) === (condition.operator === 'any of');
      if (id in item.texts)
        return item.texts[id]!.some((each) => condition.value.includes(each)) === (condition.operator === 'any of');
      return (
        scores().some((s) => s.data_type === 'CATEGORICAL' && condition.value.includes(`${s.name}:${s.string_value}`)) ===
        (condition.operator === 'any of')
      );
    case 'arrayOptions': {
      const has = (wanted: string) => item.texts[id]!.includes(wanted);
      if (condition.operator === 'all of') return condition.value.every(has);
      return condition.value.some(has) === (condition.operator === 'any of');
    }
    case 'number':
      return compareNumber(item.number[id]!, condition.operator, condition.value);
    case 'datetime': {
      const time = item.times[id];
      return time !== null && compareNumber(time!, condition.operator, Date.parse(condition.value) * 1000);
    }
    case 'boolean':
      // A score that is no yes or no is neither.
      return id in item.boolean && (item.boolean[id] === condition.value) === (condition.operator === '=');
    case 'stringObject':
      return compareText(item.metadata[condition.key] ?? '', condition.operator, condition.value);
    case 'numberObject': {
      if (id === 'metadata') {
        const text = item.metadata[condition.key] ?? '';
        return compareNumber(text === '' ? null : Number(text), condition.operator, condition.value);
      }
      const values = scores()
        .filter((s) => s.name === condition.key && ['NUMERIC', 'BOOLEAN'].includes(s.data_type))
        .map((s) => s.value!);
      if (values.length === 0) return false;
      return compareNumber(values.reduce((sum, value) => sum + value, 0) / values.length, condition.operator, condition.value);
    }
    case 'categoryOptions':
      return (
        scores().some(
          (s) => s.name === condition.key && s.data_type === 'CATEGORICAL' && condition.value.includes(s.string_value),
        ) ===
        (condition.operator === 'any of')
      );
    case 'booleanObject':
      return (
        scores().some((s) => s.name === condition.key && s.data_type === 'BOOLEAN' && s.value === (condition.value ? 1 : 0)) ===
        (condition.operator === '=')
      );
    case 'null': {
      const none =
        id in item.text
          ? item.text[id] === ''
          : id in item.texts
            ? item.texts[id]!.length === 0
            : (item.number[id] ?? item.times[id] ?? null) === null;
      return none === (condition.operator === 'is null');
    }
    case 'positionInTrace': {
      if (condition.key === 'root') return item.boolean.isRootObservation!;
      const [fromStart, fromEnd] = item.place!;
      if (condition.key === 'first') return fromStart === 1;
      if (condition.key === 'last') return fromEnd === 1;
      return (condition.key === 'nthFromStart' ? fromStart : fromEnd) === condition.value;
    }
  }
}

/** Newest first, as lists are ordered. */
export const newestFirst = (a: Item, b: Item): number => b.time - a.time || compare(b.traceId, a.traceId) || compare(b.id, a.id);

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const levelNumber = (level: string): number => (LEVELS as readonly string[]).indexOf(level);
export type { Item };
