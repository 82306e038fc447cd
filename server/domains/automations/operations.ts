import * as declared from '../../../contract/api/automations.ts';
import { type Caller, type Implemented, implement } from '../../lib/implement.ts';
import type { Automations } from './automations.ts';

const actor = (caller: Caller): string | undefined => caller.userId ?? undefined;

type Rules = Pick<
  Automations,
  'list' | 'get' | 'create' | 'update' | 'remove' | 'regenerateSecret' | 'test' | 'listExecutions' | 'getExecution'
>;

/** What our own API can do with automations. */
export function automationOperations(automations: Rules): Implemented[] {
  return [
    implement(declared.listAutomations, ({ projectId, page, limit }) => automations.list(projectId, page, limit)),
    implement(declared.getAutomation, ({ projectId, automationId }) => automations.get(projectId, automationId)),
    implement(declared.createAutomation, ({ projectId, ...given }, caller) =>
      automations.create(projectId, given, actor(caller)),
    ),
    implement(declared.updateAutomation, ({ projectId, automationId, ...given }) =>
      automations.update(projectId, automationId, given),
    ),
    implement(declared.deleteAutomation, async ({ projectId, automationId }) => {
      await automations.remove(projectId, automationId);
      return { ok: true } as const;
    }),
    implement(declared.regenerateSigningSecret, async ({ projectId, automationId }) => ({
      signingSecret: await automations.regenerateSecret(projectId, automationId),
    })),
    implement(declared.testAutomation, ({ projectId, automationId }, caller) =>
      automations.test(projectId, automationId, actor(caller)),
    ),
    implement(declared.listExecutions, ({ projectId, automationId, page, limit, status }) =>
      automations.listExecutions(projectId, automationId, page, limit, status),
    ),
    implement(declared.getExecution, ({ projectId, automationId, executionId }) =>
      automations.getExecution(projectId, automationId, executionId),
    ),
  ];
}
