import { SingleBar } from 'cli-progress';
import { formatCount } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Where nobody watches a bar, a line is written that often. */
const LINE_EVERY_MS = 15_000;

/** Shows what is being copied: a bar where a person looks, lines otherwise. */
export interface ProgressLine {
  /** @param total of what, where it is known */
  begin(what: string, total?: number): void;
  /** How many of it are done, of how many. */
  at(done: number, total?: number): void;
  end(): void;
}

export function createProgressLine(terminal: Terminal): ProgressLine {
  return terminal.notesSeen ? barLine() : plainLine(terminal);
}

function barLine(): ProgressLine {
  let bar: SingleBar | undefined;
  const end = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    begin(what, total) {
      end();
      bar = new SingleBar({
        format: (_options, params, { what: name }: { what: string }) => {
          if (params.total <= 0) return `${name.padEnd(16)} ${formatCount(params.value)}`;
          const width = 30;
          const done = Math.min(width, Math.round(params.progress * width));
          const drawn = '█'.repeat(done) + '░'.repeat(width - done);
          return `${name.padEnd(16)} ${drawn} ${formatCount(params.value)} of ${formatCount(params.total)}`;
        },
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
        // Ctrl-C is the command's own.
        gracefulExit: false,
      });
      bar.start(total ?? 0, 0, { what });
    },
    at(done, total) {
      if (total !== undefined) bar?.setTotal(Math.max(total, done));
      bar?.update(done);
    },
    end,
  };
}

function plainLine(terminal: Terminal): ProgressLine {
  let name = '';
  let written = 0;
  return {
    begin(what) {
      name = what;
      written = Date.now();
      terminal.note(`${what} …`);
    },
    at(done, total) {
      if (Date.now() - written < LINE_EVERY_MS) return;
      written = Date.now();
      terminal.note(`${name}: ${formatCount(done)}${total === undefined ? '' : ` of ${formatCount(total)}`} …`);
    },
    end() {
      name = '';
    },
  };
}
