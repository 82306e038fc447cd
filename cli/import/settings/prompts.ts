import { LATEST, type Prompt, type PromptSummary } from '../../../contract/prompt.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { inParallel } from '../../client/in-parallel.ts';
import { createVersion, getPrompt, moveLabels } from '../../client/prompts.ts';
import { createOnce } from '../create-once.ts';
import type { ImportRun } from '../import-run.ts';
import { allRows } from '../pages.ts';
import { isRefusal } from '../refusal.ts';
import { PUBLIC, unless404 } from '../source.ts';

const PATH = `${PUBLIC}/v2/prompts`;

/** Stands for a version that is not there at the source, so that those after it keep their numbers; deleted when they are there. */
const FILLER = 'Left out: telltale import removes this version again';

const readNames = async (http: ImportRun['source']['http']) =>
  (await allRows<PromptSummary>(http, { path: PATH })).sort((a, b) => (a.name < b.name ? -1 : 1));

/** One prompt on its way. */
interface Task {
  name: string;
  /** Ascending, as at the source. */
  versions: Prompt[];
  /** What the target has by now, by version. */
  there: Map<number, Prompt>;
  /** Index in `versions` of the next to be looked at. */
  next: number;
  /** Versions that could not come. */
  refused: Set<number>;
}

/**
 * Copies prompts with all versions under the same numbers. A prompt's labels move when all its versions are there, so that nothing half done
 * is served. A prompt that includes others waits for them.
 */
export async function importPrompts(run: ImportRun): Promise<void> {
  const { source, target, tally, progress } = run;
  const [summaries, known] = await Promise.all([readNames(source.http), readNames(target.http)]);
  const there = new Map(known.map((summary) => [summary.name, summary]));
  const total = summaries.reduce((sum, { versions }) => sum + versions.length, 0);
  let done = 0;
  let waiting: Task[] = [];
  const advance = async (task: Task, last: boolean) => {
    const before = task.next;
    const finished = await bringVersions(run, task, last);
    done += task.next - before;
    progress.at(done, total);
    if (finished) await settle(run, task);
    return { finished, moved: task.next > before };
  };
  for (const summary of summaries) {
    const task = await openTask(run, summary, there.get(summary.name));
    if (task.versions.some((version) => version.resolutionGraph))
      tally.note('prompt versions came with what they include written out: the source does not give them as written');
    if (!(await advance(task, false)).finished) waiting.push(task);
  }
  // What includes another prompt may have been refused for want of it.
  for (let last = false; waiting.length > 0; ) {
    const still: Task[] = [];
    let moved = false;
    for (const task of waiting) {
      const step = await advance(task, last);
      moved ||= step.moved;
      if (!step.finished) still.push(task);
    }
    last = !moved && still.length === waiting.length;
    waiting = still;
  }
}

async function openTask(run: ImportRun, summary: PromptSummary, known: PromptSummary | undefined): Promise<Task> {
  const { source, target, concurrency } = run;
  const { name } = summary;
  const ascending = (summary.versions ?? []).toSorted((a, b) => a - b);
  const read = async (http: typeof source.http, numbers: readonly number[]) =>
    // One that was deleted since the list was read is left out.
    (await inParallel(numbers, concurrency, (version) => unless404(getPrompt(http, name, { version })))).filter(
      (prompt) => prompt !== undefined,
    );
  const versions = await read(source.http, ascending);
  const there = await read(target.http, known?.versions ?? []);
  return { name, versions, there: new Map(there.map((prompt) => [prompt.version, prompt])), next: 0, refused: new Set() };
}

/** What must be equal for two versions to be the same. Servers keep other things of messages, which no SDK uses. */
export function contentOf({ type, prompt, config, commitMessage }: Prompt): string {
  const items = Array.isArray(prompt)
    ? prompt.map((item) => ('role' in item ? { role: item.role, content: item.content } : { name: item.name }))
    : prompt;
  return canonicalJson({ type: type ?? 'text', items, config: config ?? {}, commitMessage: commitMessage ?? null });
}

/**
 * Brings versions until one is refused. With `last`, a refused one is given up and the others follow.
 * @returns whether all were looked at
 */
async function bringVersions(run: ImportRun, task: Task, last: boolean): Promise<boolean> {
  const { tally } = run;
  for (; task.next < task.versions.length; task.next++) {
    const version = task.versions[task.next]!;
    const known = task.there.get(version.version);
    if (known && known.commitMessage !== FILLER) {
      if (contentOf(known) === contentOf(version)) tally.alreadyThere('prompt versions');
      else refuse(run, task, version, 'the target has another content under this version');
      continue;
    }
    if (known || Math.max(0, ...task.there.keys()) >= version.version) {
      refuse(run, task, version, 'the target has later versions of this prompt already');
      continue;
    }
    try {
      await fillUpTo(run, task, version);
      await bring(run, task, {
        version: version.version,
        type: version.type ?? 'text',
        prompt: version.prompt,
        config: version.config ?? {},
        tags: version.tags ?? [],
        commitMessage: version.commitMessage ?? undefined,
      });
      tally.copied('prompt versions');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (!last) return false;
      refuse(run, task, version, error.message);
    }
  }
  return true;
}

function refuse({ tally }: ImportRun, task: Task, { name, version }: Prompt, reason: string) {
  task.refused.add(version);
  tally.failed('prompt versions', `${name} ${version}`, reason);
}

/** Versions count up by one: what is not there at the source is filled, and taken away in `settle`. */
async function fillUpTo(run: ImportRun, task: Task, { version, type, tags }: Prompt): Promise<void> {
  for (let missing = Math.max(0, ...task.there.keys()) + 1; missing < version; missing++) {
    if (!task.refused.has(missing))
      run.tally.note('versions of prompts are not there at the source any more: the others kept their numbers');
    const prompt = type === 'chat' ? [] : '';
    await bring(run, task, {
      version: missing,
      type: type ?? 'text',
      prompt,
      config: {},
      tags: tags ?? [],
      commitMessage: FILLER,
    });
  }
}

type Content = Pick<Prompt, 'version' | 'type' | 'prompt' | 'config' | 'tags'> & { commitMessage: string | undefined };

async function bring({ target, signal }: ImportRun, task: Task, { version, ...content }: Content): Promise<void> {
  const made = await createOnce(
    () => createVersion(target.http, { name: task.name, labels: [], ...content }),
    () => unless404(getPrompt(target.http, task.name, { version })),
    signal,
  );
  task.there.set(made.version, made);
}

/** Takes fillers away and moves the labels. */
async function settle(run: ImportRun, task: Task): Promise<void> {
  const { target, tally } = run;
  const { name } = task;
  for (const { version, commitMessage } of [...task.there.values()]) {
    if (commitMessage !== FILLER) continue;
    const query = { version };
    await unless404(target.http.json({ method: 'DELETE', path: `${PATH}/${encodeURIComponent(name)}`, query }));
    task.there.delete(version);
  }
  const own = new Set(task.versions.map(({ version }) => version));
  if ([...task.there.keys()].some((version) => !own.has(version))) {
    tally.note('prompts have versions in the target that the source does not have: their labels were left alone');
    return;
  }
  for (const { version, labels } of task.versions) {
    const known = task.there.get(version);
    if (!known || task.refused.has(version)) continue;
    const missing = (labels ?? []).filter((label) => label !== LATEST && !known.labels.includes(label));
    if (missing.length === 0) continue;
    try {
      await moveLabels(target.http, name, version, missing);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      tally.failed('prompt versions', `${name} ${version}`, `labels ${missing.join(', ')}: ${error.message}`);
    }
  }
}
