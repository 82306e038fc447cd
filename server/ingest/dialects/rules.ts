import type { AttributeValue, DecodedSpan } from '../otlp/decoded.ts';
import { ag2Type, ag2Usage } from './ag2.ts';
import { flueIo, flueType } from './flue.ts';
import {
  genAiCost,
  genAiFlattenedIo,
  genAiMessagesIo,
  genAiOperationType,
  genAiRequestParameters,
  genAiToolName,
  genAiToolType,
  modelNamedType,
} from './gen-ai.ts';
import { genAiDetailsEventIo, genAiMessageEventsIo } from './gen-ai-events.ts';
import { genericUsage, type Usage } from './generic-usage.ts';
import { genkitIo, genkitModel, genkitModelParameters, genkitType, genkitUsage } from './genkit.ts';
import { googleAdkIo, googleAdkUsage } from './google-adk.ts';
import {
  langfuseCost,
  langfuseIo,
  langfuseModelParameters,
  langfusePrompt,
  langfuseType,
  langfuseUpgradedGeneration,
  langfuseUsage,
  type PromptLink,
} from './langfuse.ts';
import { langSmithType, langSmithUsage } from './langsmith.ts';
import { liveKitIo, liveKitType } from './livekit.ts';
import {
  logfireEventsIo,
  logfirePromptIo,
  plainInputOutputIo,
  pydanticAiModelParameters,
  pydanticAiRunIo,
  pydanticAiToolIo,
} from './logfire.ts';
import { mastraIo, mastraType } from './mastra.ts';
import { mlflowCost, mlflowIo, mlflowModel, mlflowType, mlflowUsage } from './mlflow.ts';
import {
  openInferenceCost,
  openInferenceMessagesIo,
  openInferenceModelParameters,
  openInferencePreparation,
  openInferenceType,
  openInferenceValueIo,
} from './openinference.ts';
import { plainCost, plainModel, plainModelParameters, plainType, plainUsage } from './plain.ts';
import { contentEventsIo } from './semantic-kernel.ts';
import { firstTruthy, type IoRule, type Rule, type TypeRule } from './span.ts';
import { traceloopIo, traceloopType } from './traceloop.ts';
import {
  vercelCallType,
  vercelIo,
  vercelModelParameters,
  vercelName,
  vercelPrompt,
  vercelToolType,
  vercelUsage,
} from './vercel-ai.ts';

/*
 * The whole mapping at a glance: for each field, the rules in the order in which they are asked. The first that answers wins.
 * Orders are those of contract §3.3 to §3.8; the plain taxonomy comes last everywhere.
 */

export const TYPE_RULES: readonly TypeRule[] = [
  langfuseUpgradedGeneration,
  langfuseType,
  openInferencePreparation,
  openInferenceType,
  genAiOperationType,
  langSmithType,
  mlflowType,
  mastraType,
  ag2Type,
  traceloopType,
  genkitType,
  vercelCallType,
  vercelToolType,
  genAiToolType,
  flueType,
  liveKitType,
  modelNamedType,
  plainType,
];

const text =
  (...keys: string[]): Rule<AttributeValue> =>
  (span: DecodedSpan) =>
    firstTruthy(span.attributes, keys);

export const NAME_RULES: readonly Rule<AttributeValue>[] = [
  genAiToolName,
  text('genkit:name', 'logfire.msg', 'ai.toolCall.name'),
  vercelName,
];

export const MODEL_RULES: readonly Rule<AttributeValue>[] = [
  text('langfuse.observation.model.name'),
  mlflowModel,
  text(
    'gen_ai.response.model',
    'ai.model.id',
    'gen_ai.request.model',
    'llm.response.model',
    'llm.model_name',
    'embedding.model_name',
    'model',
  ),
  genkitModel,
  plainModel,
];

/** The id of the provider's answer: which steps tell of one call is decided by it (contract/usage/repeats.ts). */
export const RESPONSE_ID_RULES: readonly Rule<AttributeValue>[] = [
  text('gen_ai.response.id', 'ai.response.id', 'llm.response.id'),
];

export const PROMPT_RULES: readonly Rule<PromptLink>[] = [langfusePrompt, vercelPrompt];

/** SDKs that tell all of input and output themselves: what they leave open is empty. */
export const WHOLE_IO_RULES: readonly IoRule[] = [langfuseIo, genkitIo, vercelIo, flueIo];

/** Contract §3.5, its twenty rules in their order. */
export const IO_RULES: readonly IoRule[] = [
  ...WHOLE_IO_RULES,
  mastraIo,
  genAiDetailsEventIo,
  genAiMessageEventsIo,
  contentEventsIo(() => IO_RULES),
  googleAdkIo,
  logfirePromptIo,
  liveKitIo,
  logfireEventsIo,
  mlflowIo,
  traceloopIo,
  openInferenceValueIo,
  plainInputOutputIo,
  pydanticAiRunIo,
  pydanticAiToolIo,
  genAiFlattenedIo,
  openInferenceMessagesIo,
  genAiMessagesIo,
];

/** The AI SDK's rule merges what Langfuse's attribute says over its own list, so it is asked before that attribute alone. */
export const MODEL_PARAMETER_RULES: readonly Rule<Record<string, unknown>>[] = [
  vercelModelParameters,
  langfuseModelParameters,
  genkitModelParameters,
  openInferenceModelParameters,
  pydanticAiModelParameters,
  genAiRequestParameters,
  plainModelParameters,
];

export const USAGE_RULES: readonly Rule<Usage>[] = [
  langfuseUsage,
  genkitUsage,
  vercelUsage,
  googleAdkUsage,
  mlflowUsage,
  langSmithUsage,
  ag2Usage,
  genericUsage,
  plainUsage,
];

export const COST_RULES: readonly Rule<Record<string, number>>[] = [
  langfuseCost,
  genAiCost,
  openInferenceCost,
  mlflowCost,
  plainCost,
];
