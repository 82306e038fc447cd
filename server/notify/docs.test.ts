import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { webhookRequest } from './index.ts';

/* The snippets of docs/webhooks.md, run as they are printed. */

const text = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');
const snippet = (language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'telltale-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = 'lf-whsec_0123456789abcdef';
const body = '{"text":"Grüße 🎉"}';
const now = Date.now();
const signed = (at: number) =>
  webhookRequest({ url: 'https://x.test', headers: [], signingSecret: secret }, body, at).headers['x-langfuse-signature']!;
const good = signed(now);

/** Body, header, secret; and whether it is to be believed. */
const CASES: [string, string, string, boolean][] = [
  [body, good, secret, true],
  [`${body} `, good, secret, false],
  [body, good, `${secret}0`, false],
  [body, signed(now - 301_000), secret, false],
  [body, good.replace(/v1=./, 'v1=x'), secret, false],
  [body, good.replace(/,v1=.*/, ''), secret, false],
  [body, 'nonsense', secret, false],
  [body, '', secret, false],
];
const expected = CASES.map(([, , , believed]) => believed);

const hasPython = spawnSync('python3', ['--version']).status === 0;

function run(command: string, name: string, source: string): unknown {
  const file = join(folder, name);
  writeFileSync(file, source);
  const { status, stdout, stderr } = spawnSync(command, [file], {
    encoding: 'utf8',
    input: JSON.stringify(CASES),
    timeout: 30_000,
  });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('the snippets that check a signature', () => {
  it('in Node', () => {
    const driver = `
      let text = '';
      for await (const chunk of process.stdin) text += chunk;
      console.log(JSON.stringify(JSON.parse(text).map(([body, header, secret]) => verify(Buffer.from(body), header, secret))));`;
    expect(run(process.execPath, 'verify.mjs', snippet('js') + driver)).toEqual(expected);
  });

  it.skipIf(!hasPython)('in Python', () => {
    const driver = `
import json, sys
print(json.dumps([verify(body.encode(), header, secret) for body, header, secret, _ in json.load(sys.stdin)]))
`;
    expect(run('python3', 'verify.py', snippet('python') + driver)).toEqual(expected);
  });
});
