import { createScore } from '../../contract/api/scores.ts';
import { isObject, parseJson } from '../../contract/json/parse.ts';
import { SCORE_DATA_TYPES } from '../../contract/score.ts';
import { usageError } from '../cli-error.ts';
import { callOperation } from '../client/own-api.ts';
import type { CommandModule, Context } from '../command.ts';
import { formatNumber } from '../terminal/format.ts';
import { oneLine } from '../terminal/text.ts';

interface AddOptions {
  trace?: string;
  observation?: string;
  session?: string;
  run?: string;
  name?: string;
  value: string;
  type?: string;
  comment?: string;
  config?: string;
  env?: string;
  id?: string;
  metadata?: string;
}

export const scores: CommandModule = {
  register(program, run) {
    const noun = program.command('scores').description('write scores');
    noun
      .command('add')
      .description('score a trace, a step of it, a session or a dataset run')
      .option('--trace <id>', 'the trace')
      .option('--observation <id>', 'a step of that trace')
      .option('--session <id>', 'the session')
      .option('--run <id>', 'the dataset run')
      .option('--name <name>', 'what is judged; not needed with --config')
      .requiredOption('--value <value>', 'a number, true or false, or a text')
      .option('--type <type>', `${SCORE_DATA_TYPES.join(', ')}; else by the value`)
      .option('--comment <text>', 'why')
      .option('--config <id>', 'the score config that it follows')
      .option('--env <name>', 'environment')
      .option('--metadata <json>', 'a JSON object')
      .option('--id <id>', 'its id: a score of the same id is changed')
      .addHelpText(
        'after',
        `
A value like 0.8 makes a NUMERIC score, true and false a BOOLEAN one, every other text a CATEGORICAL one.

Examples:
  telltale scores add --trace 4bf92f3577b34da6a3ce929d0e0e4736 --name quality --value 0.8 --comment "Short and right"
  telltale scores add --session s-1 --name resolved --value true
  telltale scores add --trace 4bf92f3577b34da6a3ce929d0e0e4736 --name tone --value friendly --id tone-of-4bf9`,
      )
      .action(
        run(async (context: Context, options: AddOptions) => {
          const { terminal } = context;
          const body = readOptions(options);
          const { http, projectId } = context.server();
          // With an id of its own, the second try changes the same score.
          const input = { projectId: await projectId(), ...body };
          const made = await callOperation(http, createScore, input, { repeatable: options.id !== undefined });
          if (context.options.json) return terminal.out(JSON.stringify(made, null, 2));
          const shown = made.stringValue ?? formatNumber(made.value);
          terminal.out(`${terminal.style.bold(oneLine(made.name))} ${oneLine(shown)}  ${terminal.style.dim(made.id)}`);
        }),
      );
  },
};

const TARGETS = ['trace', 'session', 'run'] as const;

function readOptions(options: AddOptions) {
  const targets = TARGETS.filter((target) => options[target] !== undefined);
  if (targets.length !== 1) throw usageError('Say what is scored: --trace, --session or --run, and only one of them.');
  if (options.observation !== undefined && options.trace === undefined) throw usageError('--observation needs --trace.');
  if (options.name === undefined && options.config === undefined) throw usageError('Say what is judged: --name or --config.');
  return {
    id: options.id,
    traceId: options.trace,
    observationId: options.observation,
    sessionId: options.session,
    datasetRunId: options.run,
    name: options.name,
    ...readValue(options),
    comment: options.comment,
    configId: options.config,
    environment: options.env,
    metadata: options.metadata === undefined ? undefined : readMetadata(options.metadata),
  };
}

/** Value and type. Without a type the value says it, unless a config does. @throws CliError when they do not fit */
export function readValue({ value, type, config }: Pick<AddOptions, 'value' | 'type' | 'config'>) {
  const asked = type?.toUpperCase();
  const dataType = SCORE_DATA_TYPES.find((each) => each === asked);
  if (asked !== undefined && !dataType) throw usageError(`--type ${type}: it is one of ${SCORE_DATA_TYPES.join(', ')}.`);
  const text = value.trim();
  const number = text === '' ? Number.NaN : Number(text);
  const truth = ['true', 'yes', '1'].includes(text.toLowerCase())
    ? 1
    : ['false', 'no', '0'].includes(text.toLowerCase())
      ? 0
      : undefined;
  if (dataType === 'NUMERIC' && !Number.isFinite(number)) throw usageError(`--value ${value}: a NUMERIC score is a number.`);
  if (dataType === 'BOOLEAN' && truth === undefined) throw usageError(`--value ${value}: a BOOLEAN score is true or false.`);
  if (dataType === 'BOOLEAN') return { dataType, value: truth! };
  if (dataType === 'NUMERIC') return { dataType, value: number };
  if (dataType !== undefined) return { dataType, value };
  if (Number.isFinite(number)) return { value: number };
  if (/^(true|false)$/i.test(text))
    return config === undefined ? { dataType: 'BOOLEAN' as const, value: truth! } : { value: truth! };
  return { value };
}

function readMetadata(text: string): Record<string, unknown> {
  try {
    const value = parseJson(text);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw usageError('--metadata: it must be a JSON object.');
}
