import * as declared from '../../../contract/api/score-configs.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { ScoreConfigs } from './score-configs.ts';

/** What our own API can do with score configs. */
export function scoreConfigOperations(configs: ScoreConfigs): Implemented[] {
  return [
    implement(declared.listScoreConfigs, ({ projectId, page, limit }) => configs.list(projectId, page, limit)),
    implement(declared.getScoreConfig, ({ projectId, configId }) => configs.get(projectId, configId)),
    implement(declared.createScoreConfig, ({ projectId, ...given }) => configs.create(projectId, given)),
    implement(declared.updateScoreConfig, ({ projectId, configId, ...given }) => configs.update(projectId, configId, given)),
  ];
}
