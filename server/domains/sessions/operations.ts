import * as declared from '../../../contract/api/sessions.ts';
import { notFound } from '../../lib/errors.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import { microsOf } from '../../query/conditions.ts';
import { getSession, pageSessions, type SessionFacts } from '../../query/list-sessions.ts';
import { isoOf } from '../../query/stored-values.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';

const shown = ({ id, createdAt, environment }: SessionFacts) => ({ id, createdAt: isoOf(createdAt), environment });

/** What our own API can do with sessions. */
export function sessionOperations({ store }: { store: AnalyticsReader }): Implemented[] {
  return [
    implement(declared.listSessions, async ({ projectId, from, to, environment, page, limit }) => {
      const scope = {
        from: from === undefined ? undefined : microsOf(from),
        to: to === undefined ? undefined : microsOf(to),
        environments: environment,
      };
      const { sessions, total } = await pageSessions(store, projectId, scope, { offset: (page - 1) * limit, limit });
      return { data: sessions.map(shown), totalCount: total };
    }),
    implement(declared.getSession, async ({ projectId, sessionId }) => {
      const session = await getSession(store, projectId, sessionId);
      if (!session) throw notFound('Session not found within authorized project');
      return { ...shown(session), traceIds: session.traceIds };
    }),
  ];
}
