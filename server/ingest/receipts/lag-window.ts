/** Median and 99th percentile, in milliseconds. */
export interface Lag {
  p50: number;
  p99: number;
}

const KEPT = 1000;

/** The latest 1,000 lags, in a ring. */
export function createLagWindow() {
  const ring: number[] = [];
  let next = 0;
  return {
    add(lagMs: number): void {
      ring[next] = lagMs;
      next = (next + 1) % KEPT;
    },
    /** Nearest-rank percentiles, or null before the first lag. */
    read(): Lag | null {
      if (ring.length === 0) return null;
      const sorted = [...ring].sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!;
      return { p50: at(0.5), p99: at(0.99) };
    },
  };
}
