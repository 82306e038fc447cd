import * as declared from '../../../contract/api/skills.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { Skills } from './skills.ts';

const counted = <T>({ data, totalItems }: { data: T[]; totalItems: number }) => ({ data, totalCount: totalItems });

/** What our own API can do with skills. */
export function skillOperations(skills: Skills): Implemented[] {
  return [
    implement(declared.listSkills, async ({ projectId, page, limit, ...filter }) =>
      counted(await skills.list(projectId, filter, page, limit)),
    ),
    implement(declared.getSkill, ({ projectId, name, ...selector }) => skills.get(projectId, name, selector)),
    implement(declared.listSkillVersions, async ({ projectId, name, page, limit }) =>
      counted(await skills.listVersions(projectId, name, page, limit)),
    ),
    implement(declared.readSkillContents, async ({ projectId, sha256Hashes }) => ({
      data: await skills.readContents(projectId, sha256Hashes),
    })),
    implement(declared.createSkillVersion, ({ projectId, ...given }, { userId }) =>
      skills.createVersion(projectId, given, userId ?? undefined),
    ),
    implement(declared.updateSkillTags, ({ projectId, name, tags }) => skills.setTags(projectId, name, tags)),
    implement(declared.setSkillLabels, ({ projectId, name, version, labels }) =>
      skills.setLabels(projectId, name, version, labels),
    ),
    implement(declared.deleteSkillVersion, async ({ projectId, name, version }) => {
      await skills.deleteVersion(projectId, name, version);
      return { ok: true } as const;
    }),
  ];
}
