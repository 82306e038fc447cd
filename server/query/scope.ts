import type { AnalyticsReader } from '../store/analytics/port.ts';
import type { Micros } from '../store/analytics/rows.ts';

/** Tables that hold facts. */
export type FactTable = 'observations' | 'scores' | 'traces';

/** What a `DateTime64(6)` can hold. */
const EARLIEST: Micros = Date.parse('1900-01-01T00:00:00Z') * 1000;
const LATEST: Micros = Date.parse('2299-12-31T00:00:00Z') * 1000;

/**
 * One question about one project. It binds values and is the only place that writes `FROM` a table of facts, so that the project's id
 * is part of every question and cannot be forgotten.
 */
export class ProjectQuery {
  readonly projectId: string;
  readonly params: Record<string, unknown> = {};
  #bound = 0;
  readonly #later: { name: string; load: (reader: AnalyticsReader) => Promise<readonly string[]> }[] = [];

  constructor(projectId: string) {
    this.projectId = projectId;
    this.params.projectId = projectId;
  }

  /** `FROM table FINAL WHERE` this project and all given conditions; empty conditions are left out. */
  from(table: FactTable, ...conditions: readonly (string | undefined)[]): string {
    const all = ['project_id = {projectId:String}', ...conditions.filter((condition) => condition)];
    return `FROM ${table} FINAL WHERE ${all.join(' AND ')}`;
  }

  /** As `from`, without merging versions of a row: for bounds and estimates only, deleted rows included. */
  fromUnmerged(table: FactTable): string {
    return `FROM ${table} WHERE project_id = {projectId:String}`;
  }

  text(value: string): string {
    return this.#bind(value, 'String');
  }

  /** A list for `IN`, `has`, `hasAny`. */
  texts(values: readonly string[]): string {
    return this.#bind(values, 'Array(String)');
  }

  /** A list as `texts`, whose values are asked for when the question is put. */
  later(load: (reader: AnalyticsReader) => Promise<readonly string[]>): string {
    const placeholder = this.texts([]);
    this.#later.push({ name: `p${this.#bound - 1}`, load });
    return placeholder;
  }

  number(value: number): string {
    return this.#bind(value, 'Float64');
  }

  integer(value: number): string {
    return this.#bind(Math.trunc(value), 'Int64');
  }

  boolean(value: boolean): string {
    return this.#bind(value, 'Bool');
  }

  /** A point in time to compare `DateTime64(6)` columns with; times that such a column cannot hold count as its first or last. */
  time(value: Micros): string {
    return `fromUnixTimestamp64Micro(${this.integer(Math.min(Math.max(value, EARLIEST), LATEST))}, 'UTC')`;
  }

  async ask<Row>(reader: AnalyticsReader, sql: string, settings?: Record<string, string | number>): Promise<Row[]> {
    for (const { name, load } of this.#later) this.params[name] = await load(reader);
    return reader.query<Row>(sql, this.params, settings);
  }

  #bind(value: unknown, type: string): string {
    const name = `p${this.#bound++}`;
    this.params[name] = value;
    return `{${name}:${type}}`;
  }
}
