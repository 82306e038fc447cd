import * as api from '../../contract/api/experiments.ts';
import type { OutputOf } from '../../contract/operation.ts';
import { CliError } from '../cli-error.ts';
import type { Server } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { HttpError } from './http.ts';
import { callOperation } from './own-api.ts';
import { collect, itemsOf } from './pages.ts';

export type Experiment = OutputOf<typeof api.getExperiment>;
export type ExperimentItem = OutputOf<typeof api.listExperimentItems>['data'][number];

const LIMIT = 100;

/** Pages of an operation with cursors. */
async function* pages<T>(ask: (cursor: string | undefined) => Promise<{ data: T[]; nextCursor: string | null }>) {
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    if (page.data.length > 0) yield page.data;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

export async function listExperiments(
  { http, projectId }: Server,
  filter: { from?: string; to?: string; name?: string; datasetId?: string },
  most?: number,
): Promise<Experiment[]> {
  const id = await projectId();
  const limit = Math.min(LIMIT, most ?? LIMIT);
  const ask = (cursor: string | undefined) =>
    callOperation(http, api.listExperiments, { projectId: id, ...filter, cursor, limit });
  return collect(itemsOf(pages(ask), most));
}

/** By id, or by name: then the one with the latest activity. @throws CliError 4 when there is none */
export async function findExperiment(server: Server, nameOrId: string): Promise<Experiment> {
  try {
    return await callOperation(server.http, api.getExperiment, { projectId: await server.projectId(), experimentId: nameOrId });
  } catch (error) {
    if (!(error instanceof HttpError) || error.status !== 404) throw error;
  }
  const [found] = await listExperiments(server, { name: nameOrId }, 1);
  if (found) return found;
  throw new CliError(
    EXIT.notFound,
    'not_found',
    `There is no experiment with the name or id "${nameOrId}" (${server.http.host})`,
  );
}

export async function listExperimentItems({ http, projectId }: Server, experimentId: string): Promise<ExperimentItem[]> {
  const id = await projectId();
  const ask = (cursor: string | undefined) =>
    callOperation(http, api.listExperimentItems, { projectId: id, experimentId, cursor, limit: LIMIT });
  return collect(itemsOf(pages(ask)));
}
