import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = import.meta.dirname;
const FOLDERS = ['contract', 'server', 'web', 'cli', 'examples', 'e2e', 'bench'];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return name === 'node_modules' ? [] : sources(path);
    return /\.(tsx?|mjs|sql)$/.test(name) ? [path] : [];
  });
}

/** `contract §1.5`, and what is listed behind it: `contract §1.5, §5.3 and §6`. */
const CITATION = /contract((?:[\s*/,;]|and|to|or|rules?)*§\d+(?:\.\d+)?)+/gi;

it('has every rule that a comment cites', () => {
  const rules = readFileSync(join(root, 'docs/langfuse-rules.md'), 'utf8');
  const known = new Set([...rules.matchAll(/^(?:#{2,3} |- \*\*)(\d+(?:\.\d+)?)/gm)].map(([, number]) => number));
  expect(known.size).toBeGreaterThan(60);
  const cited = FOLDERS.flatMap(sources).flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(CITATION)].flatMap(([citation]) =>
      [...citation.matchAll(/§(\d+(?:\.\d+)?)/g)].map(([, number]) => ({ path, number })),
    ),
  );
  expect(cited.length).toBeGreaterThan(200);
  expect(cited.filter(({ number }) => !known.has(number!))).toEqual([]);
});
