import { sql } from 'drizzle-orm';
import type { MetadataDb } from './engine.ts';

/** Waits until no other transaction, of any process, holds this number; held to the end of the transaction. */
export async function lockTransaction(tx: Pick<MetadataDb, 'execute'>, number: number): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${number})`);
}
