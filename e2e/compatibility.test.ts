import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Proof, readCompatibility, renderCompatibility } from './support/compatibility-table.ts';
import { DIALECTS } from './support/dialect-list.ts';

const textOf = (file: string) => readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), 'utf8').replace(/\s+/g, ' ');

describe('the compatibility table', () => {
  const proofs: Proof[] = [
    { client: 'langfuse (Python)', version: '4.14.3', feature: 'prompts' },
    { client: 'langfuse (Python)', version: '4.14.3', feature: 'tracing' },
    { client: '@langfuse/client', version: '5.11.1', feature: 'scores' },
  ];

  it('has a row per client and version, a column per feature, and marks only what was proved', () => {
    const rows = renderCompatibility(proofs)
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.includes('version'));
    expect(rows).toEqual([
      '| @langfuse/client | 5.11.1 | – | – | – | yes | – | – | – | – |',
      '| langfuse (Python) | 4.14.3 | yes | yes | – | – | – | – | – | – |',
    ]);
  });

  it('is read back as it was written', () => {
    const key = (proof: Proof) => JSON.stringify([proof.client, proof.version, proof.feature]);
    expect(readCompatibility(renderCompatibility(proofs)).map(key).sort()).toEqual(proofs.map(key).sort());
    expect(readCompatibility('')).toEqual([]);
  });
});

describe('the list of dialects', () => {
  it('names tests that are there', () => {
    const missing = DIALECTS.flatMap(({ tests }) => tests).filter(
      (test) => !existsSync(fileURLToPath(new URL(`../server/ingest/${test}`, import.meta.url))),
    );
    expect(missing).toEqual([]);
  });

  it('is what README and docs/compatibility.md say, and no more', () => {
    const told = /Spans of these dialects become[^:]*: (.*?), and plain span names/.exec(textOf('README.md'))?.[1]?.split(', ');
    expect(told?.sort()).toEqual(DIALECTS.map(({ name }) => name).sort());
    const table = textOf('docs/compatibility.md');
    for (const { name, tests } of DIALECTS)
      expect(table).toContain(`- ${name}: ${tests.map((test) => `\`${test}\``).join(', ')}`);
  });
});
