import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as declared from '../../../contract/api/prompts.ts';
import type { CreatePrompt } from '../../../contract/prompt.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../../e2e/support/postgres.ts';
import { AppError } from '../../lib/errors.ts';
import type { Caller } from '../../lib/implement.ts';
import { createLogger } from '../../lib/log.ts';
import { type MetadataStore, openMetadata, tables } from '../../store/metadata/index.ts';
import { createPrompts, type Prompts } from './index.ts';
import { promptOperations } from './operations.ts';

const log = createLogger('silent');
const bin = findPostgres();
const text = (name: string, prompt: string, labels: string[] = []): CreatePrompt => ({ type: 'text', name, prompt, labels });
const tag = (name: string, which: string) => `@@@langfusePrompt:name=${name}|${which}@@@`;

/** What must hold whatever happens at once, on any engine. */
function together(open: () => Promise<MetadataStore>): void {
  let store: MetadataStore;
  let here: Prompts;
  let there: Prompts;
  beforeAll(async () => {
    store = await open();
    await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
    await store.db.insert(tables.projects).values({ id: 'p', organisationId: 'o', name: 'P' });
    [here, there] = [createPrompts({ metadata: store, log }), createPrompts({ metadata: store, log })];
  });
  afterAll(() => store?.close());

  it('gives every version one number and every label one version', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, at) => (at % 2 ? here : there).create('p', text('crowd', `${at}`, ['production']))),
    );
    expect(made.map(({ version }) => version).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => (at % 2 ? here : there).putLabels('p', 'crowd', at + 1, ['production', 'x'])),
    );
    const fresh = createPrompts({ metadata: store, log });
    const all = await Promise.all(made.map(({ version }) => fresh.get('p', 'crowd', { version })));
    const labels = all.flatMap((each) => each.labels);
    expect([...labels].sort()).toEqual(['latest', 'production', 'x']);
    expect((await fresh.get('p', 'crowd', { label: 'latest' })).version).toBe(20);
  });

  it('never leaves a prompt without what it includes', async () => {
    for (let round = 0; round < 10; round++) {
      const child = `child ${round}`;
      await here.create('p', text(child, 'inside', ['production']));
      const [created, removed] = await Promise.allSettled([
        here.create('p', text(`parent ${round}`, tag(child, 'label=production'), ['production'])),
        there.remove('p', child, {}),
      ]);
      // Whichever came first, the other was refused.
      expect([created.status, removed.status].sort()).toEqual(['fulfilled', 'rejected']);
      const refused = created.status === 'rejected' ? created : removed;
      expect((refused as PromiseRejectedResult).reason).toMatchObject({ status: 400 });
      const fresh = createPrompts({ metadata: store, log });
      if (created.status === 'fulfilled') expect((await fresh.get('p', `parent ${round}`, {})).prompt).toBe('inside');
    }
  });

  it('keeps nothing of a change that was refused', async () => {
    await here.create('p', text('whole', 'x', ['production']));
    await expect(here.create('p', text('whole', tag('none', 'version=1'), ['production']))).rejects.toBeInstanceOf(AppError);
    const fresh = createPrompts({ metadata: store, log });
    expect(await fresh.get('p', 'whole', {})).toMatchObject({ version: 1, labels: ['production', 'latest'] });
  });
}

describe('embedded', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'telltale-prompts-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
  together(() => openMetadata({ dataDir, log }));
});

describe.skipIf(!bin)('on a real PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(bin!);
  });
  afterAll(() => server?.stop());
  together(async () =>
    openMetadata({ dataDir: '/nonexistent', databaseUrl: await server.createDatabase('prompts_together'), log }),
  );
});

describe('one process', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'telltale-prompts-'));
  let store: MetadataStore;
  beforeAll(async () => {
    store = await openMetadata({ dataDir, log });
    await store.db.insert(tables.organisations).values({ id: 'o', name: 'O' });
    await store.db.insert(tables.projects).values({ id: 'p', organisationId: 'o', name: 'P' });
  });
  afterAll(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('serves the same object until something changes', async () => {
    const prompts = createPrompts({ metadata: store, log });
    await prompts.create('p', text('inner', 'a', ['production']));
    await prompts.create('p', text('outer', tag('inner', 'label=production'), ['production']));
    const before = await prompts.get('p', 'outer', {});
    expect(await prompts.get('p', 'outer', {})).toBe(before);
    await prompts.create('p', text('inner', 'b', ['production']));
    expect(await prompts.get('p', 'outer', {})).toMatchObject({ id: before.id, prompt: 'b' });
  });

  it('shows what another process changed within ten seconds, and what it made at once', async () => {
    const clock = { ms: Date.now(), now: () => clock.ms };
    const here = createPrompts({ metadata: { db: store.db, kind: 'server' }, log, clock });
    const there = createPrompts({ metadata: { db: store.db, kind: 'server' }, log, clock });
    expect(await there.findPrompt('p', 'shared', 1)).toBeNull();
    const { id } = await here.create('p', text('shared', 'a', ['production']));
    expect(await there.findPrompt('p', 'shared', 1)).toBe(id);
    expect((await there.get('p', 'shared', {})).version).toBe(1);
    await here.create('p', text('shared', 'b', ['production']));
    expect((await there.get('p', 'shared', {})).version).toBe(1);
    clock.ms += 10_001;
    expect((await there.get('p', 'shared', {})).version).toBe(2);
  });

  it('is undone with what cannot be recorded of it', async () => {
    let told = 0;
    const prompts = createPrompts({
      metadata: store,
      log,
      recordChanges: async (tx, projectId, changes) => {
        // Written in the same transaction: it goes with the change.
        await tx.insert(tables.prompts).values({ id: 'beside', projectId, name: 'beside', type: 'text' });
        expect(changes.map(({ action, prompt }) => [action, prompt.name])).toEqual([['created', 'heard']]);
        told += 1;
        throw new Error('no');
      },
    });
    await expect(prompts.create('p', text('heard', 'x'))).rejects.toThrow('no');
    expect(told).toBe(1);
    await expect(prompts.get('p', 'heard', { version: 1 })).rejects.toMatchObject({ status: 404 });
    expect(await store.db.$count(tables.prompts, eq(tables.prompts.id, 'beside'))).toBe(0);
  });

  it('tells of every version that a change touches, and calls back when it is stored', async () => {
    const changes: string[] = [];
    const stored: string[][] = [];
    const prompts = createPrompts({
      metadata: store,
      log,
      recordChanges: async (_, __, told) => {
        changes.push(...told.map(({ action, prompt }) => `${action} v${prompt.version} ${prompt.labels} ${prompt.tags}`));
        return () => {
          stored.push(changes.splice(0));
        };
      },
    });
    const name = 'touched';
    await prompts.create('p', { ...text(name, '1', ['production']), tags: ['a'] });
    await prompts.create('p', text(name, '2', ['staging']));
    await prompts.putLabels('p', name, 2, ['production']);
    await prompts.putLabels('p', name, 2, ['production']);
    await prompts.create('p', { ...text(name, '3'), tags: ['b'] });
    await prompts.remove('p', name, { version: 3 });
    await prompts.remove('p', name, {});
    expect(stored).toEqual([
      ['created v1 production,latest a'],
      ['created v2 staging,latest a', 'updated v1 production a'],
      ['updated v1  a', 'updated v2 staging,latest,production a'],
      [],
      ['created v3 latest b', 'updated v1  b', 'updated v2 staging,production b'],
      ['deleted v3 latest b', 'updated v2 staging,production,latest b'],
      ['deleted v1  b', 'deleted v2 staging,production,latest b'],
    ]);
  });

  it('links nothing when the store does not answer', async () => {
    const broken = {
      select: () => {
        throw new Error('gone');
      },
    } as never;
    const prompts = createPrompts({ metadata: { db: broken, kind: 'embedded' }, log });
    expect(await prompts.findPrompt('p', 'x', 1)).toBeNull();
  });

  it('refuses a project that is not there', async () => {
    const prompts = createPrompts({ metadata: store, log });
    await expect(prompts.create('nowhere', text('x', 'y'))).rejects.toMatchObject({ status: 404 });
  });

  it('does the operations of our own API in their declared shape, with who did it', async () => {
    const heard: string[] = [];
    const operations = promptOperations(
      createPrompts({
        metadata: store,
        log,
        recordChanges: async (_, __, changes) => {
          heard.push(...changes.map(({ action, by }) => `${action} by ${by}`));
          return () => {};
        },
      }),
    );
    const caller = { kind: 'user', userId: 'u1', role: 'MEMBER' } as Caller;
    const run = async (id: string, input: object) => {
      const { operation, handle } = operations.find((each) => each.operation.id === id)!;
      return operation.output.parse(await handle(operation.input.parse({ projectId: 'p', ...input }) as never, caller));
    };
    const made = declared.createPrompt.output.parse(await run('createPrompt', { name: 'own/api', prompt: 'x', tags: ['own'] }));
    expect(made).toMatchObject({ version: 1, createdBy: 'u1', labels: ['latest'], config: {} });
    const labelled = await run('updatePromptLabels', { name: 'own/api', version: '1', newLabels: ['production'] });
    expect(await run('getPrompt', { name: 'own/api' })).toEqual(labelled);
    expect(await run('listPrompts', { tag: 'own' })).toMatchObject({
      data: [{ name: 'own/api', versions: [1], labels: ['latest', 'production'] }],
      totalCount: 1,
    });
    expect(await run('deletePrompt', { name: 'own/api' })).toEqual({ ok: true });
    expect(heard).toEqual(['created by u1', 'updated by u1', 'deleted by u1']);
    await expect(run('getPrompt', { name: 'own/api' })).rejects.toMatchObject({ status: 404 });
  });
});
