import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { z } from 'zod';
import { getMe } from '../../contract/api/access.ts';
import { type MembershipRole, type OutputOf, ROLES } from '../../contract/operation.ts';
import { queryOf } from './query.ts';
import { readStored, writeStored } from './stored.ts';

export type Me = OutputOf<typeof getMe>;
export type Organisation = Me['organisations'][number];
export type Project = Organisation['projects'][number];

/** Who is signed in and what they may open; changes rarely. */
export const meQuery = { ...queryOf(getMe, {}), staleTime: 5 * 60_000 };

/** The signed-in person. Below the shell it is there at once: the shell's route waits for it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

export function findProject(me: Me, projectId: string): { project: Project; organisation: Organisation } | undefined {
  for (const organisation of me.organisations) {
    const project = organisation.projects.find((candidate) => candidate.id === projectId);
    if (project) return { project, organisation };
  }
  return undefined;
}

/** The project of the address. Only below `/project/$projectId`, whose route has checked that it exists. */
export function useProject(): { project: Project; organisation: Organisation } {
  const me = useMe();
  const { projectId } = useParams({ from: '/app/project/$projectId' });
  const found = findProject(me, projectId);
  if (!found) throw new Error(`No project ${projectId}`);
  return found;
}

/** Whether a role may do what needs at least `least`; NONE may nothing. */
export const mayAs = (role: MembershipRole, least: MembershipRole): boolean => rank(role) >= rank(least);

const rank = (role: MembershipRole): number => (role === 'NONE' ? -1 : ROLES.indexOf(role));

/** The project to open when the address names none: the last one opened if it still exists, else the first. */
export function homeProject(me: Me): Project | undefined {
  const last = findProject(me, readStored('project', z.string(), ''));
  return last?.project ?? me.organisations.flatMap((organisation) => organisation.projects)[0];
}

export const rememberProject = (projectId: string): void => writeStored('project', projectId);
