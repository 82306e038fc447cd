import { randomBytes, randomUUID } from 'node:crypto';

/** A new identifier for a row of settings or a fact that came without one. */
export const newId = (): string => randomUUID();

/** A new OpenTelemetry trace id: 32 lower-case hex characters. */
export const newTraceId = (): string => randomBytes(16).toString('hex');

/** A new OpenTelemetry span id: 16 lower-case hex characters. */
export const newSpanId = (): string => randomBytes(8).toString('hex');
