import type { Command } from 'commander';
import { getDataset } from '../client/datasets.ts';
import { type Experiment, findExperiment, listExperimentItems, listExperiments } from '../client/experiments.ts';
import type { CommandModule, Context, Run } from '../command.ts';
import { compare, summarise } from '../experiments/compare.ts';
import { showExperiment } from '../experiments/show-experiment.ts';
import { addTimeOptions, positive, readTimes } from '../list-scope.ts';
import { formatCount, formatMoment, formatNumber } from '../terminal/format.ts';
import { type Column, renderTable } from '../terminal/table.ts';

export const experiments: CommandModule = {
  register(program, run) {
    const noun = program.command('experiments').description('list runs of experiments, read and compare them');
    registerList(noun, run);
    registerShow(noun, run);
  },
};

interface ListOptions {
  since?: string;
  until?: string;
  dataset?: string;
  name?: string;
  limit: number;
}

function registerList(noun: Command, run: Run) {
  addTimeOptions(noun.command('list').alias('ls').description('list experiments by latest activity'))
    .option('--dataset <name>', 'over this dataset')
    .option('--name <name>', 'of this name')
    .option('--limit <n>', 'at most so many', positive, 50)
    .action(
      run(async (context: Context, { dataset, name, limit, ...times }: ListOptions) => {
        const { terminal } = context;
        const server = context.server();
        const datasetId = dataset === undefined ? undefined : (await getDataset(server, dataset)).id;
        const found = await listExperiments(server, { ...readTimes(times, context.now()), name, datasetId }, limit);
        if (context.options.json) return terminal.out(JSON.stringify(found, null, 2));
        if (found.length === 0) return terminal.note('No experiments.');
        const { dim } = terminal.style;
        const columns: Column<Experiment>[] = [
          { title: 'STARTED', value: ({ startTime }) => formatMoment(startTime), paint: () => dim },
          { title: 'NAME', value: (experiment) => experiment.name, shrinkTo: 16 },
          { title: 'ITEMS', value: ({ itemCount }) => formatCount(itemCount), align: 'right' },
          {
            title: 'SCORES',
            value: ({ scores }) => scores.map(scoreText).join(', '),
            optional: true,
            shrinkTo: 12,
            droppable: 1,
          },
          { title: 'ID', value: ({ id }) => id, paint: () => dim },
        ];
        for (const line of renderTable(found, columns, terminal.style, terminal.width)) terminal.out(line);
      }),
    );
}

const scoreText = ({ name, value, stringValue }: Experiment['scores'][number]) => `${name} ${stringValue ?? formatNumber(value)}`;

function registerShow(noun: Command, run: Run) {
  noun
    .command('show <experiment>')
    .description('show an experiment with its items and scores; by its id, or the latest of its name')
    .option('--baseline <experiment>', 'compare with this one, item by item')
    .addHelpText(
      'after',
      `
Examples:
  telltale experiments show nightly-2026-03-04
  telltale experiments show candidate --baseline main --json | jq '.comparison'`,
    )
    .action(
      run(async (context: Context, options: { baseline?: string }, name: string) => {
        const { terminal } = context;
        const server = context.server();
        const load = async (nameOrId: string) => {
          const experiment = await findExperiment(server, nameOrId);
          return { experiment, items: await listExperimentItems(server, experiment.id) };
        };
        const shown = await load(name);
        const baseline = options.baseline === undefined ? undefined : await load(options.baseline);
        if (!context.options.json) {
          for (const line of showExperiment(shown, baseline, terminal.style, terminal.width)) terminal.out(line);
          return;
        }
        const comparison = baseline && { baseline: baseline.experiment, comparison: compare(shown.items, baseline.items) };
        terminal.out(
          JSON.stringify({ ...shown.experiment, summary: summarise(shown.items), ...comparison, items: shown.items }, null, 2),
        );
      }),
    );
}
