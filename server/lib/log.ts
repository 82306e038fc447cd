import { type Logger, pino } from 'pino';

export type { Logger };

/** The process's logger: one JSON object a line. Secrets and prompt texts are never given to it; headers are cut as a second guard. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'req.headers.authorization',
        'req.headers.cookie',
        'headers.authorization',
        'headers.cookie',
        '*.password',
        '*.secretKey',
      ],
      censor: '[redacted]',
    },
  });
}
