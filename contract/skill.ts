import { z } from 'zod';
import { timestamp } from './observation.ts';
import { promptLabel, promptVersion } from './prompt.ts';
import { storable } from './storable.ts';

/** The file that every skill has: its name and description in YAML between two lines of `---`, then the instructions. */
export const SKILL_FILE = 'SKILL.md';

export const MAX_SKILL_FILES = 200;
/** Bytes of UTF-8 of all files of a version together. */
export const MAX_SKILL_BYTES = 1_000_000;
/** How many contents can be read at once. */
export const MAX_SKILL_CONTENTS = 50;

/** As agents know it: the name of its folder (agentskills.io). */
export const skillName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'may hold lower-case letters, digits and single hyphens between them only');

export const skillDescription = storable.trim().min(1).max(1024);

/** What stands above the instructions; whatever else is there is kept. */
export const skillFrontmatter = z.looseObject({ name: skillName, description: skillDescription });

/** Relative, with `/` between folders. */
export const skillPath = storable
  .min(1)
  .max(512)
  .refine((path) => !path.includes('\\'), 'must not contain \\')
  .refine(
    (path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'must be a relative path without empty parts, . and ..',
  );

/** SHA-256 in base64, in the one spelling of its bytes. */
export const sha256Hash = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'must be a SHA-256 in base64');

const fileInput = z
  .object({ path: skillPath, content: storable.optional(), sha256Hash: sha256Hash.optional() })
  .refine(({ content, sha256Hash: hash }) => (content === undefined) !== (hash === undefined), {
    message: 'give exactly one of content and sha256Hash',
  })
  .meta({ description: 'A file with its text, or with the hash of a text that the project has already.' });
export type SkillFileInput = z.output<typeof fileInput>;

/** A new version of the skill that its SKILL.md names. */
export const createSkillVersionInput = z.object({
  files: z
    .array(fileInput)
    .min(1)
    .max(MAX_SKILL_FILES)
    .superRefine((files, context) => {
      const paths = files.map(({ path }) => path);
      if (!paths.includes(SKILL_FILE)) context.addIssue({ code: 'custom', message: `must hold ${SKILL_FILE}` });
      paths.forEach((path, index) => {
        if (paths.indexOf(path) < index) context.addIssue({ code: 'custom', path: [index, 'path'], message: 'is given twice' });
      });
    }),
  commitMessage: storable.max(500).nullish(),
});
export type CreateSkillVersionInput = z.output<typeof createSkillVersionInput>;

export const skillTags = z.array(storable.min(1).max(500)).max(100);
export const skillLabels = z.array(promptLabel).max(100);
export const skillVersionNumber = promptVersion;

export const skillFile = z.object({
  id: z.string(),
  path: z.string(),
  /** Of its text, which other files may have too. */
  blobId: z.string(),
  sha256Hash: z.string(),
  contentType: z.string(),
  /** Bytes of UTF-8. */
  contentLength: z.number().int(),
});

/** One version of a skill, with its files but not their texts. */
export const skillVersion = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  version: z.number().int(),
  description: z.string(),
  frontmatter: z.record(z.string(), z.unknown()),
  /** `latest` is always on the newest version. */
  labels: z.array(z.string()),
  /** Shared by all versions. */
  tags: z.array(z.string()),
  commitMessage: z.string().nullable(),
  createdBy: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  /** By path. */
  files: z.array(skillFile),
});
export type SkillVersion = z.output<typeof skillVersion>;

/** A skill in a list, as its newest version makes it. */
export const skillSummary = z.object({
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  latestVersion: z.number().int(),
  latestVersionCreatedAt: timestamp,
  latestVersionLastUpdatedAt: timestamp,
  /** The version with the label `production`. */
  productionVersion: z.number().int().nullable(),
});
export type SkillSummary = z.output<typeof skillSummary>;

/** Narrows the list of skills; `search` looks at names and descriptions of newest versions, without case. Times are of the newest version. */
export const skillFilter = z.object({
  name: storable.optional(),
  search: storable.optional(),
  tag: storable.optional(),
  /** Inclusive. */
  fromUpdatedAt: timestamp.optional(),
  /** Exclusive. */
  toUpdatedAt: timestamp.optional(),
});
export interface SkillFilter {
  name?: string | undefined;
  search?: string | undefined;
  tag?: string | undefined;
  fromUpdatedAt?: string | undefined;
  toUpdatedAt?: string | undefined;
}

export const skillContent = z.object({ sha256Hash: z.string(), content: z.string() });
export type SkillContent = z.output<typeof skillContent>;
