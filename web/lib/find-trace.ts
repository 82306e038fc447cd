import { getTrace } from '../../contract/api/traces.ts';
import { ApiError, call } from './client.ts';
import { homeProject, type Me } from './session.ts';

/** How many projects are asked at a time. */
const AT_ONCE = 6;

/** The projects of a person, the one that they opened last before all others. */
export function projectsOf(me: Me): string[] {
  const all = me.organisations.flatMap(({ projects }) => projects.map(({ id }) => id));
  const last = homeProject(me)?.id;
  return last === undefined ? all : [last, ...all.filter((id) => id !== last)];
}

/**
 * The project that holds a trace, of those that the person may see; null when none does. An address that only has the trace's id, as
 * older SDKs print it, says no more.
 */
export async function findProjectOfTrace(me: Me, traceId: string, has = hasTrace): Promise<string | null> {
  const projects = projectsOf(me);
  for (let at = 0; at < projects.length; at += AT_ONCE) {
    const asked = projects.slice(at, at + AT_ONCE);
    const answers = await Promise.all(asked.map((projectId) => has(projectId, traceId)));
    const found = asked.find((_, index) => answers[index]);
    if (found !== undefined) return found;
  }
  return null;
}

async function hasTrace(projectId: string, traceId: string): Promise<boolean> {
  try {
    await call(getTrace, { projectId, traceId });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
