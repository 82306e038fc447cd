import type { Slice, Spine } from '../slice.ts';
import { createScoreConfigs, type ScoreConfigs } from './score-configs.ts';
import { scoreOperations } from './score-operations.ts';
import { createScores, type Scores, type ScoresDeps } from './scores.ts';

export const openScoreConfigs = (spine: Spine): ScoreConfigs & Slice => createScoreConfigs(spine);

export function openScores(spine: Spine, needs: Pick<ScoresDeps, 'door'>): Scores & Slice {
  const scores = createScores({ store: spine.analytics, door: needs.door });
  return { ...scores, operations: scoreOperations(scores) };
}
