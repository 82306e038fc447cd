import type { Slice, Spine } from '../slice.ts';
import { type IngestionDeps, ingestionOperations } from './operations.ts';

export const openIngestion = (spine: Spine, needs: Pick<IngestionDeps, 'receipts' | 'buffer'>): Slice => ({
  operations: ingestionOperations({ ...spine, ...needs }),
});
