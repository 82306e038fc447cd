export { createScoreConfigs, type ScoreConfigs } from './score-configs.ts';
