import type { Level, ObservationType } from '../../../contract/observation.ts';
import { readUsage } from '../../../contract/usage/read-usage.ts';
import type { AttributeValue, DecodedSpan } from '../otlp/decoded.ts';
import type { Usage } from './generic-usage.ts';
import { type InputOutput, type IoSource, parseJson, parseObject, toNumber } from './span.ts';

/* The attributes of Langfuse's own SDKs (contract §3.12), every generation of them. */

const TYPES: ReadonlyMap<unknown, ObservationType> = new Map([
  ['span', 'SPAN'],
  ['generation', 'GENERATION'],
  ['event', 'EVENT'],
  ['embedding', 'EMBEDDING'],
  ['agent', 'AGENT'],
  ['tool', 'TOOL'],
  ['chain', 'CHAIN'],
  ['retriever', 'RETRIEVER'],
  ['guardrail', 'GUARDRAIL'],
  ['evaluator', 'EVALUATOR'],
] as const);

export const langfuseType = (span: DecodedSpan): ObservationType | undefined =>
  TYPES.get(span.attributes.get('langfuse.observation.type'));

const ONLY_ON_GENERATIONS = [
  'model.name',
  'cost_details',
  'usage_details',
  'completion_start_time',
  'model.parameters',
  'prompt.name',
  'prompt.version',
].map((name) => `langfuse.observation.${name}`);

/** Python SDKs up to 3.3 called a span what they later updated with a generation's fields (contract §3.3, row 0). */
export function langfuseUpgradedGeneration(span: DecodedSpan): ObservationType | undefined {
  if (span.scope.name !== 'langfuse-sdk' || span.attributes.get('langfuse.observation.type') !== 'span') return undefined;
  if (span.resource.attributes.get('telemetry.sdk.language') !== 'python' || !upTo33(span.scope.version)) return undefined;
  return ONLY_ON_GENERATIONS.some((key) => span.attributes.has(key)) ? 'GENERATION' : undefined;
}

function upTo33(version: string): boolean {
  if (version === '') return true;
  const [major = Number.NaN, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major < 3 || (major === 3 && minor <= 3);
}

/** Contract §3.5, rule 1. */
export function langfuseIo({ attributes }: IoSource): InputOutput | undefined {
  const input = attributes.get('langfuse.observation.input');
  const output = attributes.get('langfuse.observation.output');
  return input !== undefined || output !== undefined ? { input, output } : undefined;
}

export const langfuseModelParameters = (span: DecodedSpan) =>
  parseObject(span.attributes.get('langfuse.observation.model.parameters'));

/** Contract §3.7, first row: as given, OpenAI's shapes named in our way (§2.2). A value that is JSON but no object gives nothing. */
export function langfuseUsage(span: DecodedSpan): Usage | undefined {
  const given = span.attributes.get('langfuse.observation.usage_details');
  if (given === undefined) return undefined;
  const parsed = parseJson(given);
  if (parsed === undefined) return undefined;
  const object = parseObject(parsed);
  return object ? readUsage(object) : { details: {} };
}

/** Contract §3.8. */
export function langfuseCost(span: DecodedSpan): Record<string, number> | undefined {
  const given = parseObject(span.attributes.get('langfuse.observation.cost_details'));
  return given && nonNegativeNumbers(given);
}

function nonNegativeNumbers(object: Record<string, unknown>): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const key of Object.keys(object)) {
    const number = toNumber(object[key]);
    if (number !== undefined && number >= 0) numbers[key] = number;
  }
  return numbers;
}

const LEVELS: ReadonlyMap<string, Level> = new Map(
  (
    [
      ['DEBUG', ['DEBUG', 'TRACE', 'VERBOSE']],
      ['DEFAULT', ['DEFAULT', 'INFO', 'LOG', 'NOTICE', 'OK', 'SUCCESS']],
      ['WARNING', ['WARNING', 'WARN']],
      ['ERROR', ['ERROR', 'FATAL', 'CRITICAL']],
    ] as const
  ).flatMap(([level, names]) => names.map((name) => [name, level] as const)),
);

export function langfuseLevel(span: DecodedSpan): Level | undefined {
  const given = span.attributes.get('langfuse.observation.level');
  return typeof given === 'string' ? LEVELS.get(given.trim().toUpperCase()) : undefined;
}

/** Also accepted with an extra layer of JSON quotes (contract §3.4). */
export function langfuseCompletionStart(span: DecodedSpan): string | undefined {
  const given = span.attributes.get('langfuse.observation.completion_start_time');
  if (typeof given !== 'string' || given === '') return undefined;
  const unquoted = given.startsWith('"') ? parseJson(given) : given;
  return typeof unquoted === 'string' ? unquoted : undefined;
}

export interface PromptLink {
  name: string;
  version: number;
}

/** Name and version, when both are told and usable. */
export function promptLink(name: AttributeValue | undefined, version: unknown): PromptLink | undefined {
  const number = toNumber(version);
  if (typeof name !== 'string' || name === '' || number === undefined || !Number.isInteger(number)) return undefined;
  return { name, version: number };
}

export const langfusePrompt = ({ attributes: a }: DecodedSpan): PromptLink | undefined =>
  promptLink(
    a.get('langfuse.observation.prompt.name') || a.get('langfuse.prompt.name'),
    a.get('langfuse.observation.prompt.version') ?? a.get('langfuse.prompt.version'),
  );
