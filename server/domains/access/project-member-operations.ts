import * as declared from '../../../contract/api/project-members.ts';
import { invalidRequest, notFound } from '../../lib/errors.ts';
import { type Implemented, implement } from '../../lib/implement.ts';
import type { MetadataDb } from '../../store/metadata/index.ts';
import { listMembersInProject, removeProjectMember, setProjectMember } from './project-members.ts';
import { includesRole } from './roles.ts';

/** The operations of contract/api/project-members.ts. */
export function projectMemberOperations(db: MetadataDb, organisationOf: (projectId: string) => Promise<string>): Implemented[] {
  return [
    implement(declared.listProjectMembers, async ({ projectId }, caller) => {
      const members = await listMembersInProject(db, projectId);
      // Who works elsewhere in the organisation is only shown to those who may let them in.
      return { data: includesRole(caller.role, 'ADMIN') ? members : members.filter(({ role }) => role !== 'NONE') };
    }),
    implement(declared.putProjectMember, async ({ projectId, userId, role }, caller) => {
      // Nobody locks themselves out: there might be no other administrator to let them in again.
      if (userId === caller.userId && !includesRole(role, 'ADMIN')) {
        throw invalidRequest('You cannot take your own rights in this project. Ask another administrator.');
      }
      await setProjectMember(db, { organisationId: await organisationOf(projectId), projectId, userId, role, by: caller.role });
      const [member] = await listMembersInProject(db, projectId, userId);
      if (!member) throw notFound('This person is no member of the organisation.');
      return member;
    }),
    implement(declared.deleteProjectMember, async ({ projectId, userId }, caller) => {
      await removeProjectMember(db, { organisationId: await organisationOf(projectId), projectId, userId, by: caller.role });
      return { ok: true as const };
    }),
  ];
}
