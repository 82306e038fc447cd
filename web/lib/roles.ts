import { MEMBERSHIP_ROLES, type MembershipRole } from '../../contract/operation.ts';
import { mayAs } from './session.ts';

export const ROLE_NAMES: Record<MembershipRole, string> = {
  NONE: 'No access',
  VIEWER: 'Viewer',
  MEMBER: 'Member',
  ADMIN: 'Admin',
  OWNER: 'Owner',
};

const ROLE_HINTS: Record<MembershipRole, string> = {
  NONE: 'Opens only projects shared one by one',
  VIEWER: 'Sees everything, changes nothing',
  MEMBER: 'Tags, bookmarks and deletes traces',
  ADMIN: 'Manages keys, members and projects',
  OWNER: 'Also deletes projects',
};

/** The roles that somebody may give: up to their own. */
export const rolesToGive = (own: MembershipRole): { value: MembershipRole; label: string; hint: string }[] =>
  MEMBERSHIP_ROLES.filter((role) => mayAs(own, role)).map((role) => ({
    value: role,
    label: ROLE_NAMES[role],
    hint: ROLE_HINTS[role],
  }));
