import { eq } from 'drizzle-orm';
import { type MetadataDb, tables } from '../../store/metadata/index.ts';

const { projects } = tables;

/**
 * Makes others wait who look in this project whether a name is free, until the transaction ends. Names are not unique in the store, as
 * some callers share them (docs/adr/007).
 */
export const lockNames = (tx: Pick<MetadataDb, 'select'>, projectId: string): Promise<unknown> =>
  tx.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update');
