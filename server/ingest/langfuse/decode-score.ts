import { AppError, forbidden, invalidRequest } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EventRow, Micros, ScoreRow } from '../../store/analytics/rows.ts';
import type { ScoreFact } from '../facts.ts';
import type { Sender } from '../types.ts';
import { SCORE_DELETE } from '../write/fold-logs.ts';
import { check } from './issues.ts';
import { isTooDeep } from './nesting.ts';
import { type FindScoreConfig, scoreInput, settleScore } from './score.ts';

/**
 * One score outside a batch (contract §1.5 POST /scores, and those that the server itself makes).
 * @param sources what the caller may claim as `source`; a public key alone may claim API only
 * @throws AppError 400 naming the field, also for a source that nobody may claim here; 403 for one that a public key alone may not; 404 when there is no such config
 */
export async function decodeScore(
  score: unknown,
  sources: readonly ScoreRow['source'][],
  sender: Sender,
  findScoreConfig: FindScoreConfig,
): Promise<ScoreFact> {
  if (isTooDeep(score)) throw invalidRequest('score: is nested too deep');
  const checked = check(scoreInput, score, 'score');
  const source = checked.source ?? 'API';
  if (!sources.includes(source)) {
    const message = `${source} may not be claimed here, only ${sources.join(', ')}`;
    throw new AppError(400, 'InvalidRequestError', `source: ${message}`, {
      details: [{ code: 'invalid_value', values: sources, path: ['source'], message }],
    });
  }
  if (sender.scope !== 'full' && source !== 'API')
    throw forbidden(`source: a public key alone may not claim ${source}, only API`);
  return { body: await settleScore(checked, newId(), sender.projectId, findScoreConfig) };
}

/** The event that deletes a score: see the fold of scores. No sender can send it. */
export const scoreDeletion = (projectId: string, scoreId: string, now: Micros): EventRow => ({
  project_id: projectId,
  entity: 'score',
  entity_id: scoreId,
  event_id: newId(),
  event_time: now,
  event_type: SCORE_DELETE,
  body: '{}',
  api_key: '',
  sdk_name: '',
  sdk_version: '',
  received_at: now,
});
