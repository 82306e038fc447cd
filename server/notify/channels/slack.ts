import type { Payload, PromptVersionPayload } from '../../../contract/automation.ts';
import type { NotifyRequest } from '../request.ts';

/** An incoming webhook of Slack, or a channel that an app may write to. */
export type SlackTarget = { url: string } | { channel: string; botToken: string };

/** Where an app posts messages. */
const POST_MESSAGE = 'https://slack.com/api/chat.postMessage';

/** A message of Slack: what `text` holds is shown where blocks cannot be, in notifications say. */
export interface SlackMessage {
  text: string;
  blocks: object[];
}

export function slackRequest(target: SlackTarget, payload: Payload, postMessage: string = POST_MESSAGE): NotifyRequest {
  const message = RENDERERS[payload.type](payload);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Langfuse/1.0' };
  if ('url' in target) return { url: target.url, headers, body: JSON.stringify(message) };
  return {
    url: postMessage,
    headers: { ...headers, authorization: `Bearer ${target.botToken}` },
    body: JSON.stringify({ channel: target.channel, ...message }),
    refusal: refusalOf,
  };
}

const RENDERERS: { [Type in Payload['type']]: (payload: Extract<Payload, { type: Type }>) => SlackMessage } = {
  'prompt-version': promptVersionMessage,
};

/** Slack refuses longer ones. */
const MAX_HEADER = 150;
const MAX_EXCERPT = 1000;

function promptVersionMessage({ action, prompt, user, timestamp }: PromptVersionPayload): SlackMessage {
  const title = `Prompt version ${action}: ${prompt.name}, version ${prompt.version}`;
  const fields = [
    ['Labels', prompt.labels.join(', ') || 'none'],
    ['Tags', prompt.tags.join(', ') || 'none'],
    ['Type', prompt.type],
    ['By', user ? user.name || user.email : 'API key'],
  ];
  const at = Math.floor(Date.parse(timestamp) / 1000);
  return {
    text: escaped(shortened(title, 500)),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: shortened(title, MAX_HEADER), emoji: false } },
      {
        type: 'section',
        fields: fields.map(([name, value]) => ({ type: 'mrkdwn', text: `*${name}*\n${escaped(shortened(value!, 300))}` })),
      },
      ...(prompt.commitMessage ? [section(`_${escaped(prompt.commitMessage.replace(/\s+/g, ' '))}_`)] : []),
      ...(action === 'deleted' ? [] : [section(`\`\`\`${excerptOf(prompt.prompt)}\`\`\``)]),
      { type: 'context', elements: [{ type: 'mrkdwn', text: `<!date^${at}^{date_short_pretty} {time_secs}|${timestamp}>` }] },
    ],
  };
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

function excerptOf(prompt: PromptVersionPayload['prompt']['prompt']): string {
  const text =
    typeof prompt === 'string'
      ? prompt
      : prompt.map((item) => ('content' in item ? `${item.role}: ${item.content}` : `(${item.name})`)).join('\n');
  // A fence in the text would end ours.
  return escaped(shortened(text, MAX_EXCERPT)).replaceAll('```', "'''") || ' ';
}

/** The three characters that Slack's markup gives a meaning of its own: links, mentions (`<!channel>`). */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** The methods of Slack's API answer 200 with `ok: false`. */
function refusalOf(body: string): string | null {
  try {
    const { ok, error } = JSON.parse(body) as { ok?: unknown; error?: unknown };
    return ok === true ? null : `Slack refused the message: ${typeof error === 'string' ? error : 'without a reason'}`;
  } catch {
    return 'Slack sent an answer that is no JSON.';
  }
}
