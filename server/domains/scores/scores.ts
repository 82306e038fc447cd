import { CLAIMABLE_SCORE_SOURCES, type Score } from '../../../contract/score.ts';
import type { Door } from '../../ingest/door.ts';
import type { Sender } from '../../ingest/types.ts';
import { notFound } from '../../lib/errors.ts';
import { getScore, listScores, type ScoreScope } from '../../query/list-scores.ts';
import { presentScore, type StoredScore } from '../../query/read-scores.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';

export interface ScoresDeps {
  store: AnalyticsReader;
  door: Pick<Door, 'acceptScore' | 'deleteScore'>;
}

/** Who writes a score in the app or through our own API. */
export interface ScoreAuthor {
  userId: string | null;
  publicKey: string | null;
}

export interface Scores {
  /** Newest first; `nextCursor` is null on the last page. @throws AppError 400 for a cursor that is none */
  list(
    projectId: string,
    scope: ScoreScope,
    page: { cursor?: string | undefined; limit: number },
  ): Promise<{ data: Score[]; nextCursor: string | null }>;
  /** @throws AppError 404 */
  get(projectId: string, scoreId: string): Promise<Score>;
  /**
   * Writes a score, or changes the one of its id; resolves when it can be read.
   * @param score as POST /scores of the public API takes it, without source and author
   * @throws AppError 400 naming the field, 404 when there is no such config
   */
  create(projectId: string, score: Record<string, unknown>, author: ScoreAuthor): Promise<Score>;
  /** Gone from every read when it resolves. @throws AppError 404 */
  delete(projectId: string, scoreId: string): Promise<void>;
}

/** Scores are facts: they go in by the door and are read by questions; this is the one place for both. */
export function createScores({ store, door }: ScoresDeps): Scores {
  const find = async (projectId: string, scoreId: string): Promise<StoredScore> => {
    const found = await getScore(store, projectId, scoreId);
    if (!found) throw notFound('Score not found within authorized project');
    return found;
  };

  return {
    async list(projectId, scope, page) {
      const { scores, nextCursor } = await listScores(store, projectId, scope, page);
      return { data: scores.map(presentScore), nextCursor };
    },

    get: async (projectId, scoreId) => presentScore(await find(projectId, scoreId)),

    async create(projectId, score, { userId, publicKey }) {
      // A person's score is an annotation where it can be one: those need a config, unless they correct an output.
      const annotates = userId !== null && (score.configId !== undefined || score.dataType === 'CORRECTION');
      const sender: Sender = {
        projectId,
        publicKey: publicKey ?? '',
        scope: 'full',
        via: userId === null ? 'api' : 'page',
        sdkName: '',
        sdkVersion: '',
      };
      const given = { ...score, source: annotates ? 'ANNOTATION' : 'API', ...(userId !== null && { authorUserId: userId }) };
      const { id } = await door.acceptScore(given, sender, CLAIMABLE_SCORE_SOURCES);
      return presentScore(await find(projectId, id));
    },

    delete: async (projectId, scoreId) => door.deleteScore(projectId, await find(projectId, scoreId)),
  };
}
