/** What the command ends with; documented in `--help` and docs/cli.md. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notAuthorised: 3,
  notFound: 4,
  conflict: 5,
  unreachable: 6,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `--help`. */
export const EXIT_CODE_MEANINGS: readonly [code: ExitCode, meaning: string][] = [
  [EXIT.ok, 'done'],
  [EXIT.failed, 'it did not work, or not for everything'],
  [EXIT.usage, 'the command was not understood'],
  [EXIT.notAuthorised, 'no keys, or the server refuses them'],
  [EXIT.notFound, 'what was named does not exist'],
  [EXIT.conflict, 'both sides changed, or it exists already'],
  [EXIT.unreachable, 'no answer from the server'],
];
