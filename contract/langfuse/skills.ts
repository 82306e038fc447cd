import { z } from 'zod';
import { pageNumber, upTo } from './common.ts';
import { anything, givenTime, published, timestamp } from './published.ts';
import { route, routes } from './route.ts';

/* Skills, as Python's SDK of version 5 asks for them: part of what is called unstable, with the error bodies of the rest. */

export const skillFile = published(
  'UnstableSkillFile',
  z.strictObject({
    id: z.string(),
    path: z.string(),
    blobId: z.string(),
    sha256Hash: z.string(),
    contentType: z.string(),
    contentLength: z.int(),
  }),
);
export const skillVersion = published(
  'UnstableSkillVersion',
  z.strictObject({
    id: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    projectId: z.string(),
    createdBy: z.string(),
    name: z.string(),
    description: z.string(),
    frontmatter: z.record(z.string(), anything),
    version: z.int(),
    tags: z.array(z.string()),
    labels: z.array(z.string()),
    commitMessage: z.string().nullable(),
    files: z.array(skillFile),
  }),
);
export const skillMeta = published(
  'UnstableSkillMeta',
  z.strictObject({
    name: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    latestVersion: z.int(),
    latestVersionCreatedAt: timestamp,
    latestVersionLastUpdatedAt: timestamp,
    productionVersion: z.int().nullable(),
  }),
);
export const skillMetaListResponse = published(
  'UnstableSkillMetaListResponse',
  z.strictObject({
    data: z.array(skillMeta),
    meta: published(
      'UnstableSkillListPagination',
      z.strictObject({
        page: z.int(),
        limit: z.int(),
        totalItems: z.int(),
        totalPages: z.int(),
        hasNextPage: z.boolean(),
      }),
    ),
  }),
);
export const skillVersionFileCreateInput = published(
  'UnstableSkillVersionFileCreateInput',
  z.union([
    z.object({ path: z.string(), content: z.string() }),
    z.object({ path: z.string(), sha256Hash: z.string().describe('SHA-256 in base64 of a text that the project has already.') }),
  ]),
);
export const createSkillVersionRequest = published(
  'UnstableCreateSkillVersionRequest',
  z.object({ files: z.array(skillVersionFileCreateInput), commitMessage: z.string().nullish() }),
);
export const skillFileContentsResponse = published(
  'UnstableSkillFileContentsResponse',
  z.strictObject({ data: z.array(z.strictObject({ sha256Hash: z.string(), content: z.string() })) }),
);
export const deleteSkillVersionResponse = published(
  'UnstableDeleteSkillVersionResponse',
  z.strictObject({ deleted: z.boolean() }),
);

const one = { path: '/unstable/skills/{skillName}', auth: 'project' } as const;
const version = { ...one, path: '/unstable/skills/{skillName}/versions/{skillVersion}' } as const;

export const skillsRoutes = routes('Skills', [
  route('listSkills', 'GET', {
    path: '/unstable/skills',
    auth: 'project',
    query: z.object({
      name: z.string().optional(),
      search: z.string().optional(),
      tag: z.string().optional(),
      page: pageNumber,
      limit: upTo(100),
      fromUpdatedAt: givenTime.optional(),
      toUpdatedAt: givenTime.optional(),
    }),
    answers: { 200: skillMetaListResponse },
  }),
  route('createSkillVersion', 'POST', {
    path: '/unstable/skills',
    auth: 'project',
    body: createSkillVersionRequest,
    answers: { 201: skillVersion },
  }),
  route('getSkill', 'GET', {
    ...one,
    query: z.object({ version: z.int().optional(), label: z.string().optional() }),
    answers: { 200: skillVersion },
  }),
  route('updateSkill', 'PATCH', { ...one, body: z.object({ tags: z.array(z.string()) }), answers: { 200: skillVersion } }),
  route('getSkillFileContents', 'GET', {
    path: '/unstable/skills/files/content',
    auth: 'project',
    query: z.object({ sha256Hashes: z.string() }),
    answers: { 200: skillFileContentsResponse },
  }),
  route('setSkillLabels', 'PATCH', {
    ...version,
    body: z.object({ labels: z.array(z.string()) }),
    answers: { 200: skillVersion },
  }),
  route('deleteSkillVersion', 'DELETE', { ...version, answers: { 200: deleteSkillVersionResponse } }),
]);
