import type { ObservationType } from '../../../contract/observation.ts';
import type { AttributeValue, DecodedSpan } from '../otlp/decoded.ts';
import { genericUsage, type Usage } from './generic-usage.ts';
import { hit, type InputOutput, type IoSource, parseObject, toNumber, unquoted, usageSpan } from './span.ts';

/* MLflow's tracing. It writes every attribute as JSON text, texts in quotes. */

const TYPES: ReadonlyMap<string, ObservationType> = new Map([
  ['LLM', 'GENERATION'],
  ['CHAT_MODEL', 'GENERATION'],
  ['CHAIN', 'CHAIN'],
  ['WORKFLOW', 'CHAIN'],
  ['TASK', 'CHAIN'],
  ['AGENT', 'AGENT'],
  ['TOOL', 'TOOL'],
  ['RETRIEVER', 'RETRIEVER'],
  ['EMBEDDING', 'EMBEDDING'],
  ['GUARDRAIL', 'GUARDRAIL'],
  ['EVALUATOR', 'EVALUATOR'],
  ['UNKNOWN', 'SPAN'],
  ['PARSER', 'SPAN'],
  ['RERANKER', 'SPAN'],
  ['MEMORY', 'SPAN'],
] as const);

export function mlflowType({ attributes }: DecodedSpan): ObservationType | undefined {
  const told = attributes.get('mlflow.spanType');
  return typeof told === 'string' ? TYPES.get(unquoted(told)) : undefined;
}

/** Contract §3.5, rule 12. */
export const mlflowIo = ({ attributes }: IoSource): InputOutput | undefined =>
  hit(attributes.get('mlflow.spanInputs'), attributes.get('mlflow.spanOutputs'));

/** The model that answered. */
export const mlflowModel = ({ attributes }: DecodedSpan): AttributeValue | undefined => attributes.get('mlflow.llm.model');

/** What the provider counted, in one object whatever the provider. */
export function mlflowUsage(span: DecodedSpan): Usage | undefined {
  const told = parseObject(span.attributes.get('mlflow.chat.tokenUsage'));
  return told && genericUsage(usageSpan(span, told));
}

/** What MLflow computed with its own prices. */
export function mlflowCost({ attributes }: DecodedSpan): Record<string, number> | undefined {
  const told = parseObject(attributes.get('mlflow.llm.cost'));
  const total = toNumber(told?.total_cost);
  return total === undefined || total <= 0 ? undefined : { total };
}
