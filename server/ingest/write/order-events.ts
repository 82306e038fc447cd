import type { EventRow } from '../../store/analytics/rows.ts';

/**
 * Events of one entity in the order in which they are folded (contract §2.3): by event time, creates before updates, then by event id so
 * that the order is total. An event that is there twice (same time and id: it was sent again) counts once, as it came first.
 */
export function orderEvents(events: readonly EventRow[]): EventRow[] {
  const first = new Map<string, EventRow>();
  for (const event of events) {
    const key = `${event.event_time} ${event.event_id}`;
    const known = first.get(key);
    if (!known || event.received_at < known.received_at) first.set(key, event);
  }
  return [...first.values()].sort(
    (a, b) =>
      a.event_time - b.event_time || rank(a) - rank(b) || (a.event_id < b.event_id ? -1 : a.event_id > b.event_id ? 1 : 0),
  );
}

/** Whether the event says what its entity is, as opposed to changing it. */
export const isUpdate = (event: EventRow): boolean => event.event_type.endsWith('-update');

const rank = (event: EventRow) => (isUpdate(event) ? 1 : 0);
