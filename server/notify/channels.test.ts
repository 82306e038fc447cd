import { describe, expect, it } from 'vitest';
import type { PromptVersionPayload } from '../../contract/automation.ts';
import { hmacOf, signatureParts } from '../../e2e/support/receiver.ts';
import { githubDispatchRequest, newSigningSecret, slackRequest, webhookRequest } from './index.ts';

const NOW = Date.parse('2026-03-04T05:06:07.891Z');
const payloadOf = (prompt: Partial<PromptVersionPayload['prompt']> = {}, more: Partial<PromptVersionPayload> = {}) =>
  ({
    id: 'execution-1',
    timestamp: '2026-03-04T05:06:07.891Z',
    type: 'prompt-version',
    apiVersion: 'v1',
    action: 'created',
    ...more,
    prompt: {
      id: 'v',
      name: 'support/answer',
      version: 3,
      projectId: 'p',
      createdBy: 'API',
      labels: ['production', 'latest'],
      prompt: 'Hello {{name}}',
      type: 'text',
      config: { model: 'm' },
      commitMessage: null,
      tags: ['a'],
      createdAt: '2026-03-04T05:06:07.891Z',
      updatedAt: '2026-03-04T05:06:07.891Z',
      ...prompt,
    },
  }) satisfies PromptVersionPayload;

describe('webhook', () => {
  it('is signed over time and body with the secret', async () => {
    const signingSecret = newSigningSecret();
    expect(signingSecret).toMatch(/^lf-whsec_[0-9a-f]{64}$/);
    const body = JSON.stringify(payloadOf({ prompt: 'Grüße 🎉' }));
    const { headers } = webhookRequest({ url: 'https://x.test', headers: [], signingSecret }, body, NOW);
    const { t, v1 } = signatureParts(headers['x-langfuse-signature']);
    expect(t).toBe('1772600767');
    expect(v1).toBe(await hmacOf(signingSecret, t, body));
    expect(v1).not.toBe(await hmacOf(signingSecret, '1772600768', body));
    expect(newSigningSecret()).not.toBe(signingSecret);
  });

  it('matches a signature that was computed by hand', () => {
    // printf '%s' '1772600767.{}' | openssl dgst -sha256 -hmac lf-whsec_00
    const { headers } = webhookRequest({ url: 'https://x.test', headers: [], signingSecret: 'lf-whsec_00' }, '{}', NOW);
    expect(headers['x-langfuse-signature']).toBe(
      't=1772600767,v1=8ce682930e87c18b0a53648acb2d11534bcf509fa15c63e940832cd85cf36a5d',
    );
  });

  it('takes headers of the user, which never replace ours', () => {
    const headers = [
      { name: 'X-Team', value: 'prompts' },
      { name: 'Content-Type', value: 'text/plain' },
      { name: 'User-Agent', value: 'me' },
      { name: 'X-LANGFUSE-SIGNATURE', value: 't=0,v1=0' },
    ];
    const request = webhookRequest({ url: 'https://x.test/hook', headers, signingSecret: 's' }, '{}', NOW);
    expect(request.url).toBe('https://x.test/hook');
    expect(request.headers).toEqual({
      'x-team': 'prompts',
      'content-type': 'application/json',
      'user-agent': 'Langfuse/1.0',
      'x-langfuse-signature': expect.stringMatching(/^t=1772600767,v1=[0-9a-f]{64}$/),
    });
  });
});

describe('GitHub dispatch', () => {
  const target = { url: 'https://api.github.com/repos/o/r/dispatches', eventType: 'prompt-changed', token: 'ghp_secret' };

  it('hands the payload over whole, with the token', () => {
    const payload = payloadOf();
    const { url, headers, body } = githubDispatchRequest(target, payload);
    expect(url).toBe(target.url);
    expect(headers.authorization).toBe('Bearer ghp_secret');
    expect(JSON.parse(body)).toEqual({ event_type: 'prompt-changed', client_payload: payload });
  });

  const LIMIT = 65_536;
  const dispatch = (prompt: Partial<PromptVersionPayload['prompt']>) => {
    const { body } = githubDispatchRequest(target, payloadOf(prompt));
    return { bytes: Buffer.byteLength(body), payload: JSON.parse(body).client_payload };
  };

  it('is whole up to the limit, and cut from the limit on', () => {
    const rest = dispatch({ prompt: '' }).bytes;
    const under = dispatch({ prompt: 'x'.repeat(LIMIT - 1 - rest) });
    expect([under.bytes, under.payload.truncated]).toEqual([LIMIT - 1, undefined]);
    const at = dispatch({ prompt: 'x'.repeat(LIMIT - rest) });
    expect(at.payload.truncated).toBe(true);
    expect(at.bytes).toBe(LIMIT - 1);
  });

  it('keeps as much of the prompt as fits, and everything else', () => {
    const prompt = '"ü🎉'.repeat(100_000);
    const { bytes, payload } = dispatch({ prompt });
    expect(bytes).toBeLessThan(LIMIT);
    expect(bytes).toBeGreaterThan(LIMIT - 20);
    expect(prompt.startsWith(payload.prompt.prompt)).toBe(true);
    expect(payload.prompt.prompt.isWellFormed()).toBe(true);
    expect(payload.prompt).toMatchObject({ id: 'v', name: 'support/answer', version: 3, config: { model: 'm' }, tags: ['a'] });
    // GitHub takes ten keys.
    expect(Object.keys(payload).length).toBeLessThanOrEqual(10);
  });

  it('keeps the first messages of a chat', () => {
    const messages = Array.from({ length: 100 }, (_, index) => ({ role: 'user', content: `${index} ${'y'.repeat(2000)}` }));
    const { bytes, payload } = dispatch({ type: 'chat', prompt: messages });
    expect(bytes).toBeLessThan(LIMIT);
    const kept = payload.prompt.prompt as typeof messages;
    expect(kept.length).toBeGreaterThan(25);
    expect(kept.slice(0, -1)).toEqual(messages.slice(0, kept.length - 1));
    expect(messages[kept.length - 1]!.content.startsWith(kept.at(-1)!.content)).toBe(true);
  });

  it('gives up a config and tags that are too large by themselves', () => {
    const large = dispatch({ prompt: 'short', config: { text: 'z'.repeat(70_000) } });
    expect(large.payload).toMatchObject({ truncated: true, prompt: { prompt: 'short', config: {}, tags: ['a'] } });
    const tags = Array.from({ length: 100 }, (_, index) => `${index}${'ü'.repeat(490)}`);
    const both = dispatch({ prompt: 'short', config: { text: 'z'.repeat(70_000) }, tags });
    expect(both.payload).toMatchObject({ truncated: true, prompt: { prompt: 'short', config: {}, tags: [] } });
    expect(both.bytes).toBeLessThan(LIMIT);
  });
});

describe('Slack', () => {
  const textOf = (body: string) => JSON.parse(body) as { text: string; blocks: Record<string, never>[] };

  it('renders the event as blocks, with its words as the fallback', () => {
    const payload = payloadOf({ commitMessage: 'Better tone' }, { user: { name: 'Ada', email: 'ada@x.test' } });
    const { url, headers, body } = slackRequest({ url: 'https://hooks.slack.com/services/T/B/x' }, payload);
    expect([url, headers.authorization]).toEqual(['https://hooks.slack.com/services/T/B/x', undefined]);
    expect(textOf(body)).toEqual({
      text: 'Prompt version created: support/answer, version 3',
      blocks: [
        {
          type: 'header',
          text: { type: 'plain_text', text: 'Prompt version created: support/answer, version 3', emoji: false },
        },
        {
          type: 'section',
          fields: [
            { type: 'mrkdwn', text: '*Labels*\nproduction, latest' },
            { type: 'mrkdwn', text: '*Tags*\na' },
            { type: 'mrkdwn', text: '*Type*\ntext' },
            { type: 'mrkdwn', text: '*By*\nAda' },
          ],
        },
        { type: 'section', text: { type: 'mrkdwn', text: '_Better tone_' } },
        { type: 'section', text: { type: 'mrkdwn', text: '```Hello {{name}}```' } },
        {
          type: 'context',
          elements: [{ type: 'mrkdwn', text: '<!date^1772600767^{date_short_pretty} {time_secs}|2026-03-04T05:06:07.891Z>' }],
        },
      ],
    });
  });

  it('lets nobody mention a channel or break out of the code, and stays below the limits of Slack', () => {
    const { body } = slackRequest(
      { url: 'https://x.test' },
      payloadOf({
        name: `<!channel>${'n'.repeat(240)}`,
        prompt: `\`\`\` <!here> & ${'<'.repeat(5000)}`,
        labels: Array.from({ length: 100 }, (_, index) => `label-${index}-${'l'.repeat(20)}`),
      }),
    );
    const { text, blocks } = textOf(body);
    const marked = JSON.stringify([text, blocks.slice(1, -1)]);
    expect(marked).not.toMatch(/<!/);
    expect(text).toContain('&lt;!channel&gt;');
    const excerpt = (blocks[2] as unknown as { text: { text: string } }).text.text;
    expect(excerpt.slice(3, -3)).not.toContain('```');
    expect(excerpt.startsWith("```''' &lt;!here&gt; &amp; &lt;")).toBe(true);
    expect((blocks[0] as unknown as { text: { text: string } }).text.text.length).toBeLessThanOrEqual(150);
    // Slack: 3000 characters of a section, 2000 of a field.
    for (const piece of body.match(/"text":"(?:[^"\\]|\\.)*"/g) ?? []) expect(piece.length).toBeLessThan(5200);
    const fields = (blocks[1] as unknown as { fields: { text: string }[] }).fields;
    for (const field of fields) expect(field.text.length).toBeLessThan(2000);
  });

  it('of a deleted version shows no text of it; a chat shows its messages', () => {
    expect(slackRequest({ url: 'https://x.test' }, payloadOf({}, { action: 'deleted' })).body).not.toContain('Hello');
    const chat = payloadOf({
      type: 'chat',
      prompt: [
        { role: 'system', content: 'Be kind' },
        { type: 'placeholder', name: 'history' },
      ],
    });
    expect(slackRequest({ url: 'https://x.test' }, chat).body).toContain('system: Be kind\\n(history)');
  });

  it('goes to a channel with the token of an app, whose refusals come with status 200', () => {
    const { url, headers, body, refusal } = slackRequest({ channel: 'C1', botToken: 'xoxb-1' }, payloadOf());
    expect([url, headers.authorization]).toEqual(['https://slack.com/api/chat.postMessage', 'Bearer xoxb-1']);
    expect(JSON.parse(body)).toMatchObject({ channel: 'C1', text: expect.any(String), blocks: expect.any(Array) });
    expect(refusal?.('{"ok":true,"ts":"1"}')).toBeNull();
    expect(refusal?.('{"ok":false,"error":"channel_not_found"}')).toBe('Slack refused the message: channel_not_found');
    expect(refusal?.('<html>')).toBe('Slack sent an answer that is no JSON.');
  });
});
