import type { Door } from '../../ingest/door.ts';
import { insideSender } from '../../ingest/facts.ts';
import type { Slice, Spine } from '../slice.ts';
import { type AcceptTraceUpdate, type TracesDeps, traceOperations } from './operations.ts';

type Needs = Pick<TracesDeps, 'findPrices'> & { door: Pick<Door, 'accept'> };

export const openTraces = (spine: Spine, { findPrices, door }: Needs): Slice => ({
  operations: traceOperations({ store: spine.analytics, findPrices, acceptTraceUpdate: traceUpdates(door) }),
});

/** Edits of a trace in the app go through the door like everything else. */
function traceUpdates(door: Pick<Door, 'accept'>): AcceptTraceUpdate {
  return (projectId, traceId, { timestamp, ...fields }) => {
    const edited = (['tags', 'public'] as const).filter((field) => fields[field] !== undefined);
    const edit = { type: 'trace-create', body: { id: traceId, timestamp, ...fields, edited } } as const;
    return door.accept({ edits: [edit] }, insideSender(projectId, 'page'));
  };
}
