import type { Attributes, AttributeValue, DecodedSpan } from '../otlp/decoded.ts';
import { firstTruthy, parseJson, toText, unquoted } from './span.ts';

/* What a span says of its trace (contract §3.4). */

const USER = [
  'langfuse.user.id',
  'user.id',
  'langfuse.observation.metadata.langfuse_user_id',
  'langfuse.trace.metadata.langfuse_user_id',
  'ai.telemetry.metadata.userId',
  'mastra.metadata.userId',
  'mlflow.trace.user',
  'traceloop.association.properties.user_id',
  'traceloop.association.properties.userId',
  'langsmith.metadata.user_id',
];

const SESSION = [
  'langfuse.session.id',
  'session.id',
  'gen_ai.conversation.id',
  'langfuse.observation.metadata.langfuse_session_id',
  'langfuse.trace.metadata.langfuse_session_id',
  'ai.telemetry.metadata.sessionId',
  'mastra.metadata.sessionId',
  'mastra.metadata.threadId',
  'mlflow.trace.session',
  'traceloop.association.properties.session_id',
  'traceloop.association.properties.sessionId',
  'langsmith.metadata.session_id',
  'langsmith.metadata.thread_id',
];

const TAGS = [
  'langfuse.trace.tags',
  'langfuse.tags',
  'langfuse.observation.metadata.langfuse_tags',
  'langfuse.trace.metadata.langfuse_tags',
  'ai.telemetry.metadata.tags',
  'tag.tags',
  'mastra.tags',
  'traceloop.association.properties.tags',
  'langsmith.span.tags',
];

export const userOf = ({ attributes }: DecodedSpan): string => readText(attributes, USER);

export const sessionOf = ({ attributes }: DecodedSpan): string => readText(attributes, SESSION);

/** Langfuse's SDKs from the fifth generation write every value of the metadata as JSON, texts too; MLflow writes every attribute so. */
const AS_JSON = /^(?:langfuse\.(?:observation|trace)\.metadata|mlflow)\./;

function readText(attributes: Attributes, keys: readonly string[]): string {
  const key = keys.find((candidate) => attributes.get(candidate));
  if (key === undefined) return '';
  const text = toText(attributes.get(key));
  return AS_JSON.test(key) ? unquoted(text) : text;
}

export const tagsOf = ({ attributes }: DecodedSpan): string[] => readTags(firstTruthy(attributes, TAGS));

/** An array, a text that is a JSON array, a list with commas, or a single tag. */
export function readTags(given: AttributeValue | undefined): string[] {
  if (given === undefined) return [];
  if (Array.isArray(given)) return clean(given);
  if (typeof given !== 'string') return [String(given)];
  const text = given.trim();
  if (text.startsWith('[')) {
    const parsed = parseJson(text);
    if (Array.isArray(parsed)) return clean(parsed);
  }
  return clean(unquoted(text).split(','));
}

const clean = (tags: readonly unknown[]): string[] => [
  ...new Set(tags.map((tag) => toText(tag).trim()).filter((tag) => tag !== '')),
];

export function isPublic({ attributes }: DecodedSpan): boolean {
  const given = attributes.get('langfuse.trace.public') ?? attributes.get('langfuse.public');
  return given === true || given === 'true';
}

export const isTrue = (attributes: Attributes, key: string): boolean => {
  const given = attributes.get(key);
  return given === true || given === 'true';
};
