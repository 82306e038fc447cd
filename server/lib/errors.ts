/**
 * An error that a caller may see: `status` is the HTTP status, `message` says what happened and what to do.
 * Surfaces translate it into their own shape; anything that is not an `AppError` becomes a 500 without its text.
 */
export class AppError extends Error {
  readonly status: number;
  /** Stable machine-readable name, e.g. `InvalidRequestError`. */
  readonly code: string;
  /** Extra facts for the caller: field, limit, issues. */
  readonly details: unknown;
  /** Seconds after which a retry makes sense (429, 503). */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { details?: unknown; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = code;
    this.status = status;
    this.code = code;
    this.details = options.details;
    this.retryAfter = options.retryAfter;
  }
}

export const invalidRequest = (message: string, details?: unknown) =>
  new AppError(400, 'InvalidRequestError', message, { details });
export const unauthorized = (message: string) => new AppError(401, 'UnauthorizedError', message);
export const forbidden = (message: string) => new AppError(403, 'ForbiddenError', message);
export const notFound = (message: string) => new AppError(404, 'LangfuseNotFoundError', message);
export const conflict = (message: string) => new AppError(409, 'LangfuseConflictError', message);
export const tooLarge = (message: string, details?: unknown) => new AppError(413, 'PayloadTooLargeError', message, { details });
export const unavailable = (message: string, retryAfter = 1, cause?: unknown) =>
  new AppError(503, 'ServiceUnavailableError', message, { retryAfter, cause });
