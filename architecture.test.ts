import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = import.meta.dirname;

/** Height of a place; an import goes down only, or stays inside the same place. */
const RANKS: [place: RegExp, rank: number][] = [
  [/^server\/(main|app)\.ts$|^server\/app\//, 60],
  [/^server\/surfaces\//, 50],
  [/^server\/domains\//, 40],
  [/^server\/(ingest|query|jobs|llm|notify)\//, 30],
  [/^server\/store\//, 20],
  [/^examples\//, 15],
  [/^server\/config\.ts$/, 10],
  [/^server\/lib\//, 10],
  [/^web\/(main|router)\.tsx$/, 60],
  [/^web\/shell\//, 50],
  [/^web\/pages\//, 40],
  [/^web\/trace-view\//, 30],
  [/^web\/ui\//, 20],
  [/^web\/lib\//, 20],
  [/^cli\//, 10],
  [/^contract\//, 0],
];

interface Import {
  from: string;
  to: string;
  /** By `import()`, when it is needed. */
  lazy?: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return name === 'node_modules' ? [] : sources(path);
    return /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.endsWith('.d.ts') ? [path] : [];
  });
}

const textOf = (path: string) => readFileSync(join(root, path), 'utf8');

/** Relative imports of a file, type imports included. */
function importsOf(path: string, text: string): Import[] {
  const found = text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...found].map(([text, target]) => ({
    from: path,
    to: relative(root, resolve(root, dirname(path), target!)),
    lazy: text.includes('('),
  }));
}

const rankOf = (path: string) => RANKS.find(([place]) => place.test(path))?.[1];

/** The slice of a path that only its own index may be entered through: `server/domains/prices`, `web/pages/traces`. */
const sliceOf = (path: string) => /^(server\/domains\/[^/]+|web\/pages\/[^/]+)\//.exec(path)?.[1];

/** The place whose members may import each other freely: `server/query`, `server/store/analytics`, … */
const placeOf = (path: string) => /^(server\/(?:ingest|query|jobs|llm|notify)|server\/store)\//.exec(path)?.[1];

function violation({ from, to }: Import): string | undefined {
  const [above, below] = [rankOf(from), rankOf(to)];
  const said = `${from} imports ${to}`;
  if (above === undefined) return `${from} has no place in the architecture`;
  if (below === undefined) return `${said}, which has no place in the architecture`;
  if (from.startsWith('server/') && to.startsWith('web/')) return `${said}: server never imports web`;
  if (from.startsWith('web/') && to.startsWith('server/')) return `${said}: web never imports server`;
  if (from.startsWith('cli/') !== to.startsWith('cli/') && !to.startsWith('contract/'))
    return `${said}: the command line knows the server by the contract only`;
  if (below > above) return `${said}: upwards`;
  const [slice, other] = [sliceOf(from), sliceOf(to)];
  if (other && slice !== other) {
    if (other.startsWith('web/pages') && slice?.startsWith('web/pages')) return `${said}: a page never imports another page`;
    if (other.startsWith('server/domains') && to !== `${other}/index.ts`)
      return `${said}: another slice only through its index.ts`;
  }
  if (below === above && above === 30 && placeOf(from) !== placeOf(to)) return `${said}: siblings are handed in by app.ts`;
  return undefined;
}

/** Groups of files that import each other in a ring (Tarjan: strongly connected, more than one). */
function cyclesIn(given: readonly Import[]): string[][] {
  const edges = Map.groupBy(given, ({ from }) => from);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const rings: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.get(file)!);
    open.push(file);
    for (const { to } of edges.get(file) ?? []) {
      if (!order.has(to)) visit(to);
      if (open.includes(to)) low.set(file, Math.min(low.get(file)!, low.get(to)!));
    }
    if (low.get(file) !== order.get(file)) return;
    const ring = open.splice(open.indexOf(file));
    if (ring.length > 1) rings.push(ring);
  };
  for (const file of edges.keys()) if (!order.has(file)) visit(file);
  return rings;
}

const all = ['contract', 'server', 'web', 'cli', 'examples']
  .flatMap(sources)
  .filter((path) => !/^web\/vite\.config\.ts$/.test(path));
const imports = all.flatMap((path) => importsOf(path, textOf(path)));

describe('architecture', () => {
  it('reads the imports of the project', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  it('has imports going down only', () => {
    expect(imports.map(violation).filter((text) => text !== undefined)).toEqual([]);
  });

  it('has no cycles between slices', () => {
    const edges = new Map<string, Set<string>>();
    for (const { from, to } of imports) {
      const [a, b] = [sliceOf(from), sliceOf(to)];
      if (a && b && a !== b) edges.set(a, (edges.get(a) ?? new Set()).add(b));
    }
    const visit = (slice: string, path: string[]): string[] | undefined => {
      if (path.includes(slice)) return [...path.slice(path.indexOf(slice)), slice];
      for (const next of edges.get(slice) ?? []) {
        const cycle = visit(next, [...path, slice]);
        if (cycle) return cycle;
      }
      return undefined;
    };
    expect([...edges.keys()].map((slice) => visit(slice, [])).find(Boolean)).toBeUndefined();
  });

  it('has no cycles between files; what is loaded when it is needed may know the types of what loads it', () => {
    expect(cyclesIn(imports.filter(({ lazy }) => !lazy))).toEqual([]);
    const ring = ['a', 'b', 'c', 'a'];
    const pairs = ring.slice(1).map((to, at) => ({ from: ring[at]!, to }));
    expect(cyclesIn([...pairs, { from: 'd', to: 'a' }]).map((ring) => ring.sort())).toEqual([['a', 'b', 'c']]);
  });

  it('has SQL in the stores and in the questions only', () => {
    const statement = /[`'"]\s*(?:SELECT|WITH|INSERT INTO|DELETE FROM|UPDATE|ALTER TABLE|CREATE TABLE)\s[^'"`]/;
    const found = all.filter(
      (path) => /^(server|cli)\//.test(path) && !/^server\/(query|store)\//.test(path) && statement.test(textOf(path)),
    );
    expect(found).toEqual([]);
    expect(all.filter((path) => statement.test(textOf(path))).length).toBeGreaterThan(20);
  });

  it('refuses what it must refuse', () => {
    const refused: [string, string][] = [
      ['contract/trace.ts', 'server/lib/ids.ts'],
      ['server/store/analytics/port.ts', 'server/query/list-traces.ts'],
      ['server/query/list-traces.ts', 'server/ingest/door.ts'],
      ['server/domains/a/x.ts', 'server/domains/b/x.ts'],
      ['server/surfaces/langfuse/x.ts', 'server/domains/b/x.ts'],
      ['server/app/slices.ts', 'server/domains/b/open.ts'],
      ['web/pages/a/x.tsx', 'web/pages/b/x.tsx'],
      ['web/ui/button.tsx', 'web/pages/b/x.tsx'],
      ['web/lib/client.ts', 'server/lib/ids.ts'],
      ['cli/client/http.ts', 'server/lib/ids.ts'],
      ['cli/client/http.ts', 'web/lib/client.ts'],
      ['server/main.ts', 'cli/main.ts'],
    ];
    for (const [from, to] of refused) expect(violation({ from, to }), `${from} -> ${to}`).toBeDefined();
    expect(violation({ from: 'server/domains/a/x.ts', to: 'server/domains/b/index.ts' })).toBeUndefined();
  });

  it('reads the environment in one place', () => {
    const readers = all.filter((path) => path.startsWith('server/') && /process\.env/.test(textOf(path)));
    expect(readers).toEqual(['server/main.ts']);
  });
});
