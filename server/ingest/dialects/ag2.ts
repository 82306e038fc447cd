import type { ObservationType } from '../../../contract/observation.ts';
import type { DecodedSpan } from '../otlp/decoded.ts';
import type { Usage } from './generic-usage.ts';

/* AG2 (AutoGen). Beside each call of a model it sends a span that only books the usage of that call once more. */

const isBooking = ({ attributes }: DecodedSpan) => attributes.get('ag2.span.type') === 'usage';

export const ag2Type = (span: DecodedSpan): ObservationType | undefined => (isBooking(span) ? 'SPAN' : undefined);

/** No usage at all, rather than passing to the next rule: the call tells its own. */
export const ag2Usage = (span: DecodedSpan): Usage | undefined => (isBooking(span) ? { details: {} } : undefined);
