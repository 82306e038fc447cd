import type { PromptType } from '../../../contract/prompt.ts';
import { inWords, type Reference } from './references.ts';

/** One version of a prompt, as the rules of inclusion see it. */
export interface GraphVersion {
  id: string;
  name: string;
  version: number;
  type: PromptType;
  labels: readonly string[];
  references: readonly Reference[];
}

/** The version that a reference means, or undefined. */
export type FindVersion = (reference: Reference) => GraphVersion | undefined;

/** Levels of prompts within prompts, the outermost among them (contract §5.1). */
export const MAX_DEPTH = 5;

/** What is known of everything below a version; `deepest` are the names of the longest way down. */
type Survey = { problem: string } | { problem: null; below: ReadonlySet<string>; deepest: readonly string[] };

/**
 * Answers what is wrong with what a version includes, as a sentence, or null: a prompt that is missing or not a text, more than five
 * levels with its own, or a prompt that includes itself, in whatever version. Every version is looked at once, however many ways lead to it.
 */
export function createInclusionCheck(find: FindVersion): (version: GraphVersion) => string | null {
  const done = new Map<string, Survey>();
  const open = new Set<string>();

  function survey(version: GraphVersion): Survey {
    const known = done.get(version.id);
    if (known) return known;
    open.add(version.id);
    const made = look(version);
    open.delete(version.id);
    done.set(version.id, made);
    return made;
  }

  function look(version: GraphVersion): Survey {
    const below = new Set<string>();
    let deepest: readonly string[] = [];
    for (const reference of version.references) {
      const found = find(reference);
      if (!found) return { problem: `"${version.name}" includes the prompt ${inWords(reference)}, which does not exist.` };
      if (found.type !== 'text') {
        return {
          problem: `"${version.name}" includes the prompt "${found.name}", which is a chat prompt: only text prompts can be included.`,
        };
      }
      const circle = { problem: `Circular dependency: "${version.name}" includes "${found.name}", which leads back to it.` };
      if (found.name === version.name || open.has(found.id)) return circle;
      const child = survey(found);
      if (child.problem !== null) return child;
      if (child.below.has(version.name)) return circle;
      below.add(found.name);
      for (const name of child.below) below.add(name);
      if (child.deepest.length >= deepest.length) deepest = [found.name, ...child.deepest];
    }
    if (deepest.length + 1 > MAX_DEPTH) {
      const way = [version.name, ...deepest].join(' > ');
      return { problem: `"${version.name}" includes prompts more than ${MAX_DEPTH} levels deep, itself among them: ${way}.` };
    }
    return { problem: null, below, deepest };
  }

  return (version) => survey(version).problem;
}

/** Finds versions of a project by reference. */
export function finderOf(versions: readonly GraphVersion[]): FindVersion {
  const byName = Map.groupBy(versions, ({ name }) => name);
  return ({ name, version, label }) =>
    byName.get(name)?.find((each) => (version === null ? each.labels.includes(label!) : each.version === version));
}

/** A version that a change would leave broken, and how. */
export interface Broken {
  version: GraphVersion;
  problem: string;
}

/** The versions that are there after a change and whose inclusions work no longer; those that did not work before are no news. */
export function brokenBy(before: readonly GraphVersion[], after: readonly GraphVersion[]): Broken[] {
  const checkBefore = createInclusionCheck(finderOf(before));
  const checkAfter = createInclusionCheck(finderOf(after));
  const old = new Map(before.map((version) => [version.id, version]));
  return after.flatMap((version) => {
    const problem = checkAfter(version);
    if (problem === null) return [];
    const known = old.get(version.id);
    return known && checkBefore(known) !== null ? [] : [{ version, problem }];
  });
}
