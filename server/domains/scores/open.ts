import type { Slice, Spine } from '../slice.ts';
import { scoreConfigOperations } from './operations.ts';
import { createScoreConfigs, type ScoreConfigs } from './score-configs.ts';
import { scoreOperations } from './score-operations.ts';
import { createScores, type Scores, type ScoresDeps } from './scores.ts';

export function openScoreConfigs(spine: Spine): ScoreConfigs & Slice {
  const scoreConfigs = createScoreConfigs(spine);
  return { ...scoreConfigs, operations: scoreConfigOperations(scoreConfigs) };
}

export function openScores(spine: Spine, needs: Pick<ScoresDeps, 'door'>): Scores & Slice {
  const scores = createScores({ store: spine.analytics, door: needs.door });
  return { ...scores, operations: scoreOperations(scores) };
}
