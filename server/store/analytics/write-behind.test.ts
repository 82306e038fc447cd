import { appendFile, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { uniqueMicros } from '../../lib/clock.ts';
import { unavailable } from '../../lib/errors.ts';
import { createLogger } from '../../lib/log.ts';
import { emptyObservation, type ObservationRow } from './rows.ts';
import { markedText, type PreparedRow } from './traces/prepared-row.ts';
import { WriteBehind } from './write-behind.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-behind-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const row = (id: string, more: Partial<ObservationRow> = {}): ObservationRow => ({
  ...emptyObservation('p', 't', id),
  row_version: uniqueMicros(),
  ...more,
});
const NEVER = 3_600_000;

/** Stands for a process; `stored` is what its engine got. */
async function open(store: (rows: readonly PreparedRow[]) => Promise<void> = async () => {}, gatherMs = NEVER) {
  const stored: string[] = [];
  const behind = new WriteBehind({
    folder,
    gatherMs,
    log: createLogger('silent'),
    store: async (rows) => {
      await store(rows);
      stored.push(...rows.map(({ known }) => known.id));
    },
  });
  await behind.open();
  return { behind, stored };
}
const journals = async () => (await readdir(folder)).filter((name) => name.endsWith('.journal'));

describe('what is acknowledged', () => {
  it('is in the journal, and in the engine as soon as somebody asks for it', async () => {
    const { behind, stored } = await open();
    await behind.add([row('a')]);
    await behind.add([row('b', { project_id: 'q' })]);
    expect([stored, await journals()]).toEqual([[], ['000000000001.journal']]);
    await behind.settle('somebody else');
    expect(stored).toEqual([]);
    await behind.settle('q');
    expect([stored, await journals()]).toEqual([['a', 'b'], []]);
  });

  it('is stored after a moment where nobody asks', async () => {
    const { behind, stored } = await open(undefined, 5);
    await behind.add([row('a')]);
    await vi.waitFor(() => expect(stored).toEqual(['a']));
  });

  it('is stored by the next process as it came, when this one dies', async () => {
    const { behind } = await open();
    const given = row('a', { input: 'ü "quoted"\nline \ud83d', tags: ['x'], usage_details: { input: 3 }, metadata: { k: 'v' } });
    await behind.add([given]);
    await behind.add([row('b')]);
    let text = '';
    const { stored } = await open(async (rows) => {
      text = markedText(rows).toString();
    });
    expect([stored, await journals()]).toEqual([['a', 'b'], []]);
    const values = JSON.parse(text.split('\n')[0]!) as unknown[];
    expect(values).toContain('ü "quoted"\nline \ufffd');
    expect(values).toContainEqual({ input: 3 });
    expect(values.slice(-3)).toEqual([0, '', '']);
    expect(values).toContain(given.row_version);
    // Whatever the clock says, what is written from here on is newer.
    expect(uniqueMicros({ now: () => 0 })).toBeGreaterThan(given.row_version);
  });

  it('is all of the journal up to where a crash tore it', async () => {
    const { behind } = await open();
    await behind.add([row('a')]);
    await behind.add([row('torn')]);
    const [name] = await journals();
    const path = join(folder, name!);
    await truncate(path, (await readFile(path)).length - 3);
    await appendFile(path, Buffer.alloc(3));
    expect((await open()).stored).toEqual(['a']);
  });
});

describe('an engine', () => {
  it('that cannot store is tried again; nothing new is acknowledged meanwhile', async () => {
    let full = true;
    const { behind, stored } = await open(async () => {
      if (full) throw unavailable('no room left on its disk', 10);
    });
    await behind.add([row('a')]);
    await expect(behind.flush()).rejects.toMatchObject({ status: 503 });
    await expect(behind.add([row('b')])).rejects.toMatchObject({ status: 503, retryAfter: 10 });
    // A question is answered with what is there.
    await behind.settle('p');
    expect([stored, (await journals()).length]).toEqual([[], 1]);
    full = false;
    await vi.waitFor(() => expect(stored).toEqual(['a']), { timeout: 5_000 });
    await behind.add([row('c')]);
    await behind.close();
    expect([stored, await journals()]).toEqual([['a', 'c'], []]);
  });

  it('that does not take one row gets the others, and the row is kept in a file', async () => {
    const { behind, stored } = await open(async (rows) => {
      if (rows.some(({ known }) => known.id === 'odd')) throw new Error('Code: 27. DB::Exception: Cannot parse');
    });
    await behind.add(['a', 'b', 'odd', 'c', 'd'].map((id) => row(id)));
    await behind.flush();
    expect(stored).toEqual(['a', 'b', 'c', 'd']);
    const [kept, ...others] = await readdir(folder);
    expect([kept, others]).toEqual([expect.stringMatching(/^refused-/), []]);
    const [columns, values] = (await readFile(join(folder, kept!), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(values[columns.indexOf('id')]).toBe('odd');
  });
});

it('a value that is not of its column is refused before it is acknowledged', async () => {
  const { behind } = await open();
  const odd = [{ start_time: '2026-01-01' }, { level: 'NOPE' }, { metadata: 'text' }, { name: undefined }];
  for (const more of odd) {
    await expect(behind.add([row('odd', more as never)])).rejects.toThrow(
      `does not take a row of observations, column ${Object.keys(more)[0]}`,
    );
  }
  expect(await journals()).toEqual([]);
});
