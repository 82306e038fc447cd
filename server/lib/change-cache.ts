import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from './clock.ts';

/**
 * Answers of the metadata store kept in memory, by scope (a project, say) and key. After `forget(scope)` everything of that scope is
 * asked anew, also what was being asked at that moment.
 */
export interface ChangeCache<Value extends object> {
  /** The known answer, or that of `load`; null stands for "there is none". Whoever asks at the same time shares one `load`. */
  get(scope: string, key: string, load: () => Promise<Value | null>): Promise<Value | null>;
  forget(scope: string): void;
}

export interface ChangeCacheOptions<Value> {
  /** How long an answer is used, in ms. Infinite where nobody else changes what is behind; "there is none" is then kept as well. */
  ttlMs: number;
  maxBytes: number;
  /** Bytes that an answer takes, about. */
  sizeOf(value: Value): number;
  clock?: Clock;
}

/** How long another process on the same PostgreSQL may go on using an answer that was changed here, ms. */
const SHARED_TTL = 10_000;

/** `ttlMs` for a metadata store: nobody else writes to an embedded one. */
export const ttlFor = (kind: 'embedded' | 'server'): number => (kind === 'embedded' ? Number.POSITIVE_INFINITY : SHARED_TTL);

/** What an entry costs besides its value. */
const ENTRY_BYTES = 300;

export function createChangeCache<Value extends object>(options: ChangeCacheOptions<Value>): ChangeCache<Value> {
  const { ttlMs, clock = systemClock } = options;
  const alone = ttlMs === Number.POSITIVE_INFINITY;
  const known = new LRUCache<string, { value: Value | null }>({
    maxSize: options.maxBytes,
    sizeCalculation: ({ value }, key) => ENTRY_BYTES + 2 * key.length + (value ? options.sizeOf(value) : 0),
    ttl: alone ? 0 : ttlMs,
    ttlResolution: 0,
    perf: clock,
  });
  const asking = new Map<string, Promise<Value | null>>();
  /** Part of every key, so that an answer from before a change is never found after it. */
  const generations = new Map<string, number>();
  return {
    async get(scope, key, load) {
      const id = [generations.get(scope) ?? 0, scope, key].join('\0');
      const hit = known.get(id);
      if (hit) return hit.value;
      const asked = asking.get(id);
      if (asked) return asked;
      const answer = load().then((value) => {
        // Another process may make what is missing here; its users would not wait for our memory to run out.
        if (value !== null || alone) known.set(id, { value });
        return value;
      });
      asking.set(id, answer);
      try {
        return await answer;
      } finally {
        asking.delete(id);
      }
    },
    forget(scope) {
      generations.set(scope, (generations.get(scope) ?? 0) + 1);
    },
  };
}
