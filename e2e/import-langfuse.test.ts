import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from './support/api.ts';
import { type CliRun, runCli } from './support/cli.ts';
import { type Filled, fillSource } from './support/import/fill-source.ts';
import { snapshotOf } from './support/import/snapshot.ts';
import { startSecondServer } from './support/second-server.ts';
import { startServer, type TestServer } from './support/server.ts';

/* `telltale import langfuse` as a process between two running servers. */

let source: TestServer;
let target: TestServer;
let filled: Filled;
let state: string;

beforeAll(async () => {
  source = await startServer();
  filled = await fillSource(source);
});
afterAll(() => source?.destroy());
beforeEach(async () => {
  target = await startSecondServer();
  state = mkdtempSync(join(tmpdir(), 'telltale-import-state-'));
});
afterEach(async () => {
  rmSync(state, { recursive: true, force: true });
  await target?.destroy();
});

interface Report {
  complete: boolean;
  counts: Record<string, { copied: number; alreadyThere: number; failed: number }>;
  problems: { kind: string; id: string; reason: string }[];
  notes: { text: string; times: number }[];
}

const importFrom = (url: string, ...args: string[]): Promise<CliRun> =>
  runCli(target, ['import', 'langfuse', '--from', url, '--state', state, '--json', ...args], {
    env: { LANGFUSE_FROM_PUBLIC_KEY: source.publicKey, LANGFUSE_FROM_SECRET_KEY: source.secretKey },
  });

function reportOf({ code, stdout, stderr }: CliRun): Report {
  expect(code, stderr).toBe(0);
  expect(stdout + stderr).not.toContain(source.secretKey);
  return JSON.parse(stdout) as Report;
}

describe('from a server with the old reads', () => {
  it('copies everything, field by field, and a second run changes nothing', async () => {
    const report = reportOf(await importFrom(source.url));
    expect(report.problems).toEqual([]);
    const there = await snapshotOf(target);
    const here = await snapshotOf(source);
    for (const kind of Object.keys(here)) expect({ [kind]: there[kind] }).toEqual({ [kind]: here[kind] });
    expect(report.counts.traces).toEqual({ copied: filled.traces, alreadyThere: 0, failed: 0 });

    const before = await snapshotOf(target, { own: true });
    const again = reportOf(await importFrom(source.url));
    expect(Object.entries(again.counts).filter(([, { copied }]) => copied > 0)).toEqual([]);
    expect(await snapshotOf(target, { own: true })).toEqual(before);

    const media = await call<{ url: string }>(target, 'GET', `/api/public/media/${filled.media.id}`);
    expect(Buffer.from(await (await fetch(media.body.url)).arrayBuffer()).equals(filled.media.content)).toBe(true);
    expect(readdirSync(state)).toEqual([]);
  });
});
