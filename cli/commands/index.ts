import type { CommandModule } from '../command.ts';
import { datasets } from './datasets.ts';
import { experiments } from './experiments.ts';
import { exportRows } from './export.ts';
import { importProject } from './import.ts';
import { login } from './login.ts';
import { prompts } from './prompts.ts';
import { scores } from './scores.ts';
import { traces } from './traces.ts';
import { up } from './up.ts';

/** All commands, in the order in which `--help` names them. */
export const COMMANDS: readonly CommandModule[] = [
  up,
  login,
  traces,
  prompts,
  scores,
  datasets,
  experiments,
  exportRows,
  importProject,
];
