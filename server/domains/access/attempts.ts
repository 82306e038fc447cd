import ipaddr from 'ipaddr.js';
import type { Clock } from '../../lib/clock.ts';

/** Counts what somebody tried within a window of time, in memory and bounded. */
export interface Attempts {
  /** Takes one attempt. @returns 0 when it may go on, else the seconds to wait. */
  take(who: string): number;
  /** Gives an attempt back: it succeeded, and success is not guessing. */
  giveBack(who: string): void;
}

const MAX_KEPT = 100_000;

/** `max` attempts in `windowMs` for each `who`, counted from the first one. */
export function createAttempts({ max, windowMs, clock }: { max: number; windowMs: number; clock: Clock }): Attempts {
  const kept = new Map<string, { count: number; until: number }>();
  return {
    take(who) {
      const now = clock.now();
      const entry = kept.get(who);
      if (entry && now < entry.until) {
        if (entry.count >= max) return Math.max(1, Math.ceil((entry.until - now) / 1000));
        entry.count += 1;
        return 0;
      }
      kept.delete(who);
      if (kept.size >= MAX_KEPT) {
        for (const [key, { until }] of kept) if (until <= now) kept.delete(key);
        // Still full: the oldest window makes room, so that a flood of addresses cannot fill the memory.
        if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!);
      }
      kept.set(who, { count: 1, until: now + windowMs });
      return 0;
    },
    giveBack(who) {
      const entry = kept.get(who);
      if (entry && entry.count > 0) entry.count -= 1;
    },
  };
}

/** An IPv4 address, or the /64 network of an IPv6 one: whoever has one address there has all of them. */
export function addressGroup(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return (parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
