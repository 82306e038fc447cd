import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type * as schema from './schema/index.ts';

/** The metadata database as its users see it; which engine is behind it is nobody's business. */
export type MetadataDb = PgDatabase<PgQueryResultHKT, typeof schema>;

/** Runs one statement; what is measured of it is the giver's. */
export type Measure = <Result>(statement: () => Promise<Result>) => Promise<Result>;

/** What runs SQL as it stands: enough for migrations and pings. */
export interface Session {
  /** Runs one statement with `$1`-style parameters. */
  query<Row>(sql: string, params?: unknown[]): Promise<Row[]>;
  /** Runs any number of statements without parameters. */
  run(sql: string): Promise<void>;
}

/** An open engine: PGlite in this process, or a PostgreSQL server. */
export interface Engine {
  kind: 'embedded' | 'server';
  db: MetadataDb;
  /** One connection for the whole of `work`, inside a transaction that is undone when `work` throws. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  query<Row>(sql: string, params?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}
