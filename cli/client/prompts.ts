import { LATEST, type Prompt, type PromptContent, type PromptSummary, type PromptType } from '../../contract/prompt.ts';
import { type HttpClient, HttpError } from './http.ts';
import { collect, itemsOf, pagesOf } from './pages.ts';

const PATH = '/api/public/v2/prompts';
const pathOf = (name: string) => `${PATH}/${encodeURIComponent(name)}`;

export interface NewVersion {
  name: string;
  type: PromptType;
  prompt: PromptContent;
  config: unknown;
  labels: readonly string[];
  tags: readonly string[];
  commitMessage?: string;
}

/* Prompts by the Langfuse API (contract §1.7), so that other servers that speak it are reached too. */

export const listPrompts = (
  http: HttpClient,
  filter: { name?: string; label?: string; tag?: string } = {},
  most?: number,
): Promise<PromptSummary[]> => collect(itemsOf(pagesOf<PromptSummary>(http, { path: PATH, query: filter }), most));

/** As written unless `resolve`; the newest version unless one is named. */
export const getPrompt = (
  http: HttpClient,
  name: string,
  { version, label, resolve = false }: { version?: number; label?: string; resolve?: boolean } = {},
): Promise<Prompt> =>
  http.json<Prompt>({
    path: pathOf(name),
    query: { version, label: version === undefined ? (label ?? LATEST) : undefined, resolve },
  });

/** Undefined when there is no such prompt or version. */
export async function findPrompt(http: HttpClient, name: string, label?: string): Promise<Prompt | undefined> {
  try {
    return await getPrompt(http, name, { label });
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) return undefined;
    throw error;
  }
}

/** Not tried again when the answer is lost: it might be there already, and would be there twice. */
export const createVersion = (http: HttpClient, version: NewVersion): Promise<Prompt> =>
  http.json<Prompt>({ method: 'POST', path: PATH, body: version });

export const moveLabels = (http: HttpClient, name: string, version: number, newLabels: readonly string[]): Promise<Prompt> =>
  http.json<Prompt>({ method: 'PATCH', path: `${pathOf(name)}/versions/${version}`, body: { newLabels }, repeatable: true });
