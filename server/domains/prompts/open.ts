import type { Slice, Spine } from '../slice.ts';
import { promptOperations } from './operations.ts';
import { createPrompts, type PromptDeps, type Prompts } from './prompts.ts';

export function openPrompts(spine: Spine, needs: Pick<PromptDeps, 'recordChanges'>): Prompts & Slice {
  const prompts = createPrompts({ ...spine, ...needs });
  return { ...prompts, operations: promptOperations(prompts) };
}
