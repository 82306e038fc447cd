import type { ChatRequest, Message } from '../kit/model-client.ts';
import type { Prompt, Runtime } from '../kit/runtime.ts';
import { type Hit, nearest } from '../kit/search.ts';
import { callEmbedding, callModel, type RequestInfo, requestScope, type Scope, step } from '../kit/spans.ts';
import { HANDBOOK } from './handbook.ts';

export interface RagOptions {
  answerer: Pick<ChatRequest, 'provider' | 'model'>;
  judge: Pick<ChatRequest, 'provider' | 'model'>;
  /** Vectors of `HANDBOOK`, from `embedHandbook`. */
  vectors: number[][];
}

export interface RagAnswer {
  text: string;
  traceId: string;
  /** 0 to 1, as judged; null when the request failed. */
  grounding: number | null;
}

const EMBEDDING_MODEL = 'text-embedding-3-small';

export const REWRITE_PROMPT: Prompt = {
  name: 'handbook-rewrite',
  version: 1,
  text: 'You rewrite questions so that they can be understood without the conversation before them. Answer with the question only.',
};
export const ANSWER_PROMPT: Prompt = {
  name: 'handbook-answer',
  version: 5,
  text: 'You answer questions from the employee handbook. Use only the passages below and cite them by number. Say so when they do not contain the answer. Answer in the language of the question.',
};
export const JUDGE_PROMPT: Prompt = {
  name: 'handbook-grounding',
  version: 1,
  text: 'You judge whether an answer is grounded in its passages. Answer with JSON only: {"score": 0 to 1, "reason"}.',
};

/** Embeds the handbook once, at start. */
export const embedHandbook = async (runtime: Pick<Runtime, 'models'>) =>
  (
    await runtime.models.embed(
      EMBEDDING_MODEL,
      HANDBOOK.map((passage) => `${passage.title}. ${passage.text}`),
    )
  ).vectors;

function retrieve(scope: Scope, question: string, vectors: number[][]): Promise<Hit[]> {
  return step(
    scope,
    { name: 'retrieve', type: 'retriever', input: question, attributes: { 'retriever.top_k': 6 } },
    async (it) => {
      const [vector] = await callEmbedding(it, 'embed-question', EMBEDDING_MODEL, [question]);
      const { clock, random } = it.runtime;
      const hits = await step(
        it,
        { name: 'vector-search', type: 'span', input: { index: 'handbook', topK: 6 } },
        async (search) => {
          await clock.sleep(9 + random() * 30);
          const found = nearest(HANDBOOK, vectors, vector!, 6);
          search.output(found.map(({ id, score }) => ({ id, score })));
          return found;
        },
      );
      const best = await step(it, { name: 'rerank', type: 'span', input: hits.map((hit) => hit.id) }, async (rerank) => {
        await clock.sleep(40 + random() * 60);
        rerank.output(hits.slice(0, 3).map((hit) => hit.id));
        return hits.slice(0, 3);
      });
      it.output(best);
      return best;
    },
  );
}

function judge(scope: Scope, options: RagOptions, passages: string, text: string): Promise<number> {
  return step(scope, { name: 'check-grounding', type: 'evaluator', input: { passages, answer: text } }, async (it) => {
    const messages: Message[] = [
      { role: 'system', content: JUDGE_PROMPT.text },
      { role: 'user', content: `Passages:\n${passages}\n\nAnswer: ${text}` },
    ];
    const said = await callModel(it, 'judge', { ...options.judge, messages, temperature: 0, maxTokens: 120 }, JUDGE_PROMPT);
    const verdict = JSON.parse(said.content ?? '{}') as { score: number; reason: string };
    it.output(verdict);
    return verdict.score;
  });
}

const APOLOGY = 'The handbook cannot be searched right now.';

/** Answers a question from the handbook. Never throws: a failed request has its error in the trace. */
export async function answerFromHandbook(
  runtime: Runtime,
  request: RequestInfo,
  options: RagOptions,
  history: readonly Message[],
  question: string,
): Promise<RagAnswer> {
  let traceId = '';
  try {
    return await step(
      requestScope(runtime, request),
      { name: 'rag-qa', type: 'chain', input: question, fallback: APOLOGY },
      async (root) => {
        traceId = root.span.spanContext().traceId;
        let standalone = question;
        if (history.length > 0) {
          const messages: Message[] = [
            { role: 'system', content: REWRITE_PROMPT.text },
            ...history,
            { role: 'user', content: question },
          ];
          const rewritten = await callModel(
            root,
            'rewrite-question',
            { ...options.judge, messages, temperature: 0, maxTokens: 100 },
            REWRITE_PROMPT,
          );
          standalone = rewritten.content ?? question;
        }
        const hits = await retrieve(root, standalone, options.vectors);
        const passages = hits.map((hit, i) => `[${i + 1}] ${hit.title}: ${hit.text}`).join('\n');
        const messages: Message[] = [
          { role: 'system', content: `${ANSWER_PROMPT.text}\n\n${passages}` },
          { role: 'user', content: standalone },
        ];
        const said = await callModel(
          root,
          'answer',
          { ...options.answerer, messages, temperature: 0.1, maxTokens: 500, stream: true },
          ANSWER_PROMPT,
        );
        const text = said.content ?? '';
        const grounding = await judge(root, options, passages, text);
        root.output(text);
        return { text, traceId, grounding };
      },
    );
  } catch {
    return { text: APOLOGY, traceId, grounding: null };
  }
}
