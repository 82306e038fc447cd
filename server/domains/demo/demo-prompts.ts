import type { Prompt } from '../../../examples/kit/runtime.ts';
import { ANSWER_PROMPT, JUDGE_PROMPT, REWRITE_PROMPT } from '../../../examples/rag-qa/agent.ts';
import { REVIEW_PROMPT_V1, REVIEW_PROMPT_V2, SUPERVISOR_PROMPT } from '../../../examples/supervisor/agent.ts';
import { ANSWER_PROMPT_V3, ANSWER_PROMPT_V4, PLAN_PROMPT } from '../../../examples/support-agent/prompts.ts';

const KNOWN: readonly Prompt[] = [
  PLAN_PROMPT,
  ANSWER_PROMPT_V3,
  ANSWER_PROMPT_V4,
  REWRITE_PROMPT,
  ANSWER_PROMPT,
  JUDGE_PROMPT,
  SUPERVISOR_PROMPT,
  REVIEW_PROMPT_V1,
  REVIEW_PROMPT_V2,
];

/**
 * The prompts that the demo's generations name, every version from the first one on, oldest first. Wordings older than the examples' own
 * are the first one they know, a sentence shorter with every step back: how prompts grow.
 */
export function demoPrompts(): Prompt[] {
  const byName = Map.groupBy(KNOWN, ({ name }) => name);
  return [...byName].flatMap(([name, known]) => {
    const oldest = known[0]!;
    const sentences = oldest.text.split(/(?<=[.:?!]) /);
    const earlier = Array.from({ length: oldest.version - 1 }, (_, index) => {
      const version = index + 1;
      const kept = Math.max(1, sentences.length - (oldest.version - version));
      return { name, version, text: sentences.slice(0, kept).join(' ') };
    });
    return [...earlier, ...known];
  });
}
