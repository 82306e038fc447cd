import * as declared from '../../../contract/api/scores.ts';
import { checkConditions } from '../../../contract/filter/columns.ts';
import type { FilterCondition } from '../../../contract/filter/condition.ts';
import { invalidRequest } from '../../lib/errors.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { Scores } from './scores.ts';

/** What our own API can do with scores. */
export function scoreOperations(scores: Scores): Implemented[] {
  return [
    implement(declared.listScores, ({ projectId, from, to, filter, cursor, limit, ...ids }) => {
      const problem = checkConditions('scores', filter);
      if (problem) throw invalidRequest(problem);
      const since: FilterCondition[] = from ? [{ type: 'datetime', column: 'timestamp', operator: '>=', value: from }] : [];
      const before: FilterCondition[] = to ? [{ type: 'datetime', column: 'timestamp', operator: '<', value: to }] : [];
      return scores.list(projectId, { filter: [...filter, ...since, ...before], ...ids }, { cursor, limit });
    }),
    implement(declared.getScore, ({ projectId, scoreId }) => scores.get(projectId, scoreId)),
    implement(declared.createScore, ({ projectId, ...given }, caller) => scores.create(projectId, given, caller)),
    implement(declared.deleteScore, async ({ projectId, scoreId }) => {
      await scores.delete(projectId, scoreId);
      return { ok: true } as const;
    }),
  ];
}
