import type { SpanEvent } from '../../contract/observation.ts';

export interface RecordedException {
  readonly time: string;
  readonly type: string | null;
  readonly message: string | null;
  readonly stack: string | null;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The exceptions among the events of a step, as OpenTelemetry records them: event `exception`, attributes `exception.*`. */
export function exceptionsIn(events: readonly SpanEvent[]): RecordedException[] {
  return events.flatMap(({ name, time, attributes }) => {
    const type = text(attributes['exception.type']);
    const message = text(attributes['exception.message']);
    const stack = text(attributes['exception.stacktrace']);
    return name === 'exception' || type || stack ? [{ time, type, message, stack }] : [];
  });
}
