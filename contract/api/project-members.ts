import { z } from 'zod';
import { operation } from '../operation.ts';
import { membershipRole } from '../organisation.ts';
import { storable } from '../storable.ts';

const project = { projectId: z.string() };
const userId = storable.min(1).max(200);

/** A member of the organisation, as seen from one of its projects. */
export const projectMember = z.object({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  /** That of the organisation. */
  organisationRole: membershipRole,
  /** The person's own role in this project, which holds instead; null: there is none. */
  projectRole: membershipRole.nullable(),
  /** What holds in this project. */
  role: membershipRole,
});

export const listProjectMembers = operation({
  id: 'listProjectMembers',
  method: 'GET',
  path: '/projects/{projectId}/members',
  access: 'session',
  role: 'VIEWER',
  summary: 'List who may open a project; for its administrators all members of the organisation',
  input: z.object(project),
  output: z.object({ data: z.array(projectMember) }),
});

export const putProjectMember = operation({
  id: 'putProjectMember',
  method: 'PUT',
  path: '/projects/{projectId}/members/{userId}',
  access: 'session',
  role: 'ADMIN',
  summary: 'Give a member another role in a project than in the organisation; NONE closes it to them',
  input: z.object({ ...project, userId, role: membershipRole }),
  output: projectMember,
});

export const deleteProjectMember = operation({
  id: 'deleteProjectMember',
  method: 'DELETE',
  path: '/projects/{projectId}/members/{userId}',
  access: 'session',
  role: 'ADMIN',
  summary: "Let the organisation's role of a member hold in a project again",
  input: z.object({ ...project, userId }),
  output: z.object({ ok: z.literal(true) }),
});
