import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './support/api.ts';
import { eventually, startServer, type TestServer } from './support/server.ts';
import { allObservations, exportOf, newSpanId, newTraceId, spanOf } from './support/spans.ts';

/* A data folder on a small tmpfs: only root of a machine (or container with the right) can mount one. */

const MEGABYTE = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'telltale-full-'));
const mounted =
  process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=320m', 'tmpfs', folder]).status === 0;
if (!mounted) {
  rmSync(folder, { recursive: true, force: true });
  console.warn('A tmpfs cannot be mounted here (needs root on Linux): the test of a full disk is skipped.');
}

/** What the embedded store keeps free, so that no write ends half-way. */
const KEPT_FREE = 128 * MEGABYTE;
const ballast = join(folder, 'ballast');
const freeBytes = () => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

/** Takes what is left, to the last page. */
function fillUp(): void {
  const page = Buffer.alloc(4096);
  try {
    for (;;) appendFileSync(ballast, freeBytes() > 2 * MEGABYTE ? Buffer.alloc(MEGABYTE) : page);
  } catch (error) {
    expect((error as { code?: string }).code).toBe('ENOSPC');
  }
}

describe.skipIf(!mounted)('a full disk', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({}, join(folder, 'data'));
  });
  afterAll(async () => {
    await server?.stop();
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is answered 503 with the reason; nothing acknowledged is lost; it goes on when there is room', async () => {
    const acknowledged: string[] = [];
    const text = () => Array.from({ length: 2000 }, newSpanId).join(' ');
    const send = async () => {
      const traceId = newTraceId();
      const ids = Array.from({ length: 40 }, newSpanId);
      const attributes = () => [{ key: 'input.value', value: { stringValue: text() } }];
      const answer = await call<{ message?: string }>(
        server,
        'POST',
        '/v1/traces',
        exportOf(ids.map((id) => spanOf(traceId, id, { attributes: attributes() }))),
      );
      if (answer.status === 200) acknowledged.push(...ids.map((id) => `${traceId}/${id}`));
      return answer;
    };
    for (let i = 0; i < 5; i++) expect((await send()).status).toBe(200);

    // Something else takes the room: down to a little more than the server keeps free for its own writing.
    writeFileSync(ballast, Buffer.alloc(freeBytes() - KEPT_FREE - 10 * MEGABYTE));
    const refused = await eventually(
      async () => {
        const answer = await send();
        return answer.status !== 200 && answer;
      },
      'the disk to be full',
      60_000,
    );
    expect(refused.status).toBe(503);
    expect(JSON.stringify(refused.body)).toMatch(/no space|disk|full/i);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    // It keeps answering: reads, its health, and more refusals, without a single byte left too.
    fillUp();
    for (let i = 0; i < 3; i++) expect((await send()).status).toBe(503);
    expect((await call(server, 'GET', '/health')).status).toBe(200);
    const present = new Set(await allObservations(server));
    expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);

    rmSync(ballast);
    const taken = await eventually(async () => (await send()).status === 200, 'room to be noticed', 60_000);
    expect(taken).toBe(true);
    for (let i = 0; i < 3; i++) expect((await send()).status).toBe(200);

    // What was promised is there, now and after a start.
    for (const restart of [false, true]) {
      if (restart) server = await server.restart();
      const stored = await allObservations(server);
      const found = new Set(stored);
      expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
      expect(stored).toHaveLength(found.size);
    }
  });
});
