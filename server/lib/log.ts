import { type Logger, pino, stdSerializers } from 'pino';

export type { Logger };

/** The process's logger: one JSON object a line. Secrets and prompt texts are never given to it; headers are cut as a second guard. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: withoutValues },
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
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Fields of database errors that repeat what was stored or asked: texts of users, hashes of keys. */
const VALUES = ['params', 'detail', 'where'];

/** An error as it is logged: a failed query is told with its SQL, but without the values that were bound in it. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const told = { ...stdSerializers.err(error) };
  for (const name of VALUES) delete told[name];
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const { params } = each as { params?: unknown };
    if (!Array.isArray(params)) continue;
    // As Drizzle appends them to its message, which is in the stack as well.
    for (const field of ['message', 'stack'] as const) told[field] = told[field].replaceAll(`\nparams: ${params}`, '');
  }
  return told;
}
