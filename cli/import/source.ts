import { CliError, failed } from '../cli-error.ts';
import { type HttpClient, HttpError, type Request } from '../client/http.ts';
import { EXIT } from '../exit-codes.ts';

/** How scores are read, newest way first. */
const SCORE_ROUTES = ['/v3/scores', '/v2/scores', '/scores'] as const;
export type ScoreRoute = (typeof SCORE_ROUTES)[number];

/** The server that is copied from, and which of the public reads it answers. */
export interface Source {
  http: HttpClient;
  project: { id: string; name: string };
  /** Lists of traces and the first version of observations; otherwise observations of the second version only (contract §0.4). */
  legacyReads: boolean;
  scores: ScoreRoute | null;
}

/** Below the root of the public API. */
export const PUBLIC = '/api/public';

/** Undefined where the server says that there is nothing of that name, or no such route. */
export async function unless404<T>(ask: Promise<T>): Promise<T | undefined> {
  try {
    return await ask;
  } catch (error) {
    if (error instanceof HttpError && (error.status === 404 || error.status === 405)) return undefined;
    throw error;
  }
}

/**
 * Asks the source who it is and what it can be asked.
 * @throws CliError 3 when it refuses the keys, 6 when it does not answer, 1 when it can be read by neither generation of routes
 */
export async function openSource(http: HttpClient): Promise<Source> {
  const answers = async (path: string, query: Request['query']) =>
    (await unless404(http.json({ path: PUBLIC + path, query }))) !== undefined;
  const project = await projectOf(http);
  const legacyReads =
    (await answers('/traces', { limit: 1, fields: 'core' })) &&
    (await answers('/observations', { limit: 1, name: 'telltale-import' }));
  if (!legacyReads && !(await answers('/v2/observations', { limit: 1 }))) {
    throw failed(
      `${http.host} answers neither /api/public/traces nor /api/public/v2/observations: there is nothing to copy traces by.`,
    );
  }
  let scores: ScoreRoute | null = null;
  for (const route of SCORE_ROUTES) {
    if (scores === null && (await answers(route, { limit: 1 }))) scores = route;
  }
  return { http, project, legacyReads, scores };
}

async function projectOf(http: HttpClient): Promise<Source['project']> {
  try {
    const { data } = await http.json<{ data: { id: string; name: string }[] }>({ path: `${PUBLIC}/projects` });
    if (data[0]) return data[0];
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    if (error.exitCode === EXIT.notAuthorised) {
      const advice = 'Check --from, --from-public-key and --from-secret-key; they must be keys of a project.';
      throw new CliError(
        EXIT.notAuthorised,
        error.code,
        `${http.host} refuses the keys of the source (${error.status}). ${advice}`,
        error,
      );
    }
    if (error.code === 'redirect') {
      throw new CliError(error.exitCode, error.code, error.message.replace('--host', '--from'), error);
    }
    throw error;
  }
  throw failed(`${http.host} names no project for these keys. Organisation keys cannot read traces: use keys of a project.`);
}
