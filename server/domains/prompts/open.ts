import type { Slice, Spine } from '../slice.ts';
import { createPrompts, type PromptDeps, type Prompts } from './prompts.ts';

export const openPrompts = (spine: Spine, needs: Pick<PromptDeps, 'recordChanges'>): Prompts & Slice =>
  createPrompts({ ...spine, ...needs });
