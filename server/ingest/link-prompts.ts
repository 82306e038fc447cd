import type { ObservationRow } from '../store/analytics/rows.ts';
import type { Edit } from './facts.ts';
import type { FindPrompt } from './types.ts';

/** The same look-up, asked once for each prompt version however many observations of a request name it. */
export function rememberPrompts(findPrompt: FindPrompt): FindPrompt {
  const found = new Map<string, ReturnType<FindPrompt>>();
  return (projectId, name, version) => {
    const key = `${projectId} ${version} ${name}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const id = findPrompt(projectId, name, version);
    found.set(key, id);
    return id;
  };
}

/** Rows that name a prompt version get its id; one that names a version which does not exist keeps the name and has no id (contract §9.13). */
export async function linkPrompts(rows: readonly ObservationRow[], findPrompt: FindPrompt): Promise<void> {
  for (const row of rows) {
    if (row.prompt_name === '' || row.prompt_version === null) continue;
    row.prompt_id = (await findPrompt(row.project_id, row.prompt_name, row.prompt_version)) ?? '';
  }
}

/** The same for edits: `promptId` is the version's id, or null when there is no such version; it is absent when no prompt is named. */
export async function linkEdits(edits: readonly Edit[], projectId: string, findPrompt: FindPrompt): Promise<void> {
  for (const edit of edits) {
    if (edit.type === 'trace-create') continue;
    const { promptName, promptVersion } = edit.body;
    if (!promptName || promptVersion === undefined || promptVersion === null) continue;
    edit.body.promptId = await findPrompt(projectId, promptName, promptVersion);
  }
}
