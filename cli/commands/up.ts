import type { CommandModule, Context } from '../command.ts';

export const up: CommandModule = {
  register(program, run) {
    program
      .command('up')
      .description('start a server here')
      .addHelpText(
        'after',
        `
It is configured by environment variables: PORT, TELLTALE_DATA_DIR, CLICKHOUSE_URL, DATABASE_URL, …; see the README.
Ctrl-C ends it: what was accepted is stored first.`,
      )
      .action(run(({ up }: Context) => up()));
  },
};
