import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const docs = join(import.meta.dirname, 'docs');

describe('the pages of docs', () => {
  const pages = globSync('**/*.md', { cwd: docs });
  const linksOf = (page: string) =>
    [...readFileSync(join(docs, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, to]) =>
      join(docs, dirname(page), to!),
    );

  it.each(pages)('%s leads to files that exist', (page) => {
    expect(linksOf(page).filter((to) => !existsSync(to))).toEqual([]);
  });

  it('are all in the index', () => {
    const listed = new Set(linksOf('README.md'));
    expect(pages.filter((page) => page !== 'README.md' && !listed.has(join(docs, page)))).toEqual([]);
  });
});
