import { HttpError } from '../client/http.ts';

const OF_THE_THING = [400, 404, 409, 413, 422];

/** Whether the server refuses this one thing, so that the next one may well be taken. */
export const isRefusal = (error: unknown): error is HttpError =>
  error instanceof HttpError && OF_THE_THING.includes(error.status);
