import type { Message, ToolCall } from '../kit/model-client.ts';

const textOf = (messages: readonly Message[]) => messages.map((message) => message.content ?? '').join('\n');
const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;

/** The supervisor: who works next, as JSON. Research, figures, a draft, a review; again from the draft as long as the review says so. */
export function routeTeam(messages: readonly Message[]): string {
  const text = textOf(messages.slice(1));
  const reviews = [...text.matchAll(/^reviewer: (.*)$/gm)].map(([, verdict]) => verdict!);
  const drafts = count(text, /^writer: /gm);
  const next = !/^researcher: /m.test(text)
    ? { next: 'researcher', task: 'Collect what customers and press say about it.' }
    : !/^analyst: /m.test(text)
      ? { next: 'analyst', task: 'Get the sales figures of the last two quarters.' }
      : drafts === 0
        ? { next: 'writer', task: 'Write the brief in at most 150 words.' }
        : reviews.length < drafts
          ? { next: 'reviewer', task: 'Check the draft against notes and figures.' }
          : reviews.at(-1)!.startsWith('accept')
            ? { next: 'finish', task: '' }
            : { next: 'writer', task: 'Work the review into the draft.' };
  return JSON.stringify(next);
}

/** Asks once for each tool of the task, then reports what they brought. */
export function workWithTools(
  messages: readonly Message[],
  tools: readonly string[],
  call: (name: string, args: unknown) => ToolCall,
): { content: string | null; toolCalls: ToolCall[] } {
  const results = messages.filter((message) => message.role === 'tool').map((message) => message.content);
  const subject = /^Subject: (.*)$/m.exec(textOf(messages))?.[1] ?? 'the product';
  if (results.length === 0) {
    const args = tools.includes('search_news')
      ? [{ query: `${subject} reviews` }, { query: `${subject} competitors` }].map((query) => call('search_news', query))
      : tools.map((name) => call(name, { product: subject, quarters: 2 }));
    return { content: null, toolCalls: args };
  }
  const facts = results.flatMap((result) => [...result.matchAll(/"(?:summary|finding)":\s*"([^"]*)"/g)].map(([, fact]) => fact!));
  return { content: facts.length > 0 ? facts.join(' ') : 'The tools brought nothing that can be used.', toolCalls: [] };
}

/** Writes the brief from what the others said. */
export function writeBrief(messages: readonly Message[]): string {
  const text = textOf(messages);
  const subject = /^Subject: (.*)$/m.exec(text)?.[1] ?? 'the product';
  const notes = /^researcher: (.*)$/m.exec(text)?.[1] ?? '';
  const figures = /^analyst: (.*)$/m.exec(text)?.[1] ?? '';
  const revision = count(text, /^reviewer: /gm);
  return [
    `${subject}: where we stand.`,
    notes,
    figures,
    revision > 0 ? `Revision ${revision}: sources are named with their dates, and the claim on returns is qualified.` : '',
    'We recommend to keep the price, to move a fifth of the budget to the autumn, and to look again in four weeks.',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Reviews a draft. A prompt that asks for three independent sources is never satisfied: the searches bring two. */
export function reviewDraft(messages: readonly Message[]): string {
  const system = messages[0]?.content ?? '';
  if (/three independent sources/i.test(system)) {
    return 'revise: only two independent sources are named, three are required before this can be accepted.';
  }
  return 'accept: figures and notes are used as they are, the recommendation follows.';
}
