import type { Message } from '../kit/model-client.ts';
import { languageOf, withGlossary } from './language.ts';

const NOT_FOUND = {
  en: 'The handbook does not say. Please ask the people team.',
  de: 'Dazu steht nichts im Handbuch. Bitte fragen Sie das People-Team.',
  zh: '手册中没有相关说明，请咨询人事团队。',
  ar: 'لا يذكر الدليل ذلك. يرجى سؤال فريق الموارد البشرية.',
};

/** Turns a follow-up question into one that stands on its own, by naming the topic before it. */
export function rewriteQuestion(messages: readonly Message[]): string {
  const questions = messages.filter((message) => message.role === 'user').map((message) => message.content ?? '');
  const last = questions.at(-1) ?? '';
  const before = questions.at(-2);
  return before ? `${last.replace(/\?*$/, '')} (about: ${before.replace(/[?.]*$/, '')})?` : last;
}

/** Answers from the passages in the prompt: the sentences that share most words with the question, with the passage's number. */
export function answerFromPassages(messages: readonly Message[]): string {
  const system = messages[0]?.role === 'system' ? messages[0].content : '';
  const question = messages.findLast((message) => message.role === 'user')?.content ?? '';
  const words = new Set(
    withGlossary(question)
      .toLowerCase()
      .match(/[\p{L}\d]{4,}/gu) ?? [],
  );
  const language = languageOf(question);
  const passages = [...system.matchAll(/^\[(\d+)\] (.*)$/gm)].map(([, number, text]) => ({ number: number!, text: text! }));
  const sentences = passages.flatMap(({ number, text }) =>
    text.split(/(?<=\.) /).map((sentence) => ({
      number,
      sentence,
      score: [...words].filter((word) => sentence.toLowerCase().includes(word.slice(0, 6))).length + (number === '1' ? 0.5 : 0),
    })),
  );
  const best = sentences.toSorted((a, b) => b.score - a.score).slice(0, 2);
  if (best.length === 0 || (language === 'en' && best[0]!.score < 1.5)) return NOT_FOUND[language];
  const lead = { en: '', de: 'Laut Handbuch: ', zh: '根据手册：', ar: 'وفقا للدليل: ' }[language];
  return lead + best.map(({ sentence, number }) => `${sentence} [${number}]`).join(' ');
}

/** Judges whether an answer is grounded in its passages: a number from 0 to 1 with a reason, as JSON. */
export function judgeGrounding(messages: readonly Message[]): string {
  const text = messages.findLast((message) => message.role === 'user')?.content ?? '';
  const cited = /\[\d+\]/.test(text.split('Answer:')[1] ?? '');
  return JSON.stringify(
    cited ? { score: 0.95, reason: 'Every statement cites a passage.' } : { score: 0.4, reason: 'The answer cites no passage.' },
  );
}
