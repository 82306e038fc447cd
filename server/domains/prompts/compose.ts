import type { Prompt, PromptContent, ResolutionGraph } from '../../../contract/prompt.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { createInclusionCheck, type GraphVersion } from './inclusion.ts';
import { cutAtTags, keyOf, type Reference, referencesOf } from './references.ts';

/** A version as it was written. */
export type WrittenPrompt = Omit<Prompt, 'resolutionGraph'>;

/** Finds the version that a reference means, or null. */
export type FindIncluded = (reference: Reference) => Promise<WrittenPrompt | null>;

/** Characters of a composed prompt, and prompts in it. One that includes another many times over would otherwise grow without end. */
export const MAX_LENGTH = 10_000_000;
export const MAX_INCLUDED = 500;

type Part = GraphVersion & { written: WrittenPrompt };

/**
 * A prompt with everything that it includes in place, and the graph of where that came from; unchanged, with graph null, when it
 * includes nothing (contract §5.1).
 * @throws AppError 400 when an included prompt is missing or not a text, at a cycle, beyond five levels, and when it grows too long
 */
export async function compose(root: WrittenPrompt, find: FindIncluded): Promise<Prompt> {
  const top = partOf(root);
  if (top.references.length === 0) return { ...root, resolutionGraph: null };
  const parts = await collect(top, find);
  const problem = createInclusionCheck((reference) => parts.get(keyOf(reference)))(top);
  if (problem !== null) throw invalidRequest(problem);

  const graph: ResolutionGraph = { root: nodeOf(top), dependencies: {} };
  const texts = new Map<string, string>();
  const textOf = (reference: Reference): string => {
    const part = parts.get(keyOf(reference))!;
    let text = texts.get(part.id);
    if (text === undefined) {
      note(part);
      text = fill(part.written.prompt as string, textOf);
      texts.set(part.id, text);
    }
    return text;
  };
  const note = (part: Part) => {
    if (part.references.length === 0) return;
    const included = part.references.map((reference) => parts.get(keyOf(reference))!);
    graph.dependencies[part.id] = [...new Map(included.map((each) => [each.id, nodeOf(each)])).values()];
  };
  note(top);
  return { ...root, prompt: fillContent(root.prompt, textOf), resolutionGraph: graph };
}

/** Everything that is included, by reference; each asked for once. */
async function collect(top: Part, find: FindIncluded): Promise<Map<string, Part>> {
  const parts = new Map<string, Part>();
  const asked = new Set<string>();
  const waiting = [...top.references];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const key = keyOf(next);
    if (asked.has(key)) continue;
    asked.add(key);
    if (asked.size > MAX_INCLUDED) throw invalidRequest(`"${top.name}" includes more than ${MAX_INCLUDED} prompts.`);
    const found = await find(next);
    if (!found) continue;
    const part = partOf(found);
    parts.set(key, part);
    waiting.push(...part.references);
  }
  return parts;
}

const partOf = (written: WrittenPrompt): Part => {
  const { id, name, version, type, labels } = written;
  return { id, name, version, type, labels, references: referencesOf(written.prompt), written };
};

const nodeOf = ({ name, version, id }: Part) => ({ name, version, id });

function fillContent(content: PromptContent, textOf: (reference: Reference) => string): PromptContent {
  if (typeof content === 'string') return fill(content, textOf);
  let length = 0;
  return content.map((item) => {
    if (!('content' in item)) return item;
    const filled = fill(item.content, textOf);
    length += filled.length;
    requireLength(length);
    return { ...item, content: filled };
  });
}

function fill(text: string, textOf: (reference: Reference) => string): string {
  const pieces = cutAtTags(text).map((piece) => (typeof piece === 'string' ? piece : textOf(piece)));
  requireLength(pieces.reduce((sum, piece) => sum + piece.length, 0));
  return pieces.join('');
}

/** @throws AppError 400 */
function requireLength(length: number): void {
  if (length > MAX_LENGTH) throw invalidRequest(`The composed prompt would have ${length} characters, more than ${MAX_LENGTH}.`);
}
