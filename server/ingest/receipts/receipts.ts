import type { Clock } from '../../lib/clock.ts';
import type { Via } from '../../store/analytics/rows.ts';
import type { Refusal, Sender } from '../types.ts';
import { createLagWindow, type Lag } from './lag-window.ts';

/** A refused item with who sent it and when. */
export interface RefusalRecord extends Omit<Refusal, 'index' | 'reason'> {
  /** ISO time. */
  time: string;
  via: Via;
  publicKey: string;
  /** A `Refusal` reason, or why a whole request was turned away: `unreadable`, `too_large`, `busy`, `failed`. */
  reason: string;
}

/** What came in by one key since the process started. */
export interface KeyReceipt {
  projectId: string;
  publicKey: string;
  accepted: number;
  stored: number;
  refused: { reason: string; count: number }[];
  lag: Lag | null;
  /** Milliseconds since the epoch. */
  lastSeen: number | null;
  clients: { via: string; sdk: string | null; count: number }[];
}

/** Counts what the door does, in memory, per key. Counting never throws and never waits. */
export interface Receipts {
  /** Items that were decoded and taken, and those of the same request that were not. */
  accepted(sender: Sender, items: number, refused: readonly Refusal[]): void;
  /** Items of one request that are written, and the milliseconds from taken to queryable. */
  stored(sender: Sender, items: number, lagMs: number): void;
  /** A whole request that was turned away; `message` must not hold any of its content. */
  turnedAway(sender: Sender, reason: string, message: string): void;
  /** Receipts of one project's keys, or of all, busiest first. */
  keys(projectId?: string): KeyReceipt[];
  /** The latest refusals of a project, newest first, at most 50. */
  refusals(projectId: string): RefusalRecord[];
  /** When counting began, ms since the epoch. */
  readonly since: number;
}

const REFUSALS_KEPT = 50;
/** Client names come from senders, so their number is bounded. */
const CLIENTS_KEPT = 50;
const LONGEST = 500;

interface Tally extends Omit<KeyReceipt, 'refused' | 'lag' | 'clients'> {
  refused: Map<string, number>;
  clients: Map<string, { via: string; sdk: string | null; count: number }>;
  lag: ReturnType<typeof createLagWindow>;
}

export function createReceipts(clock: Clock): Receipts {
  const tallies = new Map<string, Tally>();
  const latest = new Map<string, RefusalRecord[]>();
  const since = clock.now();

  const tallyOf = (sender: Sender): Tally => {
    const key = `${sender.projectId} ${sender.publicKey}`;
    let tally = tallies.get(key);
    if (!tally) {
      const { projectId, publicKey } = sender;
      const empty = { accepted: 0, stored: 0, refused: new Map(), clients: new Map(), lag: createLagWindow(), lastSeen: null };
      tally = { projectId, publicKey, ...empty };
      tallies.set(key, tally);
    }
    return tally;
  };

  const clientOf = (tally: Tally, via: Via, sdk: string | null): { count: number } => {
    const name = `${via} ${sdk ?? ''}`;
    const known = tally.clients.get(name);
    if (known) return known;
    if (sdk !== null && tally.clients.size >= CLIENTS_KEPT) return clientOf(tally, via, null);
    const client = { via, sdk, count: 0 };
    tally.clients.set(name, client);
    return client;
  };

  const see = (tally: Tally, { via, sdkName, sdkVersion }: Sender) => {
    tally.lastSeen = clock.now();
    clientOf(tally, via, sdkName === '' ? null : cut(`${sdkName} ${sdkVersion}`.trim(), 100)).count++;
  };

  const count = (tally: Tally, reason: string) => tally.refused.set(reason, (tally.refused.get(reason) ?? 0) + 1);

  const keep = (sender: Sender, reason: string, message: string, item: string | null) => {
    const kept = latest.get(sender.projectId) ?? [];
    kept.push({
      time: new Date(clock.now()).toISOString(),
      via: sender.via,
      publicKey: sender.publicKey,
      reason,
      message: cut(message, LONGEST),
      item: item === null ? null : cut(item, LONGEST),
    });
    if (kept.length > REFUSALS_KEPT) kept.shift();
    latest.set(sender.projectId, kept);
  };

  return {
    since,
    accepted(sender, items, refused) {
      const tally = tallyOf(sender);
      see(tally, sender);
      tally.accepted += items;
      for (const { reason } of refused) count(tally, reason);
      for (const { reason, message, item } of refused.slice(-REFUSALS_KEPT)) keep(sender, reason, message, item);
    },
    stored(sender, items, lagMs) {
      const tally = tallyOf(sender);
      tally.stored += items;
      tally.lag.add(lagMs);
    },
    turnedAway(sender, reason, message) {
      const tally = tallyOf(sender);
      see(tally, sender);
      count(tally, reason);
      keep(sender, reason, message, null);
    },
    keys(projectId) {
      return (
        [...tallies.values()]
          // What the web app itself writes came by no key.
          .filter((tally) => tally.publicKey !== '' && (projectId === undefined || tally.projectId === projectId))
          .map((tally) => ({
            ...tally,
            refused: [...tally.refused].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
            clients: [...tally.clients.values()].map((client) => ({ ...client })).sort((a, b) => b.count - a.count),
            lag: tally.lag.read(),
          }))
          .sort((a, b) => b.accepted - a.accepted)
      );
    },
    refusals: (projectId) => [...(latest.get(projectId) ?? [])].reverse(),
  };
}

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
