import { createHash } from 'node:crypto';
import type { ChatItem, PromptContent, PromptType } from '../../contract/prompt.ts';
import { canonicalJson } from '../canonical-json.ts';

/** What a version of a prompt says: what a new version is made for when it changes. */
export interface PromptBody {
  type: PromptType;
  prompt: PromptContent;
  config: unknown;
  /** Of all versions of the prompt; the API changes them together with a new version. */
  tags: readonly string[];
}

/**
 * Fingerprint of what a version says, 16 hexadecimal digits. The order of keys and tags makes no difference, nor whether a message bears
 * the type that every message has.
 */
export function hashOf({ type, prompt, config, tags }: PromptBody): string {
  const said = {
    type,
    prompt: typeof prompt === 'string' ? prompt : prompt.map(plainItem),
    config: config ?? {},
    tags: [...tags].sort(),
  };
  return createHash('sha256').update(canonicalJson(said)).digest('hex').slice(0, 16);
}

const plainItem = (item: ChatItem) => ('role' in item ? { role: item.role, content: item.content } : { placeholder: item.name });
