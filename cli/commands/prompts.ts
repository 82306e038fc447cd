import type { Command } from 'commander';
import type { CommandModule, Run } from '../command.ts';
import { registerPromptReads } from '../prompt-files/read-commands.ts';
import { registerSync } from '../prompt-files/sync-commands.ts';

export const prompts: CommandModule = {
  register(program: Command, run: Run) {
    const noun = program.command('prompts').description('read prompts, and keep them as files in both directions');
    registerPromptReads(noun, run);
    registerSync(noun, run);
  },
};
