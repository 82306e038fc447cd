import type { ChatRequest, Message, ToolDefinition } from '../kit/model-client.ts';
import { hash } from '../kit/random.ts';
import type { Prompt, Runtime } from '../kit/runtime.ts';
import { callModel, callTool, type RequestInfo, requestScope, type Scope, step } from '../kit/spans.ts';

export interface TeamOptions {
  supervisor: Pick<ChatRequest, 'provider' | 'model'>;
  workers: Pick<ChatRequest, 'provider' | 'model'>;
  reviewPrompt: Prompt;
  /** After so many rounds the work is taken as it is. */
  maxRounds: number;
}

export interface TeamAnswer {
  text: string;
  traceId: string;
  rounds: number;
}

export const SUPERVISOR_PROMPT: Prompt = {
  name: 'team-supervisor',
  version: 3,
  text: 'You lead a team of a researcher, an analyst, a writer and a reviewer who prepare a brief on a product. Read what they did so far and answer with JSON only: {"next": "researcher" | "analyst" | "writer" | "reviewer" | "finish", "task"}.',
};
const WORKER_PROMPTS: Record<'researcher' | 'analyst' | 'writer', string> = {
  researcher: 'You research what the press and customers say. Use the search tool, then report the facts in a few sentences.',
  analyst: 'You analyse sales figures. Use the tool, then report what the figures say.',
  writer: 'You write the brief from the notes, the figures and the reviews. At most 150 words.',
};

export const REVIEW_PROMPT_V1: Prompt = {
  name: 'team-review',
  version: 1,
  text: 'You review drafts. Answer "accept: reason" or "revise: what is missing".',
};
/** Asks for more than the tools can ever bring: the team goes round until somebody stops it. */
export const REVIEW_PROMPT_V2: Prompt = {
  name: 'team-review',
  version: 2,
  text: 'You review drafts. Do not accept a draft that names fewer than three independent sources. Answer "accept: reason" or "revise: what is missing".',
};

const TOOLS: Record<string, ToolDefinition[]> = {
  researcher: [
    {
      name: 'search_news',
      description: 'Searches press and reviews',
      parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
    },
  ],
  analyst: [
    {
      name: 'query_sales',
      description: 'Units sold and returns by quarter',
      parameters: {
        type: 'object',
        properties: { product: { type: 'string' }, quarters: { type: 'integer' } },
        required: ['product'],
      },
    },
  ],
};

function searchNews(query: string) {
  const fact = hash(query);
  const findings = [
    'Reviewers praise the workmanship and the weight.',
    'Two test magazines place it second behind a model that costs a third more.',
    'Customers report that the zip is stiff in the cold.',
    'A competitor has announced a cheaper version for the spring.',
  ];
  return {
    query,
    results: [{ source: fact % 2 ? 'Alpin Magazin' : 'Gear Review Weekly', summary: findings[fact % findings.length] }],
  };
}

function querySales(product: string) {
  const fact = hash(product);
  const units = 800 + (fact % 2400);
  const change = (fact % 37) - 15;
  return {
    product,
    finding: `${units} units were sold in the last quarter, ${change >= 0 ? 'up' : 'down'} ${Math.abs(change)} percent, with a return rate of ${3 + (fact % 6)} percent.`,
  };
}

type Worker = 'researcher' | 'analyst' | 'writer' | 'reviewer';

/** One worker does one task: a sub-agent with its own model calls and tools. */
function work(scope: Scope, options: TeamOptions, worker: Worker, task: string, board: string): Promise<string> {
  return step(scope, { name: worker, type: 'agent', input: task, attributes: { 'gen_ai.agent.name': worker } }, async (agent) => {
    const prompt = worker === 'reviewer' ? options.reviewPrompt : undefined;
    const messages: Message[] = [
      { role: 'system', content: prompt?.text ?? WORKER_PROMPTS[worker as 'writer'] },
      { role: 'user', content: `${board}\n\nTask: ${task}` },
    ];
    const tools = TOOLS[worker];
    for (;;) {
      const said = await callModel(
        agent,
        `${worker}.think`,
        { ...options.workers, messages: [...messages], ...(tools ? { tools } : {}), temperature: 0.4, maxTokens: 900 },
        prompt,
      );
      if (said.toolCalls.length === 0) {
        agent.output(said.content ?? '');
        return said.content ?? '';
      }
      messages.push({ role: 'assistant', content: said.content, toolCalls: said.toolCalls });
      for (const call of said.toolCalls) {
        const content = await callTool(agent, call, async (args, it) => {
          await it.runtime.clock.sleep(180 + it.runtime.random() * 700);
          return call.name === 'search_news' ? searchNews(String(args.query)) : querySales(String(args.product));
        });
        messages.push({ role: 'tool', callId: call.id, content });
      }
    }
  });
}

/** A supervisor has a brief on a product prepared by sub-agents, one task after the other. Never throws. */
export async function prepareBrief(
  runtime: Runtime,
  request: RequestInfo,
  options: TeamOptions,
  subject: string,
): Promise<TeamAnswer> {
  let traceId = '';
  let rounds = 0;
  let draft = '';
  try {
    return await step(
      requestScope(runtime, request),
      {
        name: 'supervisor',
        type: 'agent',
        input: `Prepare a brief on: ${subject}`,
        attributes: { 'gen_ai.agent.name': 'supervisor' },
      },
      async (root) => {
        traceId = root.span.spanContext().traceId;
        let board = `Subject: ${subject}`;
        while (rounds < options.maxRounds) {
          rounds += 1;
          const messages: Message[] = [
            { role: 'system', content: SUPERVISOR_PROMPT.text },
            { role: 'user', content: board },
          ];
          const said = await callModel(
            root,
            'route',
            { ...options.supervisor, messages, temperature: 0, maxTokens: 120 },
            SUPERVISOR_PROMPT,
          );
          const { next, task } = JSON.parse(said.content ?? '{}') as { next: Worker | 'finish'; task: string };
          if (next === 'finish') break;
          root.event('handoff', { 'handoff.to': next, task });
          const result = await work(root, options, next, task, board);
          if (next === 'writer') draft = result;
          board += `\n${next}: ${result}`;
        }
        if (rounds >= options.maxRounds) root.warn(`Stopped after ${rounds} rounds without an accepted draft`);
        root.output(draft);
        return { text: draft, traceId, rounds };
      },
    );
  } catch {
    return { text: draft, traceId, rounds };
  }
}
