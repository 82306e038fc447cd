import { IO_RULES, WHOLE_IO_RULES } from './rules.ts';
import { type InputOutput, type IoSource, isObject } from './span.ts';

/**
 * The first rule that finds anything. A side that it leaves open is asked of the rules after it, or what they would read is stored nowhere;
 * unless it is the rule of an SDK that tells all of it.
 */
export function findIo(source: IoSource): InputOutput | undefined {
  let found: InputOutput | undefined;
  for (const rule of IO_RULES) {
    const answer = rule(source);
    if (!answer) continue;
    if (!found && WHOLE_IO_RULES.includes(rule)) return answer;
    found = found ? { input: orThen(found.input, answer.input), output: orThen(found.output, answer.output) } : answer;
    if (!isNothing(found.input) && !isNothing(found.output)) return found;
  }
  return found;
}

/** Nothing, or the empty object of a list of messages that is not there. */
const isNothing = (side: unknown): boolean =>
  side === undefined || side === null || side === '' || (isObject(side) && Object.keys(side).length === 0);

const orThen = (first: unknown, then: unknown): unknown => (isNothing(first) && !isNothing(then) ? then : first);
