import type { ExitCode } from './exit-codes.ts';

/** What ends a command early. The message is one clear line for the user: what happened, where, what to do. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** Stable machine-readable name, shown with `--json`. */
  readonly code: string;

  constructor(exitCode: ExitCode, code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.code = code;
  }
}

/** The user asked for something that cannot be meant. */
export const usageError = (message: string): CliError => new CliError(2, 'usage', message);

/** It went wrong in a way that has no exit code of its own. */
export const failed = (message: string, cause?: unknown): CliError => new CliError(1, 'failed', message, cause);
