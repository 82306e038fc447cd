import type { Access } from '../../domains/access/index.ts';
import type { Door } from '../../ingest/door.ts';
import type { Receipts } from '../../ingest/receipts/receipts.ts';
import type { IntakeBudget } from './intake-budget.ts';

/** What the routes and the gRPC service of the door are given. */
export interface IngestParts {
  door: Door;
  access: Pick<Access, 'authenticateKey'>;
  receipts: Pick<Receipts, 'turnedAway'>;
  /** Most bytes of one body, after decompression. */
  maxBodyBytes: number;
  /** Shared by HTTP and gRPC. */
  budget: IntakeBudget;
}
