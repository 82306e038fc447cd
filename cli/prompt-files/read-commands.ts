import type { Command } from 'commander';
import type { PromptSummary } from '../../contract/prompt.ts';
import { usageError } from '../cli-error.ts';
import { getPrompt, listPrompts } from '../client/prompts.ts';
import type { Context, Run } from '../command.ts';
import { positive } from '../list-scope.ts';
import { formatMoment } from '../terminal/format.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { severalLines } from '../terminal/text.ts';
import { printChat } from './chat-text.ts';
import { ownLabels } from './plan.ts';
import { printPromptFile } from './prompt-file.ts';

/** `prompts list` and `prompts get`. */
export function registerPromptReads(noun: Command, run: Run): void {
  noun
    .command('list')
    .alias('ls')
    .description('list prompts by name')
    .option('--label <label>', 'with a version of this label')
    .option('--tag <tag>', 'with this tag')
    .option('--limit <n>', 'at most so many', positive)
    .action(
      run(async (context: Context, options: { label?: string; tag?: string; limit?: number }) => {
        const { terminal } = context;
        const { limit, ...filter } = options;
        const found = await listPrompts(context.server().http, filter, limit);
        if (context.options.json) return terminal.out(JSON.stringify(found, null, 2));
        if (found.length === 0) return terminal.note('No prompts.');
        for (const line of renderTable(found, columns(terminal.style.dim), terminal.style, terminal.width)) terminal.out(line);
      }),
    );

  noun
    .command('get <name>')
    .description('show a version of a prompt, the newest unless one is named')
    .option('--version <n>', 'this version', positive)
    .option('--label <label>', 'the version with this label')
    .option('--resolve', 'with the prompts that it includes put in')
    .option('--content', 'only the text or the messages, without the front matter')
    .action(
      run(
        async (
          context: Context,
          options: { version?: number; label?: string; resolve?: boolean; content?: boolean },
          name: string,
        ) => {
          const { terminal } = context;
          if (options.version !== undefined && options.label !== undefined)
            throw usageError('Name a version or a label, not both.');
          const prompt = await getPrompt(context.server().http, name, options);
          if (context.options.json) return terminal.out(JSON.stringify(prompt, null, 2));
          // A file gets every character; a terminal none that would steer it.
          const show = (text: string) => terminal.out(terminal.isTerminal ? severalLines(text) : text);
          if (options.content) return show(typeof prompt.prompt === 'string' ? `${prompt.prompt}\n` : printChat(prompt.prompt));
          terminal.out(terminal.style.dim(`# version ${prompt.version} of ${formatMoment(prompt.createdAt)}`));
          show(printPromptFile({ ...prompt, labels: ownLabels(prompt) }));
        },
      ),
    );
}

const columns = (dim: (text: string) => string): Column<PromptSummary>[] => [
  { title: 'NAME', value: ({ name }) => name, shrinkTo: 16 },
  { title: 'TYPE', value: ({ type }) => type, paint: () => dim },
  { title: 'VERSION', value: ({ versions }) => String(Math.max(...versions)), align: 'right' },
  {
    title: 'LABELS',
    value: ({ labels }) => labels.filter((label) => label !== 'latest').join(', '),
    optional: true,
    shrinkTo: 10,
  },
  { title: 'TAGS', value: ({ tags }) => tags.join(', '), optional: true, shrinkTo: 10 },
  { title: 'UPDATED', value: ({ lastUpdatedAt }) => formatMoment(lastUpdatedAt), paint: () => dim },
];
