import type { Payload, PromptVersionPayload } from '../../../contract/automation.ts';
import type { NotifyRequest } from '../request.ts';

export interface GithubDispatchTarget {
  /** `https://api.github.com/repos/<owner>/<repository>/dispatches`, or that of a GitHub Enterprise server. */
  url: string;
  /** What the workflow listens to. */
  eventType: string;
  token: string;
}

/** GitHub takes less than 64 KB. */
export const MAX_DISPATCH_BYTES = 64 * 1024;

/** A `repository_dispatch` event of GitHub: `{event_type, client_payload}` (contract §7.2). */
export function githubDispatchRequest(target: GithubDispatchTarget, payload: Payload): NotifyRequest {
  return {
    url: target.url,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${target.token}`,
      'content-type': 'application/json',
      'user-agent': 'Langfuse/1.0',
    },
    body: fitted(target.eventType, payload),
  };
}

const render = (event_type: string, client_payload: object): string => JSON.stringify({ event_type, client_payload });
const fits = (body: string): boolean => Buffer.byteLength(body) < MAX_DISPATCH_BYTES;

/** The payload whole, or shortened and marked `truncated` when GitHub would refuse its size: still JSON, with every key. */
function fitted(eventType: string, payload: Payload): string {
  const whole = render(eventType, payload);
  if (fits(whole)) return whole;
  const { prompt } = payload;
  // What is cut goes in this order: the text of the prompt, then the config, then the tags.
  const shorter = [prompt, { ...prompt, config: {} }, { ...prompt, config: {}, tags: [] }];
  const draft = (kept: PromptVersionPayload['prompt'], characters: number) =>
    render(eventType, { ...payload, prompt: { ...kept, prompt: cut(prompt.prompt, characters) }, truncated: true });
  const fitting = shorter.find((kept) => fits(draft(kept, 0)));
  if (!fitting) throw new Error('The event is larger than GitHub takes.');
  // The longest beginning of the prompt that fits.
  let [low, high] = [0, MAX_DISPATCH_BYTES];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(draft(fitting, middle))) low = middle;
    else high = middle - 1;
  }
  return draft(fitting, low);
}

/** The beginning of a prompt, of so many characters in all: messages behind it are left out. */
function cut(prompt: PromptVersionPayload['prompt']['prompt'], characters: number) {
  if (typeof prompt === 'string') return firstOf(prompt, characters);
  const kept: typeof prompt = [];
  let left = characters;
  for (const item of prompt) {
    // What a message needs beside its content.
    left -= 'content' in item ? item.role.length + 32 : item.name.length + 32;
    if (left <= 0) break;
    if (!('content' in item)) kept.push(item);
    else {
      kept.push({ ...item, content: firstOf(item.content, left) });
      left -= item.content.length;
    }
  }
  return kept;
}

/** Never ends in half a character. */
const firstOf = (text: string, characters: number): string => text.slice(0, characters).replace(/[\ud800-\udbff]$/, '');
