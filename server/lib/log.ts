import { type Logger, type LoggerOptions as LoggerConfiguration, pino, stdSerializers } from 'pino';

export type { Logger };

/** Share of lines, 0 to 1, that are written of a level; a level that is not named is written whole. */
export type LogSampling = Readonly<Partial<Record<'warn' | 'info' | 'debug' | 'trace', number>>>;

export interface LoggerOptions {
  destination?: { write(line: string): void };
  /** Lines of levels above `warn` are never dropped. */
  sampling?: LogSampling;
  /** Draws a number from 0 up to 1. */
  random?: () => number;
}

/** The process's logger: one JSON object a line. Secrets and prompt texts are never given to it; headers are cut as a second guard. */
export function createLogger(level: string, { destination, sampling = {}, random = Math.random }: LoggerOptions = {}): Logger {
  const options: LoggerConfiguration = {
    level,
    base: undefined,
    formatters: { level: (label) => ({ level: label }) },
    hooks: {
      logMethod(line, write, number) {
        const share = sampling[SAMPLED[number]!];
        if (share === undefined || random() < share) write.apply(this, line);
      },
    },
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

/** Levels that may be thinned out, by pino's numbers. */
const SAMPLED: Readonly<Record<number, keyof LogSampling>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn' };

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
