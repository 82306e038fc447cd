import { unifiedDiff } from '../terminal/diff.ts';
import { formatTime } from '../terminal/format.ts';
import type { Style } from '../terminal/style.ts';
import { oneLine } from '../terminal/text.ts';
import { ownLabels, type Planned } from './plan.ts';
import { printPromptFile } from './prompt-file.ts';

export type Direction = 'push' | 'pull';

/** What became of one prompt, or would become of it. */
export interface Outcome extends Planned {
  /** The version on the server after it. */
  version?: number;
  /** Why it did not work. */
  error?: string;
}

/** Both sides as files, from what is to what would be. A side that is not there is empty. */
export function diffOf({ path, local, server }: Planned, direction: Direction): string {
  const file = { title: path, text: local ? printPromptFile({ ...local.prompt, synced: undefined }) : '' };
  const there = {
    title: server ? `server, version ${server.version}` : 'server',
    text: server ? printPromptFile({ ...server, labels: ownLabels(server), synced: undefined }) : '',
  };
  return direction === 'push' ? unifiedDiff(there, file) : unifiedDiff(file, there);
}

const labelText = (labels: readonly string[]) => (labels.length > 0 ? `, ${labels.join(', ')}` : '');

/** One line about a prompt; undefined when there is nothing to say. */
export function outcomeLine(outcome: Outcome, style: Style, dryRun: boolean): string | undefined {
  const { name, local, server, decision, version, error } = outcome;
  const line = (mark: string, paint: (text: string) => string, said: string) =>
    `${paint(mark)} ${oneLine(name)}  ${style.dim(said)}`;
  if (error !== undefined) return `${style.red('✗')} ${oneLine(name)}  ${oneLine(error)}`;
  const would = (done: string, wouldBe: string) => (dryRun ? wouldBe : done);
  switch (decision.action) {
    case 'nothing':
    case 'remember':
      return undefined;
    case 'create':
      return line(
        '+',
        style.green,
        would(`created${labelText(decision.labels)}`, `would be created${labelText(decision.labels)}`),
      );
    case 'new version': {
      const number = version ?? (server?.version ?? 0) + 1;
      return line('~', style.yellow, `${would('is now', 'would become')} version ${number}${labelText(decision.labels)}`);
    }
    case 'move labels':
      return line(
        '~',
        style.yellow,
        `${decision.labels.join(', ')} ${would('moved', 'would move')} to version ${server?.version}`,
      );
    case 'write file':
      return line(
        local ? '~' : '+',
        local ? style.yellow : style.green,
        `${would('written', 'would be written')} to ${outcome.path}, version ${server?.version}${labelText(server ? ownLabels(server) : [])}`,
      );
    case 'delete file':
      return line('-', style.red, `${outcome.path} ${would('deleted', 'would be deleted')}: it is no longer on the server`);
    case 'leave':
      return line('·', style.dim, `left alone: ${decision.reason}`);
    case 'conflict':
      return `${style.red('!')} ${oneLine(name)}  ${style.red('conflict')}: ${conflictText(outcome)}`;
  }
}

function conflictText({ decision, local, server }: Outcome): string {
  if (decision.action !== 'conflict') return '';
  const synced = local?.prompt.synced;
  if (decision.conflict === 'deleted on the server') return `deleted on the server, and changed in ${local?.path}`;
  const newest = server ? `version ${server.version} of ${formatTime(server.createdAt)}` : '';
  const message = server?.commitMessage ? ` ("${oneLine(server.commitMessage)}")` : '';
  if (decision.conflict === 'never synced') {
    return `${local?.path} and ${newest} on the server${message} differ and were never in step`;
  }
  return `${local?.path} was changed since version ${synced?.version}, and the server has ${newest}${message}`;
}
