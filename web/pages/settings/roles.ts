import { ROLES, type Role } from '../../../contract/operation.ts';
import { mayAs } from '../../lib/session.ts';

export const ROLE_NAMES: Record<Role, string> = { VIEWER: 'Viewer', MEMBER: 'Member', ADMIN: 'Admin', OWNER: 'Owner' };

const ROLE_HINTS: Record<Role, string> = {
  VIEWER: 'Sees everything, changes nothing',
  MEMBER: 'Tags, bookmarks and deletes traces',
  ADMIN: 'Manages keys, members and projects',
  OWNER: 'Also deletes projects',
};

/** The roles that somebody may give: up to their own. */
export const rolesToGive = (own: Role): { value: Role; label: string; hint: string }[] =>
  ROLES.filter((role) => mayAs(own, role)).map((role) => ({ value: role, label: ROLE_NAMES[role], hint: ROLE_HINTS[role] }));
