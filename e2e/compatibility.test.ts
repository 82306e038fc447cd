import { describe, expect, it } from 'vitest';
import { type Proof, readCompatibility, renderCompatibility } from './support/compatibility-table.ts';

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
