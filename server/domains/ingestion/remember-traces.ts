import { hasTraces } from '../../query/has-traces.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';

/**
 * Whether anything was ever stored in a project. Asked again and again by the set-up page until the answer is yes; a yes is remembered,
 * so that from then on it costs nothing.
 */
export function rememberTraces(analytics: AnalyticsReader): (projectId: string) => Promise<boolean> {
  const known = new Set<string>();
  return async (projectId) => {
    if (known.has(projectId)) return true;
    const found = await hasTraces(analytics, projectId);
    if (found) known.add(projectId);
    return found;
  };
}
