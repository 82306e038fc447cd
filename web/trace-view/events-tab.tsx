import { Link } from '@tanstack/react-router';
import { CircleX, Dot } from 'lucide-react';
import { formatDuration } from '../../contract/format.ts';
import { compactJson } from '../../contract/json/compact-json.ts';
import type { SpanEvent, SpanLink } from '../../contract/observation.ts';
import { formatMoment } from '../lib/time.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { LongText } from '../ui/long-text.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { DetailSection } from './section.tsx';

export interface EventsTabProps {
  projectId: string;
  startTime: string;
  events: readonly SpanEvent[];
  links: readonly SpanLink[];
}

/** What happened inside the step, in order, and what it points to. */
export function EventsTab({ projectId, startTime, events, links }: EventsTabProps) {
  if (events.length + links.length === 0) {
    return (
      <EmptyState title="No events, no links">
        Retries, exceptions and other span events of OpenTelemetry stand here, and links to other traces.
      </EmptyState>
    );
  }
  return (
    <>
      {events.length > 0 && (
        <DetailSection title={events.length === 1 ? '1 event' : `${events.length} events`}>
          <ol className="flex flex-col divide-y divide-line rounded-md border border-line">
            {events.map((event, index) => {
              const stack = event.attributes['exception.stacktrace'];
              const rest = Object.fromEntries(Object.entries(event.attributes).filter(([key]) => key !== 'exception.stacktrace'));
              const failed = event.name === 'exception' || typeof stack === 'string';
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: recorded events never move
                <li key={index} className="px-3 py-2">
                  <div className="flex items-center gap-1.5">
                    {failed ? (
                      <CircleX aria-hidden className="size-3.5 text-danger" />
                    ) : (
                      <Dot aria-hidden className="size-3.5 text-faint" />
                    )}
                    <span className="truncate font-medium">{event.name}</span>
                    <Tooltip content={formatMoment(event.time)}>
                      <time dateTime={event.time} className="ml-auto shrink-0 text-faint text-xs">
                        +{formatDuration(Date.parse(event.time) - Date.parse(startTime))}
                      </time>
                    </Tooltip>
                  </div>
                  {Object.keys(rest).length > 0 && (
                    <LongText text={compactJson(rest)} as="json" label={`Attributes of ${event.name}`} className="mt-1 pl-5" />
                  )}
                  {typeof stack === 'string' && <Stack text={stack} />}
                </li>
              );
            })}
          </ol>
        </DetailSection>
      )}
      {links.length > 0 && (
        <DetailSection title={links.length === 1 ? '1 link' : `${links.length} links`}>
          <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
            {links.map((link) => (
              <li key={`${link.traceId} ${link.spanId}`} className="px-3 py-2">
                <Link
                  to="/project/$projectId/traces/$traceId"
                  params={{ projectId, traceId: link.traceId }}
                  search={{ observation: link.spanId }}
                  className="font-mono text-accent text-sm underline-offset-2 [overflow-wrap:anywhere] hover:underline"
                >
                  {link.traceId} / {link.spanId}
                </Link>
                {Object.keys(link.attributes).length > 0 && (
                  <LongText text={compactJson(link.attributes)} as="json" label="Attributes of the link" className="mt-1" />
                )}
              </li>
            ))}
          </ul>
        </DetailSection>
      )}
    </>
  );
}

/** A stack trace. */
export function Stack({ text }: { text: string }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="mt-1.5 max-h-72 overflow-auto rounded-md border border-line bg-sunken px-2.5 py-2 text-muted text-xs leading-5"
    >
      {text}
    </pre>
  );
}
