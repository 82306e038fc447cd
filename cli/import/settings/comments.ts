import type { Comment } from '../../../contract/comment.ts';
import type { PromptSummary } from '../../../contract/prompt.ts';
import { getPrompt } from '../../client/prompts.ts';
import { createOnce } from '../create-once.ts';
import type { ImportRun } from '../import-run.ts';
import { allRows, pagesFrom } from '../pages.ts';
import { isRefusal } from '../refusal.ts';
import { PUBLIC, unless404 } from '../source.ts';

const PATH = `${PUBLIC}/comments`;

/**
 * Copies comments, oldest first. The API lets nobody write in another's name or at another time: they come without author, and as written
 * now.
 */
export async function importComments(run: ImportRun): Promise<void> {
  const { target, projectId, tally, signal, progress } = run;
  const comments = await unless404(readAll(run));
  if (!comments) return tally.note('the source has no route for comments');
  const promptId = promptIds(run, comments);
  const isThere = async ({ objectType, content }: Comment, objectId: string, times: number) => {
    let found = 0;
    const query = { objectType, objectId };
    for await (const { rows } of pagesFrom<Comment>(target.http, { path: PATH, query }))
      found += rows.filter((each) => each.content === content).length;
    return found >= times;
  };
  const met = new Map<string, number>();
  for (const [index, comment] of comments.entries()) {
    progress.at(index, comments.length);
    const { objectType, content } = comment;
    const objectId = objectType === 'PROMPT' ? await promptId(comment.objectId) : comment.objectId;
    if (objectId === undefined) {
      tally.failed('comments', comment.id, 'its version of a prompt is not in the target');
      continue;
    }
    // Who wrote the same twice finds it twice.
    const key = JSON.stringify([objectType, objectId, content]);
    const times = (met.get(key) ?? 0) + 1;
    met.set(key, times);
    if (await isThere(comment, objectId, times)) {
      tally.alreadyThere('comments');
      continue;
    }
    try {
      const body = { projectId, objectType, objectId, content };
      await createOnce<unknown>(
        () => target.http.json({ method: 'POST', path: PATH, body }),
        async () => ((await isThere(comment, objectId, times)) ? comment : undefined),
        signal,
      );
      tally.copied('comments');
      if (comment.authorUserId) tally.note('comments came without their authors and times: the API takes neither');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // What it was written beside may have been left out on purpose.
      if (error.status === 404 && run.narrowed) tally.note('comments were left out with what they were written beside');
      else tally.failed('comments', comment.id, error.message);
    }
  }
}

const readAll = async ({ source, until }: ImportRun): Promise<Comment[]> =>
  (await allRows<Comment>(source.http, { path: PATH }))
    .filter(({ createdAt }) => Date.parse(createdAt) < Date.parse(until))
    .reverse();

/** Comments name versions of prompts by ids, which are other ones in the target. */
function promptIds({ source, target }: ImportRun, comments: readonly Comment[]): (id: string) => Promise<string | undefined> {
  const wanted = new Set(comments.filter(({ objectType }) => objectType === 'PROMPT').map(({ objectId }) => objectId));
  let found: Promise<Map<string, string>> | undefined;
  const find = async () => {
    const ids = new Map<string, string>();
    for (const { name, versions } of await allRows<PromptSummary>(source.http, { path: `${PUBLIC}/v2/prompts` })) {
      for (const version of versions) {
        if (ids.size === wanted.size) return ids;
        const there = await unless404(getPrompt(source.http, name, { version }));
        if (!there || !wanted.has(there.id)) continue;
        const here = await unless404(getPrompt(target.http, name, { version }));
        if (here) ids.set(there.id, here.id);
      }
    }
    return ids;
  };
  return async (id) => {
    found ??= find();
    return (await found).get(id);
  };
}
