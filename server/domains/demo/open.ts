import type { Door } from '../../ingest/door.ts';
import type { Prompts } from '../prompts/index.ts';
import type { Slice, Spine } from '../slice.ts';
import { createDemo, type Demo } from './create-demo.ts';

interface Needs {
  /** One with receipts of its own: what the demo brings is nobody's key. */
  door: Door;
  prompts: Prompts;
  /** The project to load; null when there is none. */
  projectId: string | null;
}

export function openDemo(spine: Spine, { projectId, ...needs }: Needs): Pick<Demo, 'remove'> & Slice {
  const demo = createDemo({ ...spine, ...needs });
  return {
    remove: (id) => demo.remove(id),
    operations: [],
    part: demo,
    begin: () => {
      if (projectId) demo.begin(projectId);
    },
  };
}
