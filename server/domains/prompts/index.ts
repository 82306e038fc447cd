export type { WrittenPrompt } from './compose.ts';
export { hasPromptVersion } from './has-version.ts';
export type { PromptFilter } from './list-prompts.ts';
export { openPrompts } from './open.ts';
export { createPrompts, type PromptChange, type PromptDeps, type Prompts } from './prompts.ts';
