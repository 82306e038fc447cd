import type { Slice, Spine } from '../slice.ts';
import { createMedia, type Media } from './media.ts';
import { mediaOperations } from './operations.ts';

/** Stands on less than the others: deletions in the analytics store take media along. */
export function openMedia(spine: Omit<Spine, 'analytics'>): Media & Slice {
  const media = createMedia({ ...spine, maxBytes: spine.config.maxMediaBytes });
  return { ...media, operations: mediaOperations(media, '/api/public') };
}
