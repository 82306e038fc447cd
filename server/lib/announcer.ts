/**
 * Tells listeners that rows became queryable: a nudge, never the truth. A listener that missed one finds the rows by asking the store.
 */
export interface Announcer {
  announce(projectId: string, traceIds: readonly string[]): void;
  /** @returns a function that ends the subscription. */
  subscribe(projectId: string, listener: (traceIds: readonly string[]) => void): () => void;
}

export function createAnnouncer(): Announcer {
  const listeners = new Map<string, Set<(traceIds: readonly string[]) => void>>();
  return {
    announce(projectId, traceIds) {
      for (const listener of listeners.get(projectId) ?? []) listener(traceIds);
    },
    subscribe(projectId, listener) {
      const group = listeners.get(projectId) ?? new Set();
      listeners.set(projectId, group.add(listener));
      return () => {
        group.delete(listener);
        if (group.size === 0 && listeners.get(projectId) === group) listeners.delete(projectId);
      };
    },
  };
}
