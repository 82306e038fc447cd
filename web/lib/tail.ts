import { useEffect, useRef, useState } from 'react';
import { TAIL_PATH } from '../../contract/api/traces.ts';
import { API_ROOT } from './client.ts';

export type TailState = 'connecting' | 'open' | 'closed';
interface Listener {
  onTraces(traceIds: string[]): void;
  onState(state: TailState): void;
}

/**
 * The stream of one project, shared by everything on the page that listens: browsers allow few connections to one host.
 * It opens with the first listener and closes with the last; a broken one is opened again after 1, 2, 4 … 30 s.
 */
class Tail {
  readonly #url: string;
  readonly #listeners = new Set<Listener>();
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #state: TailState = 'closed';

  constructor(projectId: string) {
    this.#url = API_ROOT + TAIL_PATH.replace('{projectId}', encodeURIComponent(projectId));
  }

  add(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#open();
    else listener.onState(this.#state);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#close();
    };
  }

  #open() {
    this.#tell('connecting');
    const source = new EventSource(this.#url);
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      this.#tell('open');
    };
    source.addEventListener('trace', (event: MessageEvent<string>) => {
      const { traceIds } = JSON.parse(event.data) as { traceIds: string[] };
      for (const listener of this.#listeners) listener.onTraces(traceIds);
    });
    source.onerror = () => {
      source.close();
      this.#tell('closed');
      const delay = Math.min(30_000, 1000 * 2 ** this.#failures++);
      this.#timer = setTimeout(() => this.#open(), delay);
    };
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
    this.#failures = 0;
    this.#state = 'closed';
  }

  #tell(state: TailState) {
    this.#state = state;
    for (const listener of this.#listeners) listener.onState(state);
  }
}

const tails = new Map<string, Tail>();

/**
 * Follows a project: `onTraces` gets the ids of traces whose rows became queryable. The stream is a nudge, not the truth; read the
 * traces again to see them. `state` tells whether it is listening.
 */
export function useTail(projectId: string, enabled: boolean, onTraces: (traceIds: string[]) => void): TailState {
  const [state, setState] = useState<TailState>('closed');
  const latest = useRef(onTraces);
  useEffect(() => {
    latest.current = onTraces;
  });
  useEffect(() => {
    if (!enabled) return;
    const tail = tails.get(projectId) ?? new Tail(projectId);
    tails.set(projectId, tail);
    const leave = tail.add({ onTraces: (traceIds) => latest.current(traceIds), onState: setState });
    return () => {
      leave();
      setState('closed');
    };
  }, [projectId, enabled]);
  return state;
}
