import { HttpError } from '../client/http.ts';
import type { ImportRun } from './import-run.ts';
import type { Kind, Part } from './kinds.ts';
import { importComments } from './settings/comments.ts';
import { importDatasets } from './settings/datasets.ts';
import { importModels } from './settings/models.ts';
import { importPrompts } from './settings/prompts.ts';
import { importQueueItems, importQueues } from './settings/queues.ts';
import { importRuns } from './settings/runs.ts';
import { archiveConfigs, importScoreConfigs } from './settings/score-configs.ts';
import { importScores } from './traces/import-scores.ts';
import { importTraces } from './traces/import-traces.ts';

interface Step {
  name: string;
  /** It is done when one of these is asked for. */
  parts: readonly Part[];
  kinds: readonly Kind[];
  /** Where the state file says how far it has come; a step without begins anew when it was cut off. */
  position?: string;
  work(run: ImportRun): Promise<void>;
}

/** In this order: what others name comes before them. */
const STEPS: readonly Step[] = [
  { name: 'score configs', parts: ['score-configs'], kinds: ['score configs'], work: importScoreConfigs },
  { name: 'models', parts: ['models'], kinds: ['models'], work: importModels },
  { name: 'prompts', parts: ['prompts'], kinds: ['prompt versions'], work: importPrompts },
  { name: 'datasets', parts: ['datasets', 'media'], kinds: ['datasets', 'dataset items'], work: importDatasets },
  { name: 'queues', parts: ['queues'], kinds: ['queues'], work: importQueues },
  { name: 'traces', parts: ['traces', 'media'], kinds: ['traces', 'observations'], position: 'traces', work: importTraces },
  { name: 'runs', parts: ['datasets'], kinds: ['runs', 'run items'], work: importRuns },
  { name: 'scores', parts: ['traces'], kinds: ['scores'], position: 'scores', work: importScores },
  { name: 'queue items', parts: ['queues'], kinds: ['queue items'], work: importQueueItems },
  { name: 'comments', parts: ['comments'], kinds: ['comments'], work: importComments },
  { name: 'archived configs', parts: ['score-configs', 'traces'], kinds: [], work: archiveConfigs },
];

/** Old servers do not have everything. The target does, so that it is the source that says so. */
const hasNoRoute = (error: unknown): error is HttpError =>
  error instanceof HttpError && (error.status === 404 || error.status === 405);

/** Does all steps that are not done yet. What was done is in the state file, whatever ends it. */
export async function runImport(run: ImportRun): Promise<void> {
  const { file, tally, progress, parts } = run;
  const { state } = file;
  for (const step of STEPS) {
    if (!step.parts.some((part) => parts.has(part)) || state.done.includes(step.name)) continue;
    const position = step.position && state.positions[step.position];
    if (position === undefined) tally.restart(step.kinds);
    progress.begin(step.name);
    try {
      await step.work(run);
    } catch (error) {
      if (!hasNoRoute(error)) throw error;
      const [kind] = step.kinds;
      if (kind) tally.failed(kind, 'all', `the source has no such route: ${error.message}`);
    } finally {
      progress.end();
      state.tally = tally.state;
      file.save();
    }
    state.done.push(step.name);
    file.save();
  }
}
