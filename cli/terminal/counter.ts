import { formatCount } from './format.ts';
import type { Terminal } from './terminal.ts';

const EVERY_MS = 100;

/** A line on the terminal that counts what is done; nothing where no person looks. */
export interface Counter {
  add(count?: number): void;
  readonly count: number;
  /** Takes the line away. */
  end(): void;
}

export function createCounter(terminal: Terminal, what: string): Counter {
  let count = 0;
  let drawn = 0;
  return {
    get count() {
      return count;
    },
    add(more = 1) {
      count += more;
      if (!terminal.notesSeen || Date.now() - drawn < EVERY_MS) return;
      drawn = Date.now();
      process.stderr.write(`\r\u001b[2K${terminal.noteStyle.dim(`${formatCount(count)} ${what} …`)}`);
    },
    end() {
      if (drawn > 0) process.stderr.write('\r\u001b[2K');
      drawn = 0;
    },
  };
}
