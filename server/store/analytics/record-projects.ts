import type { AnalyticsReader } from './port.ts';

/** Which projects have log records: most have none, and their spans need not be looked up in the log. */
export interface RecordProjects {
  /** Records of this project are about to be written. */
  add(projectId: string): void;
  have(store: AnalyticsReader, projectId: string): Promise<boolean>;
}

/**
 * @param shared other processes write to the same store, so that a no is not remembered
 */
export function createRecordProjects(shared: boolean): RecordProjects {
  const known = new Map<string, boolean>();
  return {
    add: (projectId) => void known.set(projectId, true),
    async have(store, projectId) {
      const told = known.get(projectId);
      if (told !== undefined) return told;
      const found = await store.query(
        "SELECT 1 AS found FROM events WHERE project_id = {project:String} AND entity = 'log' LIMIT 1",
        { project: projectId },
      );
      // Records may have come while this was asked.
      const now = known.get(projectId) ?? found.length > 0;
      if (now || !shared) known.set(projectId, now);
      return now;
    },
  };
}
