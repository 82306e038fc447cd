import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { promptConditions } from '../../../contract/prompt-filter.ts';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { listPrompts } from './list-prompts.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'telltale-prompt-conditions-'));
let store: MetadataStore;

/** Versions as `name version`: what a condition finds is compared with what is picked by hand. */
const versions = [
  { name: 'tools/search/description', version: 1, labels: ['latest'], tags: ['a', 'b'], config: { model: 'gpt-4o', n: 1 } },
  { name: 'tools/Fetch/description', version: 1, labels: [], tags: ['a'], config: { model: null, flag: true } },
  { name: 'tools/Fetch/description', version: 2, labels: ['latest', 'production'], tags: ['a'], config: {} },
  { name: '100%_sure', version: 1, labels: ['latest'], tags: [], config: ['model'] },
  { name: 'back\\slash', version: 1, labels: ['latest'], tags: [], config: { model: 'gpt\0' } },
] as const;

beforeAll(async () => {
  store = await openMetadata({ dataDir, log: createLogger('silent') });
  await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await store.db.insert(tables.projects).values(['p', 'q'].map((id) => ({ id, organisationId: 'o', name: id })));
  const names = [...new Set(versions.map(({ name }) => name))];
  for (const [index, name] of names.entries()) {
    const { tags } = versions.find((each) => each.name === name)!;
    const type = name.startsWith('tools') ? ('chat' as const) : ('text' as const);
    await store.db.insert(tables.prompts).values({ id: `prompt-${index}`, projectId: 'p', name, type, tags: [...tags] });
  }
  for (const [index, { name, version, labels, config }] of versions.entries()) {
    const at = new Date(Date.UTC(2026, 0, index + 1));
    await store.db.insert(tables.promptVersions).values({
      id: `version-${index}`,
      promptId: `prompt-${names.indexOf(name)}`,
      version,
      labels: [...labels],
      content: '"x"',
      config: JSON.stringify(config),
      createdBy: 'API',
      createdAt: at,
      updatedAt: new Date(at.getTime() + 1000),
    });
  }
});
afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function find(conditions: unknown, projectId = 'p'): Promise<string[]> {
  const { data, totalCount } = await listPrompts(
    store.db,
    projectId,
    // A filter takes the place of the simple ones.
    { name: 'no such name', conditions: promptConditions.parse(conditions) },
    1,
    100,
  );
  expect(totalCount).toBe(data.length);
  return data.flatMap(({ name, versions: found }) => found.map((version) => `${name} ${version}`)).sort();
}

const SEARCH = 'tools/search/description 1';
const FETCH = ['tools/Fetch/description 1', 'tools/Fetch/description 2'];
const SURE = '100%_sure 1';
const BACK = 'back\\slash 1';
const ALL = [SEARCH, ...FETCH, SURE, BACK];
const on = (column: string, type: string) => (operator: string, value: unknown, key?: string) => ({
  type,
  column,
  operator,
  value,
  ...(key !== undefined && { key }),
});
const name = on('name', 'string');
const config = on('config', 'stringObject');

it.each<[object[], string[]]>([
  [[], ALL],
  [[name('=', 'tools/fetch/description')], []],
  [[name('=', '100%_sure')], [SURE]],
  [[name('contains', 'FETCH')], FETCH],
  [[name('contains', 'r%h/')], [SEARCH]],
  [[name('contains', '_s')], [SURE, SEARCH, BACK, ...FETCH]],
  [[name('contains', '\\_s')], [SURE]],
  [[name('contains', '\\\\')], [BACK]],
  [[name('does not contain', '/')], [SURE, BACK]],
  [
    [name('starts with', 'tools/'), name('ends with', '/description')],
    [SEARCH, ...FETCH],
  ],
  [
    [name('starts with', 'tools/'), name('ends with', 'H/description')],
    [SEARCH, ...FETCH],
  ],
  [[name('is not empty', '')], ALL],
  [[on('type', 'string')('=', 'text')], [SURE, BACK]],
  [[on('type', 'stringOptions')('none of', ['text'])], [SEARCH, ...FETCH]],
  [[on('id', 'stringOptions')('any of', ['version-1', 'version-3'])], [FETCH[0]!, SURE]],
  [[on('version', 'number')('>=', 1.5)], [FETCH[1]!]],
  [[on('version', 'number')('=', 1e300)], []],
  [[on('createdAt', 'datetime')('<=', '2026-01-02T00:00:00Z')], [SEARCH, FETCH[0]!]],
  [[on('updatedAt', 'datetime')('>', '2026-01-04T00:00:01+00:00')], [BACK]],
  [[on('labels', 'arrayOptions')('any of', ['production', 'x'])], [FETCH[1]!]],
  [[on('labels', 'arrayOptions')('none of', ['latest'])], [FETCH[0]!]],
  [[on('tags', 'arrayOptions')('all of', ['a', 'b'])], [SEARCH]],
  [[config('=', 'gpt-4o', 'model')], [SEARCH]],
  [[config('=', '1', 'n')], [SEARCH]],
  [[config('contains', 'GPT', 'model')], [SEARCH]],
  [[config('contains', '', 'model')], [SEARCH, FETCH[0]!]],
  [[config('is set', '', 'flag')], [FETCH[0]!]],
  [[config('is not set', '', 'model')], [FETCH[1]!, SURE, BACK]],
  [[config('does not contain', 'gpt', 'model')], [...FETCH, SURE, BACK]],
])('finds versions by %j', async (conditions, expected) => {
  expect(await find(conditions)).toEqual([...expected].sort());
});

it('never leaves the project', async () => {
  expect(await find([], 'q')).toEqual([]);
  expect(await find([name('contains', 'tools')], 'q')).toEqual([]);
});

it.each([
  ['no list', {}],
  ['another column', [name('=', 'x'), on('labels', 'string')('=', 'x')]],
  ['another operator', [name('matches', 'x')]],
  ['no options', [on('name', 'stringOptions')('any of', [])]],
  ['a version in words', [on('version', 'number')('=', '1')]],
  ['no key', [config('=', 'x')]],
  ['no time', [on('createdAt', 'datetime')('>', 'yesterday')]],
  ['an escape of nothing', [name('contains', 'a\\')]],
  ['an escape of nothing after one', [name('ends with', '\\\\\\')]],
  ['the character NUL', [name('=', '\0')]],
])('takes no filter with %s', (_what, given) => {
  expect(promptConditions.safeParse(given).success).toBe(false);
});
