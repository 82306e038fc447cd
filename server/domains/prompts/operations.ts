import * as declared from '../../../contract/api/prompts.ts';
import { type Caller, type Implemented, implement } from '../../lib/implement.ts';
import type { Prompts } from './prompts.ts';

const actor = (caller: Caller): string | undefined => caller.userId ?? undefined;

/** What our own API can do with prompts. */
export function promptOperations(prompts: Prompts): Implemented[] {
  return [
    implement(declared.listPrompts, ({ projectId, page, limit, ...filter }) => prompts.list(projectId, filter, page, limit)),
    implement(declared.getPrompt, ({ projectId, name, resolve, ...selector }) => prompts.get(projectId, name, selector, resolve)),
    implement(declared.createPrompt, ({ projectId, ...given }, caller) => prompts.create(projectId, given, actor(caller))),
    implement(declared.updatePromptLabels, ({ projectId, name, version, newLabels }, caller) =>
      prompts.putLabels(projectId, name, version, newLabels, actor(caller)),
    ),
    implement(declared.deletePrompt, async ({ projectId, name, ...selector }, caller) => {
      await prompts.remove(projectId, name, selector, actor(caller));
      return { ok: true } as const;
    }),
  ];
}
