import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as declared from '../../../contract/api/skills.ts';
import type { SkillVersion } from '../../../contract/skill.ts';
import type { Caller } from '../../lib/implement.ts';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createSkills, skillOperations } from './index.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'telltale-skills-'));
let store: MetadataStore;
/** Calls an operation as the HTTP surface does: with the declared input, checked, and an output that must be the declared one. */
let call: (id: keyof typeof declared, input: Record<string, unknown>, userId?: string | null) => Promise<unknown>;

beforeAll(async () => {
  store = await openMetadata({ dataDir, log: createLogger('silent') });
  await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
  await store.db.insert(tables.projects).values({ id: 'p', organisationId: 'o', name: 'p' });
  const operations = skillOperations(
    createSkills({ db: store.db, clock: { now: () => Date.parse('2026-03-04T05:06:07.089Z') } }),
  );
  expect(operations.map(({ operation }) => operation.id).sort()).toEqual(Object.keys(declared).sort());
  call = async (id, input, userId = null) => {
    const { operation, handle } = operations.find((each) => each.operation.id === id)!;
    const answer = await handle(
      operation.input.parse({ projectId: 'p', ...input }) as never,
      { projectId: 'p', userId } as Caller,
    );
    return operation.output.parse(answer);
  };
});
afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it('makes, finds, labels, tags and deletes versions of a skill', async () => {
  const content = '---\nname: kind\ndescription: Be kind.\n---\nBe kind.\n';
  const files = [{ path: 'SKILL.md', content }];
  const first = (await call('createSkillVersion', { files })) as SkillVersion;
  expect(first).toMatchObject({ name: 'kind', version: 1, createdBy: 'API', labels: ['latest'] });
  const second = (await call('createSkillVersion', { files, commitMessage: 'again' }, 'u')) as SkillVersion;
  expect(second).toMatchObject({ version: 2, createdBy: 'u', commitMessage: 'again' });
  expect(await call('setSkillLabels', { name: 'kind', version: 1, labels: ['production'] })).toMatchObject({
    version: 1,
    labels: ['production'],
  });
  expect(await call('updateSkillTags', { name: 'kind', tags: ['t'] })).toMatchObject({ version: 2, tags: ['t'] });
  expect(await call('getSkill', { name: 'kind' })).toMatchObject({ version: 1, tags: ['t'] });
  expect(await call('getSkill', { name: 'kind', version: 2 })).toMatchObject({ version: 2 });
  expect(await call('listSkillVersions', { name: 'kind', limit: 1 })).toMatchObject({ data: [{ version: 2 }], totalCount: 2 });
  expect(await call('listSkills', { tag: 't' })).toMatchObject({
    data: [{ name: 'kind', latestVersion: 2, productionVersion: 1 }],
    totalCount: 1,
  });
  const [{ sha256Hash }] = first.files as [SkillVersion['files'][number]];
  expect(await call('readSkillContents', { sha256Hashes: [sha256Hash] })).toEqual({ data: [{ sha256Hash, content }] });
  for (const version of [1, 2]) expect(await call('deleteSkillVersion', { name: 'kind', version })).toEqual({ ok: true });
  expect(await call('listSkills', {})).toEqual({ data: [], totalCount: 0 });
});
