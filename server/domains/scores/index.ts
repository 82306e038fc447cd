export { openScoreConfigs, openScores } from './open.ts';
export { createScoreConfigs, type ScoreConfigs } from './score-configs.ts';
export { scoreOperations } from './score-operations.ts';
export { createScores, type Scores, type ScoresDeps } from './scores.ts';
