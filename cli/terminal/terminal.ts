import { createStyle, type Style, wantsColour } from './style.ts';

/** What a command writes to. */
export interface Terminal {
  /** What was asked for, to standard output; a line unless it ends in one. */
  out(text: string): void;
  /** The same, waiting while the reader is behind: for much output. */
  write(text: string): Promise<void>;
  /** What is said about it, to standard error. */
  note(text: string): void;
  readonly style: Style;
  readonly noteStyle: Style;
  /** Columns; Infinity where nothing is to be cut, because a program reads. */
  readonly width: number;
  readonly isTerminal: boolean;
  /** Notes reach a person, so that progress may be drawn. */
  readonly notesSeen: boolean;
}

export function processTerminal(env: NodeJS.ProcessEnv): Terminal {
  const { stdout, stderr } = process;
  const isTerminal = stdout.isTTY === true;
  const asked = Number(env.COLUMNS);
  const ended = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
  return {
    out: (text) => void stdout.write(ended(text)),
    write: (text) => new Promise((done, fail) => stdout.write(text, (error) => (error ? fail(error) : done()))),
    note: (text) => void stderr.write(ended(text)),
    style: createStyle(wantsColour(isTerminal, env)),
    noteStyle: createStyle(wantsColour(stderr.isTTY === true, env)),
    width: isTerminal ? stdout.columns || asked || 100 : asked || Number.POSITIVE_INFINITY,
    isTerminal,
    notesSeen: stderr.isTTY === true,
  };
}
