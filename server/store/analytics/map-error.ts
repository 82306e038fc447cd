import { AppError, tooLarge, unavailable } from '../../lib/errors.ts';

/** ClickHouse's error codes that mean "not now", with what to tell the operator. All others mean that the statement is wrong. */
const NOT_NOW: Record<number, string> = {
  3: 'ends its connections',
  158: 'refuses the query: too many rows',
  159: 'took too long',
  160: 'is too slow for this query',
  164: 'is read-only',
  202: 'has too many queries at once',
  209: 'does not answer in time',
  210: 'cannot be reached by its own cluster',
  236: 'aborted the query',
  241: 'has not enough memory for the query',
  242: 'has a read-only table (its keeper cannot be reached)',
  243: 'has no room left on its disk',
  252: 'has too many parts: it merges slower than rows arrive',
  279: 'cannot reach its shards',
  285: 'has too few live replicas',
  319: 'does not know whether the rows were written',
  394: 'cancelled the query',
  425: 'has no resources left',
  516: 'refuses the user or password (CLICKHOUSE_USER, CLICKHOUSE_PASSWORD)',
  999: 'cannot reach its keeper',
};

/** An answer over the bound of READ_SETTINGS. */
const TOO_LARGE = 396;
const TOO_LARGE_MESSAGE =
  'What was asked for is larger than one answer may be. Ask for fewer at once (a smaller limit), or leave input, output and metadata out.';

const UNREACHABLE =
  /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|socket hang up|Timeout error/i;
const DISK_FULL = /no space left on device|errno: ?28\b|NOT_ENOUGH_SPACE|ENOSPC|disk quota exceeded/i;

/**
 * Makes an engine's error the port's: an AppError 503 with the reason when the engine cannot be reached or cannot do it now,
 * else the error itself (our bug: the statement or a row is wrong).
 */
export function mapEngineError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const facts = error as { code?: unknown; clickhouseCode?: unknown; cause?: unknown } | null;
  const codes = `${message} ${String(facts?.code ?? '')} ${String((facts?.cause as { code?: unknown } | undefined)?.code ?? '')}`;
  if (DISK_FULL.test(codes)) return unavailable('The analytics store cannot write: no room left on its disk', 10, error);
  if (UNREACHABLE.test(codes)) return unavailable('The analytics store cannot be reached', 5, error);
  const code = engineCode(error);
  if (code === TOO_LARGE) return tooLarge(TOO_LARGE_MESSAGE);
  const known = NOT_NOW[code ?? -1];
  return known ? unavailable(`The analytics store ${known}`, 5, error) : error;
}

/** The engine does not take a row. Says which column, never what was in it: the engine's own message quotes the row, prompts included. */
export class RowRefusedError extends Error {}

/** A value that is not of its column's kind. */
export const refusedRow = (table: string, column: string): RowRefusedError =>
  new RowRefusedError(`The analytics store does not take a row of ${table}, column ${column}`);

/** As `mapEngineError`, for an insert: whatever is no 503 becomes a RowRefusedError. */
export function mapInsertError(error: unknown, table: string): unknown {
  const mapped = mapEngineError(error);
  if (mapped instanceof AppError) return mapped;
  const message = error instanceof Error ? error.message : String(error);
  const column = /reading the value of key (\w+)/.exec(message)?.[1];
  const place = column ? `, column ${column}` : '';
  return new RowRefusedError(
    `The analytics store does not take a row of ${table}${place} (code ${engineCode(error) ?? 'unknown'})`,
  );
}

/** ClickHouse's error number, from the client's error object or from the text `Code: 241. DB::Exception: …`. */
function engineCode(error: unknown): number | undefined {
  const facts = error as { code?: unknown; clickhouseCode?: unknown; message?: unknown } | null;
  for (const given of [facts?.clickhouseCode, facts?.code]) {
    if (/^\d+$/.test(String(given ?? ''))) return Number(given);
  }
  const told = /Code: (\d+)\. DB::/.exec(String(facts?.message ?? ''));
  return told ? Number(told[1]) : undefined;
}
