import type { Slice, Spine } from '../slice.ts';
import { sessionOperations } from './operations.ts';

export const openSessions = (spine: Spine): Slice => ({ operations: sessionOperations({ store: spine.analytics }) });
