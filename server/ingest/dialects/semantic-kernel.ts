import type { DecodedEvent } from '../otlp/decoded.ts';
import { type InputOutput, type IoRule, type IoSource, toObject } from './span.ts';

/**
 * Events `gen_ai.content.prompt` and `gen_ai.content.completion` (Semantic Kernel, older OpenLLMetry, OpenLIT): the attributes of each
 * are read by `rules` as if they were a span's, and kept whole where no rule finds anything. Contract §3.5, rule 7.
 */
export const contentEventsIo =
  (rules: () => readonly IoRule[]): IoRule =>
  (source) => {
    if (source.events.length === 0) return undefined;
    const prompts = source.events.filter((event) => event.name === 'gen_ai.content.prompt');
    const completions = source.events.filter((event) => event.name === 'gen_ai.content.completion');
    if (prompts.length === 0 && completions.length === 0) return undefined;
    const asked = prompts.map((event) => readEvent(event, source, rules()));
    const answered = completions.map((event) => readEvent(event, source, rules()));
    return {
      input:
        asked.length > 0
          ? oneOrAll(asked.map((found, i) => found?.input ?? toObject(prompts[i]!.attributes)))
          : answered[0]?.input,
      output:
        answered.length > 0
          ? oneOrAll(answered.map((found, i) => found?.output ?? toObject(completions[i]!.attributes)))
          : asked[0]?.output,
    };
  };

function readEvent(event: DecodedEvent, source: IoSource, rules: readonly IoRule[]): InputOutput | undefined {
  const inner: IoSource = { attributes: event.attributes, events: [], scopeName: source.scopeName };
  for (const rule of rules) {
    const found = rule(inner);
    if (found) return found;
  }
  return undefined;
}

const oneOrAll = (values: unknown[]): unknown => (values.length === 1 ? values[0] : values);
