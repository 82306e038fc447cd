import { z } from 'zod';
import { operation } from '../operation.ts';
import {
  createSkillVersionInput,
  MAX_SKILL_CONTENTS,
  sha256Hash,
  skillContent,
  skillFilter,
  skillLabels,
  skillSummary,
  skillTags,
  skillVersion,
  skillVersionNumber,
} from '../skill.ts';

const projectId = z.string();
const name = z.string();
const page = z.number().int().min(1).default(1);
const limit = z.number().int().min(1).max(100).default(50);

export const listSkills = operation({
  id: 'listSkills',
  method: 'GET',
  path: '/projects/{projectId}/skills',
  access: 'any',
  role: 'VIEWER',
  summary: 'List skills as their newest versions are, the last changed first',
  input: skillFilter.extend({ projectId, page, limit }),
  output: z.object({ data: z.array(skillSummary), totalCount: z.number().int() }),
});

export const getSkill = operation({
  id: 'getSkill',
  method: 'GET',
  path: '/projects/{projectId}/skills/{name}',
  access: 'any',
  role: 'VIEWER',
  summary: 'Get a version of a skill, "production" unless a version or label is named',
  input: z.object({ projectId, name, version: skillVersionNumber.optional(), label: z.string().optional() }),
  output: skillVersion,
});

export const listSkillVersions = operation({
  id: 'listSkillVersions',
  method: 'GET',
  path: '/projects/{projectId}/skills/{name}/versions',
  access: 'any',
  role: 'VIEWER',
  summary: 'List the versions of a skill, newest first',
  input: z.object({ projectId, name, page, limit }),
  output: z.object({ data: z.array(skillVersion), totalCount: z.number().int() }),
});

export const readSkillContents = operation({
  id: 'readSkillContents',
  method: 'POST',
  path: '/projects/{projectId}/skill-contents',
  access: 'any',
  role: 'VIEWER',
  summary: "Read the texts of skills' files by their hashes",
  input: z.object({ projectId, sha256Hashes: z.array(sha256Hash).min(1).max(MAX_SKILL_CONTENTS) }),
  output: z.object({ data: z.array(skillContent) }),
});

export const createSkillVersion = operation({
  id: 'createSkillVersion',
  method: 'POST',
  path: '/projects/{projectId}/skills',
  access: 'any',
  role: 'MEMBER',
  summary: 'Create a skill, or the next version of the one that SKILL.md names',
  input: createSkillVersionInput.extend({ projectId }),
  output: skillVersion,
});

export const updateSkillTags = operation({
  id: 'updateSkillTags',
  method: 'PATCH',
  path: '/projects/{projectId}/skills/{name}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Give a skill other tags; the newest version is returned',
  input: z.object({ projectId, name, tags: skillTags }),
  output: skillVersion,
});

export const setSkillLabels = operation({
  id: 'setSkillLabels',
  method: 'PATCH',
  path: '/projects/{projectId}/skills/{name}/versions/{version}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Give a version of a skill other labels, which leave its other versions',
  input: z.object({ projectId, name, version: skillVersionNumber, labels: skillLabels }),
  output: skillVersion,
});

export const deleteSkillVersion = operation({
  id: 'deleteSkillVersion',
  method: 'DELETE',
  path: '/projects/{projectId}/skills/{name}/versions/{version}',
  access: 'any',
  role: 'MEMBER',
  summary: 'Delete a version of a skill; with its last one the skill goes',
  input: z.object({ projectId, name, version: skillVersionNumber }),
  output: z.object({ ok: z.literal(true) }),
});
