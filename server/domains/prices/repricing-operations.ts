import * as declared from '../../../contract/api/repricings.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { Repricings } from './repricings.ts';

/** What our own API can do to price anew what is stored. */
export function repricingOperations(repricings: Repricings): Implemented[] {
  return [
    implement(declared.previewRepricing, ({ projectId, from, to }) => repricings.preview(projectId, { from, to })),
    implement(declared.startRepricing, ({ projectId, from, to }, { userId }) =>
      repricings.start(projectId, { from, to }, userId),
    ),
    implement(declared.listRepricings, async ({ projectId }) => ({ data: await repricings.list(projectId) })),
  ];
}
