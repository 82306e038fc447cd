import type { EventAction, Payload } from '../../../../contract/automation.ts';

/** Who did it, for receivers; absent for keys and for who is gone. */
export type Actor = NonNullable<Payload['user']>;

/** What happened to one thing of a domain, told inside the transaction that does it. */
export interface DomainChange {
  action: EventAction;
  /** The id of the person who did it, or `API`. */
  by: string;
}

/**
 * A kind of events that automations listen to. To add one: its name and the columns of its filter in `contract/automation.ts`, its payload
 * there, a file here, a line in `index.ts`; its domain then records changes with `automations.record`.
 */
export interface EventSource<Change extends DomainChange> {
  /** What a condition of a trigger on this column looks at; undefined for a column that the source does not have. */
  valueOf(change: Change, column: string): string | number | readonly string[] | undefined;
  /** The body that receivers get. @param id of the execution */
  payload(id: string, at: Date, change: Change, user: Actor | undefined): Payload;
  /** What it is about in words, for the delivery log. */
  subject(change: Change): string;
  /** What "Send a test event" tells of. */
  example(projectId: string, at: Date, action: EventAction): Change;
}
