import { runProgram } from './program.ts';
import { processTerminal } from './terminal/terminal.ts';

/**
 * Entry of `bin/telltale.mjs`: does what the arguments say and gives the exit code. `up` starts a server and resolves with its exit code.
 * A reader that goes away early (`telltale traces list | head`) ends the command quietly.
 */
export async function main(args: readonly string[], given: { version: string; up(): Promise<number> }): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  }
  const stopping = new AbortController();
  const stop = () => {
    // The second time without waiting for anything.
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  };
  process.on('SIGINT', stop);
  return runProgram(args, {
    version: given.version,
    up: () => {
      // The server ends by the signal itself, in its own time.
      process.off('SIGINT', stop);
      return given.up();
    },
    terminal: processTerminal(process.env),
    env: process.env,
    signal: stopping.signal,
    now: Date.now,
  });
}
