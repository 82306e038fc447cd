import { useEffect, useMemo, useRef, useState } from 'react';
import { type TailState, useTail } from '../../lib/tail.ts';
import { collectTail, mergeTail } from './tail.ts';

/** Nudges are gathered this long, so that a busy project is asked a few times a second and not at every span. */
const GATHER_MS = 350;
/** More ids than this in one question are not asked for; the newest matter. */
const MOST_IDS = 100;
const FRESH_MS = 2_000;
const NOTHING: ReadonlySet<string> = new Set();

export interface LiveRows<T> {
  rows: readonly T[];
  /** Rows that came in while the reader was further down; shown as soon as the top is in sight. */
  held: number;
  /** Ids of rows that came in just now. */
  fresh: ReadonlySet<string>;
  state: TailState;
  /** Lets go of what came in: the rows below were read again and hold it. */
  reset(): void;
}

/**
 * Rows with what comes in while one looks. Nothing moves under the reader: while the top is out of sight (`paused`), new rows wait.
 * @param scope everything that the rows are narrowed to; another scope drops what was held
 * @param ask the rows of these traces, within the scope, newest first
 */
export function useLiveRows<T extends { id: string }>(
  projectId: string,
  options: {
    enabled: boolean;
    paused: boolean;
    scope: string;
    base: readonly T[];
    ask(traceIds: string[]): Promise<readonly T[]>;
  },
): LiveRows<T> {
  const { enabled, paused, scope, base, ask } = options;
  const [arrived, setArrived] = useState<readonly T[]>([]);
  const [shown, setShown] = useState<readonly T[]>([]);
  const [fresh, setFresh] = useState(NOTHING);
  const gathered = useRef(new Set<string>());
  const asked = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef({ ask, scope });
  useEffect(() => {
    latest.current = { ask, scope };
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scope (or none) begins anew
  useEffect(() => {
    setArrived([]);
    setShown([]);
    gathered.current.clear();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [scope, enabled]);

  const state = useTail(projectId, enabled, (traceIds) => {
    for (const id of traceIds) gathered.current.add(id);
    // The first nudge after a pause is followed at once; those behind it are gathered.
    const wait = Date.now() - asked.current > GATHER_MS ? 0 : GATHER_MS;
    timer.current ??= setTimeout(async () => {
      timer.current = undefined;
      asked.current = Date.now();
      const ids = [...gathered.current].slice(-MOST_IDS);
      gathered.current.clear();
      const { ask: question, scope: within } = latest.current;
      // A failed question is no harm: the next nudge or a reload brings the rows.
      const rows = await question(ids).catch(() => []);
      if (latest.current.scope === within && rows.length > 0) setArrived((now) => collectTail(now, rows));
    }, wait);
  });

  useEffect(() => {
    if (!paused) setShown(arrived);
  }, [paused, arrived]);

  const known = useMemo(() => new Set([...base, ...shown].map(({ id }) => id)), [base, shown]);
  const marked = useRef(new Set<string>());
  const held = useMemo(() => arrived.filter(({ id }) => !known.has(id)).length, [arrived, known]);
  useEffect(() => {
    const news = shown.map(({ id }) => id).filter((id) => !marked.current.has(id));
    if (news.length === 0) return;
    for (const id of news) marked.current.add(id);
    setFresh(new Set(news));
    const done = setTimeout(() => setFresh(NOTHING), FRESH_MS);
    return () => clearTimeout(done);
  }, [shown]);
  const rows = useMemo(() => mergeTail(base, shown), [base, shown]);
  const reset = () => {
    setArrived([]);
    setShown([]);
  };
  return { rows, held, fresh, state, reset };
}
