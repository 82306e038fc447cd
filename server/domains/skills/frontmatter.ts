import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { SKILL_FILE, skillFrontmatter } from '../../../contract/skill.ts';
import { DEEPEST, isTooDeep } from '../../ingest/langfuse/nesting.ts';
import { invalidRequest } from '../../lib/errors.ts';

/** YAML between two lines of `---` at the very beginning. */
const FRONTMATTER = /^\uFEFF?---[ \t]*\r?\n(?:([\s\S]*?)\r?\n)??---[ \t]*(?:\r?\n|$)/;
/** Characters; what an agent needs to find a skill is short. */
const MAX_LENGTH = 50_000;
/** References of YAML to its own parts; more would let a short text become an endless one. */
const MAX_ALIASES = 50;

/**
 * What stands above the instructions in a SKILL.md: name, description and whatever else is there.
 * @throws AppError 400 that says what is wrong with it
 */
export function readFrontmatter(text: string): z.output<typeof skillFrontmatter> {
  const yaml = FRONTMATTER.exec(text)?.[1];
  if (yaml === undefined) throw refused('it must begin with name and description as YAML between two lines of ---');
  if (yaml.length > MAX_LENGTH) throw refused(`its YAML may have at most ${MAX_LENGTH} characters`);
  const parsed = skillFrontmatter.safeParse(readYaml(yaml));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refused(`${issue!.path.join('.') || 'its YAML'}: ${issue!.message}`);
}

/** The value as JSON has it. @throws AppError 400 */
function readYaml(yaml: string): unknown {
  let value: unknown;
  let problem: string | undefined;
  try {
    const document = parseDocument(yaml);
    problem = document.errors[0]?.message;
    if (problem === undefined) value = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? null));
  } catch {
    problem = 'it refers to its own parts too often, or is nested without end';
  }
  if (problem === undefined && isTooDeep(value)) problem = `it is nested deeper than ${DEEPEST} levels`;
  if (problem !== undefined) throw refused(`its YAML: ${problem}`);
  return value;
}

const refused = (problem: string) => invalidRequest(`${SKILL_FILE}: ${problem}`);
