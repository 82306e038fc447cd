import { eq } from 'drizzle-orm';
import type { MetadataDb } from './engine.ts';
import { settings } from './schema/index.ts';

/** Value of a setting of the installation, or undefined. */
export async function readSetting<T>(db: MetadataDb, key: string): Promise<T | undefined> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.key, key));
  return row?.value as T | undefined;
}

/** Writes a setting, over an earlier value. `value` is anything that JSON can hold except null. */
export async function writeSetting(db: MetadataDb, key: string, value: unknown): Promise<void> {
  await db
    .insert(settings)
    .values({ key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: new Date() } });
}

/** Writes a setting unless it has a value; returns the one that stands, whoever wrote it. */
export async function claimSetting<T>(db: MetadataDb, key: string, value: T): Promise<T> {
  await db.insert(settings).values({ key, value }).onConflictDoNothing();
  return (await readSetting<T>(db, key))!;
}
