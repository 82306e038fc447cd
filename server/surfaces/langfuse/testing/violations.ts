/** Answers of the present test that break their published shape; `fail-on-violations.ts` looks here after every test. */
export const violations: string[] = [];
