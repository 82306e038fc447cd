import { DIALECTS } from './dialect-list.ts';

/** What a client's documentation shows how to do, as the columns of the compatibility table. */
export const FEATURES = {
  tracing: 'Tracing: nesting, users, sessions, tags, usage',
  prompts: 'Prompts: create, fetch, cache, fallback, labels',
  'linked-prompts': 'Generations linked to prompts',
  scores: 'Scores: current trace, by id, every type',
  media: 'Media: upload, reference, fetch',
  datasets: 'Datasets: items, versions',
  experiments: 'Experiments: runs, evaluators',
  reads: 'Reading back through its API',
} as const;

export type Feature = keyof typeof FEATURES;

/** A cell of the compatibility table: its test passed in the last run. */
export interface Proof {
  /** As its registry names it, e.g. `langfuse (Python)`. */
  client: string;
  /** With what was tested, e.g. `4.14.3`. */
  version: string;
  feature: Feature;
}

const HEAD = `# Compatibility

What each client's documentation shows was done with the client itself, unmodified, as it comes from its registry, against a running
Telltale, and what it wrote was read back and compared value by value. This table is written by those tests (\`npm test\`): a mark
means that the test of this version and feature passed; a dash, that the client does not have the feature or that it was not tried.
`;

/** `docs/compatibility.md`: a row per client and version, a column per feature. */
export function renderCompatibility(proofs: readonly Proof[]): string {
  const columns = Object.keys(FEATURES) as Feature[];
  const rows = new Map<string, Set<Feature>>();
  for (const { client, version, feature } of proofs) {
    const name = `${client} | ${version}`;
    rows.set(name, (rows.get(name) ?? new Set()).add(feature));
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, has]) => `| ${name} | ${columns.map((column) => (has.has(column) ? 'yes' : '–')).join(' | ')} |`);
  const legend = columns.map((column) => `- **${column}**: ${FEATURES[column]}`);
  return `${HEAD}
| client | version | ${columns.join(' | ')} |
|---|---|${columns.map(() => '---').join('|')}|
${lines.join('\n')}

${legend.join('\n')}

${dialects()}`;
}

/** Which dialects are read, and the tests of each. */
function dialects(): string {
  const lines = DIALECTS.map(({ name, tests }) => `- ${name}: ${tests.map((test) => `\`${test}\``).join(', ')}`);
  return `## Dialects

Spans and log records of these become typed observations. The tests below \`server/ingest\` hold what is said of each, by the values that its
libraries write or by exports that were recorded from them.

${lines.join('\n')}
`;
}

/** The marks of a rendered table; the reverse of `renderCompatibility`. */
export function readCompatibility(text: string): Proof[] {
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [head, , ...rows] = text.split('\n').filter((line) => line.startsWith('|'));
  if (!head) return [];
  const features = cells(head).slice(2) as Feature[];
  return rows.flatMap((row) => {
    const [client = '', version = '', ...marks] = cells(row);
    return features.filter((_, index) => marks[index] === 'yes').map((feature) => ({ client, version, feature }));
  });
}
