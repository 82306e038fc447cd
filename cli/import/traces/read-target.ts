import type { ImportRun } from '../import-run.ts';
import { PUBLIC, unless404 } from '../source.ts';
import { type Body, observationBodyV1, observationBodyV2, traceBody } from './bodies.ts';
import { FIELDS_V2 } from './read-observations-v2.ts';
import { type ScoreToWrite, scoreToWrite } from './score-body.ts';
import type { ObservationRowV1, ObservationRowV2, ScoreRow, TraceRow } from './source-rows.ts';

/** Characters of ids in one address. */
const MOST_CHARACTERS = 5000;
const MOST_IDS = 100;

type Target = Pick<ImportRun, 'target'>['target'];

function* chunksOf(ids: readonly string[]): Generator<string[]> {
  let chunk: string[] = [];
  let length = 0;
  for (const id of new Set(ids)) {
    const size = encodeURIComponent(id).length + 10;
    if (chunk.length > 0 && (length + size > MOST_CHARACTERS || chunk.length === MOST_IDS)) {
      yield chunk;
      chunk = [];
      length = 0;
    }
    chunk.push(id);
    length += size;
  }
  if (chunk.length > 0) yield chunk;
}

const oneOf = (ids: string[]) => JSON.stringify([{ type: 'stringOptions', column: 'id', operator: 'any of', value: ids }]);

async function readById<Row>(
  { http }: Target,
  ids: readonly string[],
  path: string,
  query: (ids: string[]) => Record<string, string | number | undefined>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (const chunk of chunksOf(ids)) {
    const { data } = await http.json<{ data: Row[] }>({
      path: PUBLIC + path,
      query: { limit: MOST_IDS, ...query(chunk) },
    });
    found.push(...data);
  }
  return found;
}

const byId = (bodies: readonly Body[]) => new Map(bodies.map((body) => [body.id, body]));

/* What the target has of these ids, as it would be written: read in the way in which the source is. */

export const readTraces = async (target: Target, ids: readonly string[]): Promise<Map<string, Body>> =>
  byId((await readById<TraceRow>(target, ids, '/traces', (some) => ({ filter: oneOf(some), fields: 'core,io' }))).map(traceBody));

export const readObservationsV1 = async (target: Target, ids: readonly string[]): Promise<Map<string, Body>> =>
  byId(
    (await readById<ObservationRowV1>(target, ids, '/observations', (some) => ({ filter: oneOf(some) }))).map(observationBodyV1),
  );

/** @param expand keys of metadata that are needed whole */
export const readObservationsV2 = async (
  target: Target,
  ids: readonly string[],
  expand: readonly string[],
): Promise<Map<string, Body>> =>
  byId(
    (
      await readById<ObservationRowV2>(target, ids, '/v2/observations', (some) => ({
        filter: oneOf(some),
        fields: FIELDS_V2,
        expandMetadata: expand.length > 0 ? expand.join(',') : undefined,
      }))
    ).map(observationBodyV2),
  );

export async function readScores(target: Target, ids: readonly string[]): Promise<Map<string, ScoreToWrite>> {
  // Lists of ids are told apart by commas.
  const single = ids.filter((id) => id.includes(','));
  const listed = ids.filter((id) => !id.includes(','));
  const rows = await readById<ScoreRow>(target, listed, '/v2/scores', (some) => ({ scoreIds: some.join(','), fields: 'score' }));
  for (const id of single) {
    const row = await unless404(target.http.json<ScoreRow>({ path: `${PUBLIC}/v2/scores/${encodeURIComponent(id)}` }));
    if (row) rows.push(row);
  }
  return new Map(rows.map((row) => [row.id, scoreToWrite(row)]));
}
