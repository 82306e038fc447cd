import type { ScoreConfig } from '../../../contract/score-config.ts';
import { inParallel } from '../../client/in-parallel.ts';
import type { ImportRun } from '../import-run.ts';
import { allRows, pagesFrom } from '../pages.ts';
import { isRefusal } from '../refusal.ts';
import { setArchived } from '../settings/score-configs.ts';
import { PUBLIC } from '../source.ts';
import { isThere } from './is-there.ts';
import { readScores } from './read-target.ts';
import { type ScoreToWrite, scoreToWrite } from './score-body.ts';
import type { ScoreRow } from './source-rows.ts';
import { writeEvents } from './write-events.ts';

/** Copies scores of traces, steps, sessions and runs, each by its own time. */
export async function importScores(run: ImportRun): Promise<void> {
  const { tally, file, progress } = run;
  const configs = await openConfigs(run);
  let done = 0;
  for await (const { rows, total, next } of readPages(run, file.state.positions.scores)) {
    const scores: ScoreToWrite[] = [];
    for (const row of rows) scores.push(await translated(run, scoreToWrite(row)));
    await bring(run, scores, configs);
    done += rows.length;
    progress.at(done, total);
    file.state.positions.scores = next;
    file.state.tally = tally.state;
    file.save();
  }
}

interface ScorePage {
  rows: ScoreRow[];
  total?: number | undefined;
  /** A cursor, or the number of rows that are done. */
  next: unknown;
}

async function* readPages({ source, tally, since, until }: ImportRun, position: unknown): AsyncGenerator<ScorePage> {
  const query = { fromTimestamp: since, toTimestamp: until };
  if (source.scores === null) {
    tally.note('the source has no route for scores');
    return;
  }
  const path = PUBLIC + source.scores;
  if (source.scores !== '/v3/scores') {
    const start = typeof position === 'number' ? position : 0;
    yield* pagesFrom<ScoreRow>(source.http, { path, query }, start);
    return;
  }
  let cursor = typeof position === 'string' ? position : undefined;
  do {
    const { data, meta } = await source.http.json<{ data: ScoreRow[]; meta: { cursor?: string | null } }>({
      path,
      query: { ...query, fields: 'core,details,subject,annotation', limit: 100, cursor },
    });
    cursor = meta.cursor ?? undefined;
    yield { rows: data, next: cursor };
  } while (cursor !== undefined);
}

/** With the ids that the target has for what the score names. */
async function translated({ ids, tally }: ImportRun, { body, source }: ScoreToWrite): Promise<ScoreToWrite> {
  const { configId, queueId, datasetRunId, ...rest } = body as ScoreToWrite['body'] & Record<string, string | undefined>;
  const config = configId === undefined ? undefined : await ids.scoreConfig(configId);
  const queue = queueId === undefined ? undefined : await ids.queue(queueId);
  const run = datasetRunId === undefined ? undefined : await ids.run(datasetRunId);
  if (configId !== undefined && config === undefined)
    tally.note('scores came without their score config: it is not in the target');
  if (queueId !== undefined && queue === undefined)
    tally.note('scores came without their annotation queue: it is not in the target');
  if (datasetRunId !== undefined && run === undefined) tally.note('scores name runs that are not in the target');
  const more = { configId: config, queueId: queue, datasetRunId: run ?? datasetRunId };
  const known = Object.entries(more).filter(([, value]) => value !== undefined);
  return { body: { ...rest, ...Object.fromEntries(known) } as ScoreToWrite['body'], source };
}

/** ANNOTATION may be claimed with a config or for a correction; of the other sources only API may be. */
const sourceOf = ({ body, source }: ScoreToWrite): string =>
  source === 'ANNOTATION' && (body.configId !== undefined || body.dataType === 'CORRECTION') ? 'ANNOTATION' : 'API';

/** A config gives its scores their name. */
function compared(score: ScoreToWrite, source: string): ScoreToWrite['body'] {
  const { name, ...rest } = score.body;
  return { ...rest, ...(score.body.configId === undefined && { name }), source };
}

async function bring(run: ImportRun, scores: readonly ScoreToWrite[], configs: Configs): Promise<void> {
  const { target, tally, concurrency } = run;
  const there = await readScores(
    target,
    scores.map(({ body }) => body.id),
  );
  const isKnown = (score: ScoreToWrite) => {
    const known = there.get(score.body.id);
    return known !== undefined && isThere(compared(score, sourceOf(score)), compared(known, known.source));
  };
  for (const { source } of scores.filter((score) => sourceOf(score) !== score.source))
    tally.note(`scores of source ${source} came as API: only servers may claim the other`);
  const missing = scores.filter((score) => !isKnown(score));
  tally.alreadyThere('scores', scores.length - missing.length);
  for (const { body } of missing) await configs.open(body.configId);
  const batch = missing.filter((score) => sourceOf(score) === 'API');
  const single = missing.filter((score) => sourceOf(score) === 'ANNOTATION');
  const refused = await writeAll(run, batch);
  const refusedSingle = (await inParallel(single, concurrency, (score) => postOne(run, score))).filter((each) => each !== null);
  tally.copied('scores', missing.length - refused.length - refusedSingle.length);
  await withoutConfig(run, [...refused, ...refusedSingle]);
}

interface RefusedScore {
  body: ScoreToWrite['body'];
  reason: string;
}

const writeAll = (run: ImportRun, scores: readonly ScoreToWrite[]): Promise<RefusedScore[]> =>
  writeEvents(
    run,
    scores.map(({ body }) => ({ type: 'score-create', body, time: String(body.timestamp) })),
  );

/** A batch makes all scores API ones; one alone may say that a person gave it (contract §1.5). */
async function postOne({ target }: ImportRun, { body, source }: ScoreToWrite): Promise<RefusedScore | null> {
  try {
    // A score of the same id is one.
    await target.http.json({ method: 'POST', path: `${PUBLIC}/scores`, body: { ...body, source }, repeatable: true });
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { body, reason: error.message };
  }
}

/** A score from before its config was changed may break it. Rather than to be lost it comes without. */
async function withoutConfig(run: ImportRun, refused: readonly RefusedScore[]): Promise<void> {
  const { tally } = run;
  const reasons = new Map(refused.map(({ body, reason }) => [body.id, reason]));
  const bare = refused
    .filter(({ body }) => body.configId !== undefined)
    .map(({ body: { configId: _, ...body } }) => ({ body: body as ScoreToWrite['body'], source: 'API' }));
  const again = await writeAll(run, bare);
  const lost = new Set(again.map(({ body }) => body.id));
  for (const { body, reason } of again) reasons.set(body.id, reason);
  for (const { body } of refused) {
    if (body.configId !== undefined && !lost.has(body.id)) {
      tally.copied('scores');
      tally.note('scores came without their score config and as API: they break what it demands now');
    } else tally.failed('scores', body.id, reasons.get(body.id) ?? 'refused');
  }
}

interface Configs {
  /** Scores of an archived config are refused: it is used until the import is done. */
  open(configId: unknown): Promise<void>;
}

async function openConfigs(run: ImportRun): Promise<Configs> {
  const configs = await allRows<ScoreConfig>(run.target.http, { path: `${PUBLIC}/score-configs` });
  const archived = new Set(configs.filter(({ isArchived }) => isArchived).map(({ id }) => id));
  return {
    async open(configId) {
      if (typeof configId !== 'string' || !archived.has(configId)) return;
      const { positions } = run.file.state;
      // Written down first, so that it is archived again also when the import is cut off.
      positions.opened = [...((positions.opened as string[] | undefined) ?? []), configId];
      run.file.save();
      await setArchived(run, configId, false);
      archived.delete(configId);
    },
  };
}
