import { and, eq } from 'drizzle-orm';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { prompts, promptVersions: versions } = tables;

/** Whether the project has a prompt with a version of this id. */
export async function hasPromptVersion(db: MetadataDb, projectId: string, versionId: string): Promise<boolean> {
  const found = await db
    .select({ id: versions.id })
    .from(versions)
    .innerJoin(prompts, eq(prompts.id, versions.promptId))
    .where(and(eq(versions.id, versionId), eq(prompts.projectId, projectId)));
  return found.length > 0;
}
