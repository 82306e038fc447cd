import type { KnownTrace } from './known-trace.ts';

/** Rows that are remembered: some 500 bytes each. */
const MOST_ROWS = 60_000;

/** Traces that got rows lately, the least recent forgotten first. */
export class RecentTraces {
  readonly #traces = new Map<string, { trace: KnownTrace; rows: number }>();
  #rows = 0;

  get(projectId: string, traceId: string): KnownTrace | undefined {
    return this.#traces.get(`${projectId} ${traceId}`)?.trace;
  }

  remember(trace: KnownTrace): void {
    const key = `${trace.projectId} ${trace.traceId}`;
    this.#drop(key);
    this.#traces.set(key, { trace, rows: trace.rows.size });
    this.#rows += trace.rows.size;
    for (const oldest of this.#traces.keys()) {
      // One trace may be larger than that and is remembered while it is the newest.
      if (this.#rows <= MOST_ROWS || oldest === key) break;
      this.#drop(oldest);
    }
  }

  forget(projectId: string, traceId: string): void {
    this.#drop(`${projectId} ${traceId}`);
  }

  forgetProject(projectId: string): void {
    for (const [key, { trace }] of this.#traces) if (trace.projectId === projectId) this.#drop(key);
  }

  #drop(key: string): void {
    this.#rows -= this.#traces.get(key)?.rows ?? 0;
    this.#traces.delete(key);
  }
}
