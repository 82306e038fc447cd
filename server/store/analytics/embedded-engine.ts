import { Session } from 'chdb';
import { bindValue } from './bind-value.ts';
import { type Engine, INSERT_SETTINGS, type Params, READ_SETTINGS, type Settings } from './engine.ts';
import { parseLines } from './parse-lines.ts';

/** Bytes of a statement with its bound values, which are part of its text here. */
const MAX_STATEMENT = 64 * 1024 * 1024;

/**
 * Inserts are refused (error 243) while less than this is free on the disk, bytes. It is more than the largest group of rows takes: seen
 * with 26.7 on a disk that fills within an insert, the engine writes empty files for a part's checksums and says nothing; such rows can
 * be read until the next start, which throws them away.
 */
export const FREE_FOR_INSERTS = 128 * 1024 * 1024;
const insertSettings: Settings = { ...INSERT_SETTINGS, min_free_disk_bytes_to_perform_insert: FREE_FOR_INSERTS };

/** How much of the machine the embedded engine may take. */
export interface EmbeddedLimits {
  /** Upper bound of the engine's memory, bytes. A query over it fails, the process lives. */
  memoryBytes: number;
  /** Connections for reads: a connection answers one query at a time. */
  readers: number;
}

/**
 * ClickHouse inside this process (chDB), all data below `path`. One process may have one such engine.
 *
 * Talks to chDB's sessions directly and not through `chdb/connection`: that one makes a string of an insert's body, runs all queries with
 * bound values of the process one after the other, and leaves a query's settings behind for the next one on its connection.
 *
 * Values are bound by the engine: `SET param_name = …` in front of the query. Seen with 26.7: parameters belong to the connection, three
 * connections with 6,000 concurrent queries never saw each other's. A parameter stays set on its connection, therefore a query whose
 * placeholder has no value is refused here instead of answered with an older query's value.
 */
export async function openEmbeddedEngine(path: string, limits: EmbeddedLimits): Promise<Engine> {
  const args = engineArguments(limits);
  const open = () => new Session(path, { connectionArgs: args });
  const writer = open();
  const sessions = [writer];
  // Reads, DDL and deletes have their own connections, so that an insert never waits for them.
  const readers = new Pool(Array.from({ length: limits.readers }, open));
  const admin = new Pool([open()]);
  const writers = new Pool([writer]);
  sessions.push(...readers.all, ...admin.all);
  const readDefaults = Object.entries({
    ...READ_SETTINGS,
    max_query_size: MAX_STATEMENT,
    // One question may not take the memory of all, and writes intermediate results to the disk before it fails.
    max_memory_usage: Math.round(limits.memoryBytes / 2),
    max_bytes_before_external_group_by: Math.round(limits.memoryBytes / 4),
    max_bytes_before_external_sort: Math.round(limits.memoryBytes / 4),
  }).map(([name, value]) => `${name} = ${settingLiteral(value)}`);
  for (const session of admin.all) await session.queryAsync(`SET max_query_size = ${MAX_STATEMENT}`);
  for (const session of readers.all) await session.queryAsync(`SET ${readDefaults.join(', ')}`);

  return {
    async select<Row>(sql: string, params: Params, settings: Settings): Promise<Row[]> {
      const statement = `${bindings(sql, params)}${sql}\nFORMAT JSONEachRow${settingsClause(settings)}`;
      const result = await readers.use((session) => session.queryAsync(statement, { format: 'JSONEachRow' }));
      return parseLines<Row>(result.text());
    },
    async command(sql, params = {}) {
      await admin.use((session) => session.queryAsync(`${bindings(sql, params)}${sql}`));
    },
    async insert(table, columns, rows) {
      await writers.use((session) =>
        session.insert({ table, columns, values: rows, format: 'JSONCompactEachRow', settings: insertSettings }),
      );
    },
    async close() {
      await Promise.all([readers.idle(), writers.idle(), admin.idle()]);
      for (const session of sessions) session.close();
    },
  };
}

/**
 * Server settings of the embedded engine. System log tables do not exist in chDB, so nothing writes while idle. The caches' defaults are
 * made for machines of their own (5 GB of marks); here they are a share of the memory limit. Two background threads merge: more would
 * fight with the requests of a small machine.
 */
function engineArguments(limits: EmbeddedLimits): string[] {
  const share = (part: number) => Math.round(limits.memoryBytes * part);
  const settings: Record<string, number> = {
    max_server_memory_usage: limits.memoryBytes,
    mark_cache_size: share(0.06),
    primary_index_cache_size: share(0.03),
    index_mark_cache_size: share(0.03),
    text_index_tokens_cache_size: share(0.03),
    text_index_header_cache_size: share(0.03),
    text_index_postings_cache_size: share(0.06),
    query_condition_cache_size: share(0.02),
    compiled_expression_cache_size: 16 * 1024 * 1024,
    background_pool_size: 2,
    background_schedule_pool_size: 2,
    max_thread_pool_size: 200,
  };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}

/** Connections that are lent out one query at a time, first come first served. */
class Pool {
  readonly all: readonly Session[];
  readonly #free: Session[];
  readonly #waiting: ((session: Session) => void)[] = [];
  #whenIdle: (() => void)[] = [];

  constructor(sessions: Session[]) {
    this.all = sessions;
    this.#free = [...sessions];
  }

  async use<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const session = this.#free.pop() ?? (await new Promise<Session>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(session);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(session);
      else {
        this.#free.push(session);
        if (this.#free.length === this.all.length) for (const resolve of this.#whenIdle.splice(0)) resolve();
      }
    }
  }

  /** Resolves when no connection is lent out: closing one with a query in flight takes the whole engine down. */
  async idle(): Promise<void> {
    if (this.#free.length < this.all.length) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }
}

/** `SET param_…` for all values. A value is escaped twice: as a field of ClickHouse's text format, then as a string literal. */
function bindings(sql: string, params: Params): string {
  for (const [, name] of sql.matchAll(/\{(\w+)\s*:/g)) {
    if (!Object.hasOwn(params, name!) || params[name!] === undefined)
      throw new Error(`The query's parameter ${name} has no value`);
  }
  const sets = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      if (!/^\w+$/.test(name)) throw new Error(`Not a parameter name: ${name}`);
      return `param_${name} = ${stringLiteral(bindValue(value))}`;
    });
  return sets.length > 0 ? `SET ${sets.join(', ')};\n` : '';
}

function settingsClause(settings: Settings): string {
  const entries = Object.entries(settings).map(([name, value]) => {
    if (!/^\w+$/.test(name)) throw new Error(`Not a setting name: ${name}`);
    return `${name} = ${settingLiteral(value)}`;
  });
  return entries.length > 0 ? ` SETTINGS ${entries.join(', ')}` : '';
}

const settingLiteral = (value: string | number) => (typeof value === 'number' ? String(value) : stringLiteral(value));
const stringLiteral = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`;
