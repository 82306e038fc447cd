import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, get } from './support/api.ts';
import { type CliOptions, cliJson, runCli } from './support/cli.ts';
import { startServer, type TestServer } from './support/server.ts';

/* The command line as a process against a running server: what it prints, how it ends, what the server then holds. */

let server: TestServer;
let folder: string;
const folders: string[] = [];
const run = (args: string[], options?: CliOptions) => runCli(server, args, { cwd: folder, ...options });
const json = <T>(args: string[], options?: CliOptions) => cliJson<T>(server, args, { cwd: folder, ...options });

beforeAll(async () => {
  server = await startServer();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-cli-'));
  folders.push(folder);
});
afterAll(async () => {
  await server?.destroy();
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

const write = (name: string, text: string) => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

let sent = 0;
/** A trace with three steps. Each is an hour older than the one before. */
async function sendTrace(given: {
  name: string;
  userId?: string;
  tags?: string[];
  level?: string;
  input?: unknown;
  output?: unknown;
}) {
  const id = `${(sent + 1).toString(16).padStart(8, '0')}${'ab'.repeat(12)}`;
  const start = Date.now() - 3_600_000 * ++sent;
  const at = (ms: number) => new Date(start + ms).toISOString();
  const event = (type: string, body: object) => ({ id: crypto.randomUUID(), type, timestamp: at(0), body });
  const { level, ...trace } = given;
  const answer = await call<{ errors: unknown[] }>(server, 'POST', '/api/public/ingestion', {
    batch: [
      event('trace-create', { id, timestamp: at(0), ...trace }),
      event('span-create', { id: `${id}-root`, traceId: id, name: 'agent', startTime: at(0), endTime: at(2000) }),
      event('generation-create', {
        id: `${id}-llm`,
        traceId: id,
        parentObservationId: `${id}-root`,
        name: 'answer',
        model: 'gpt-4o',
        startTime: at(100),
        endTime: at(1600),
        usage: { input: 1000, output: 100 },
        input: [{ role: 'user', content: 'x'.repeat(500) }],
        output: 'an answer',
        ...(level && { level, statusMessage: 'rate limit reached' }),
      }),
      event('span-create', {
        id: `${id}-tool`,
        traceId: id,
        parentObservationId: `${id}-llm`,
        name: 'lookup',
        startTime: at(200),
        endTime: at(300),
      }),
    ],
  });
  expect(answer.status).toBe(207);
  expect(answer.body.errors).toEqual([]);
  return id;
}

describe('the command itself', () => {
  it('says its version and its help, with exit codes', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    for (const word of ['up', 'traces', 'prompts', 'datasets', 'experiments', 'export', 'Exit codes'])
      expect(help.stdout).toContain(word);
    expect((await run(['prompts', 'push', '--help'])).stdout).toMatch(/--dry-run[\s\S]*Examples:[\s\S]*telltale prompts push/);
  });

  it('ends with 2 and one line when it does not understand', async () => {
    for (const args of [
      ['nonsense'],
      ['traces', 'get'],
      ['traces', 'list', '--limit', 'x'],
      ['traces', 'list', '--since', 'soon'],
    ]) {
      const { code, stdout, stderr } = await run(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
    }
    expect((await run(['traces', 'list', '--filter', 'colour:red'])).stderr).toContain('no column "colour"');
    expect((await run([])).code).toBe(2);
  });

  it('ends with 3 without keys and with wrong ones, and never prints the secret', async () => {
    const none = await runCli({ url: server.url }, ['traces', 'list']);
    expect([none.code, none.stderr]).toEqual([3, expect.stringMatching(/^error: There are no keys .*telltale login.*\n$/)]);
    const wrong = await runCli({ ...server, secretKey: 'sk-lf-wrong' }, ['traces', 'list']);
    expect([wrong.code, wrong.stderr]).toEqual([
      3,
      expect.stringMatching(new RegExp(`^error: ${server.url} refuses the key pk-lf-e2e.*\n$`)),
    ]);
    expect(wrong.stderr).not.toContain('sk-lf-wrong');
    const asJson = await runCli({ ...server, secretKey: 'sk-lf-wrong' }, ['traces', 'list', '--json']);
    expect(JSON.parse(asJson.stderr)).toEqual({ error: { code: expect.any(String), message: expect.any(String), exitCode: 3 } });
  });

  it('ends with 4 for what is not there, another project among them', async () => {
    expect((await run(['traces', 'get', 'gone'])).code).toBe(4);
    const other = await run(['traces', 'list', '--project', 'someone-elses']);
    expect([other.code, other.stderr]).toEqual([4, expect.stringContaining('not of project "someone-elses"')]);
  });

  it('ends with 6 when nobody answers', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => closed.once('listening', done));
    const { port } = closed.address() as AddressInfo;
    await new Promise((done) => closed.close(done));
    const { code, stderr } = await runCli({ ...server, url: `http://127.0.0.1:${port}` }, ['traces', 'list']);
    expect([code, stderr]).toEqual([
      6,
      expect.stringMatching(/^error: Cannot reach http:.*nothing listens there.*telltale up.*\n$/),
    ]);
  });

  it('tries reads again while the server is busy, and does not repeat a score without an id', async () => {
    const seen: string[] = [];
    const flaky = createServer((request: IncomingMessage, response) => {
      seen.push(`${request.method} ${request.url?.split('?')[0]}`);
      request.resume();
      const projects = request.url?.startsWith('/api/public/projects');
      const busy = request.method === 'POST' || seen.length < 3;
      response.writeHead(busy ? 503 : 200, { 'content-type': 'application/json', ...(busy && { 'retry-after': '0' }) });
      response.end(
        JSON.stringify(
          busy ? { message: 'busy' } : projects ? { data: [{ id: 'p', name: 'P' }] } : { data: [], nextCursor: null },
        ),
      );
    }).listen(0, '127.0.0.1');
    await new Promise((done) => flaky.once('listening', done));
    const url = `http://127.0.0.1:${(flaky.address() as AddressInfo).port}`;
    expect((await runCli({ ...server, url }, ['traces', 'list', '--json'])).stdout).toBe('[]\n');
    expect(seen.filter((line) => line === 'GET /api/public/projects')).toHaveLength(3);
    seen.push('3', '4');
    const add = await runCli({ ...server, url }, ['scores', 'add', '--trace', 't', '--name', 'n', '--value', '1']);
    expect(add.code).toBe(6);
    expect(seen.filter((line) => line.startsWith('POST'))).toHaveLength(1);
    await new Promise((done) => flaky.close(done));
  });

  it('keeps keys where only their owner reads them, and sends them to their own host only', async () => {
    const env = { XDG_CONFIG_HOME: join(folder, 'config') };
    const login = await runCli({ url: server.url, publicKey: server.publicKey }, ['login', '--secret-key', '-'], {
      env,
      stdin: `${server.secretKey}\n`,
    });
    expect([login.code, login.stdout]).toEqual([0, expect.stringContaining('E2E project')]);
    const file = join(folder, 'config/telltale/profiles.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    expect(await cliJson({}, ['status'], { env })).toMatchObject({ host: server.url, project: { id: server.projectId } });
    expect((await runCli({}, ['traces', 'list', '--host', 'http://127.0.0.1:9'], { env })).code).toBe(3);
    expect((await runCli({}, ['logout'], { env })).code).toBe(0);
    expect((await runCli({}, ['status'], { env })).code).toBe(3);
    const refused = await runCli({ ...server, secretKey: 'wrong' }, ['login'], { env });
    expect(refused.code).toBe(3);
    expect(() => statSync(file)).toThrow();
  });
});

describe('traces', () => {
  let failedId: string;
  let plainId: string;
  beforeAll(async () => {
    plainId = await sendTrace({
      name: 'checkout',
      userId: 'ada',
      tags: ['beta', 'eu'],
      input: 'Where is my order?',
      output: 'On its way.',
    });
    failedId = await sendTrace({ name: 'refund', userId: 'bob', tags: ['beta'], level: 'ERROR', input: { q: 'zebra crossing' } });
  });

  it('are listed as a table and as JSON, narrowed by every option', async () => {
    const table = await run(['traces', 'list']);
    expect(table.stderr).toBe('');
    const [head, ...rows] = table.stdout.trimEnd().split('\n');
    expect(head).toMatch(/^TIME +NAME +LATENCY +COST +TOKENS +STEPS +ERRORS +USER/);
    expect(rows[0]).toMatch(new RegExp(`checkout +2\\.00 s +\\$0\\.0035 +1,100 +3 .*ada.*${plainId}$`));
    const ids = async (...args: string[]) => (await json<{ id: string }[]>(['traces', 'list', ...args])).map(({ id }) => id);
    expect(await ids()).toEqual([plainId, failedId]);
    expect(await ids('--level', 'error')).toEqual([failedId]);
    expect(await ids('--user', 'ada,bob')).toEqual([plainId, failedId]);
    expect(await ids('--user', 'ada')).toEqual([plainId]);
    expect(await ids('--tag', 'beta', '--tag', 'eu')).toEqual([plainId]);
    expect(await ids('--name', 'refund')).toEqual([failedId]);
    expect(await ids('--session', 'nobody')).toEqual([]);
    expect(await ids('--env', 'default')).toEqual([plainId, failedId]);
    expect(await ids('--search', 'zebra')).toEqual([failedId]);
    expect(await ids('--filter', 'tokens:>1000 -name:refund')).toEqual([plainId]);
    expect(await ids('--filter', '[{"type":"string","column":"name","operator":"contains","value":"fun"}]')).toEqual([failedId]);
    expect(await ids('--since', '90m')).toEqual([plainId]);
    expect(await ids('--until', '90m')).toEqual([failedId]);
    expect(await ids('--limit', '1')).toEqual([plainId]);
    expect(await ids('--sort', 'name:desc')).toEqual([failedId, plainId]);
  });

  it('are shown as a tree with numbers and errors; as JSON with whole steps', async () => {
    const { stdout } = await run(['traces', 'get', failedId, '--io']);
    expect(stdout).toContain('1,100 tokens (1,000 in, 100 out) · 3 steps · 1 error');
    expect(stdout).toMatch(/agent +span +\+0 ms +2\.00 s\n└─ answer +generation +gpt-4o +\+100 ms +1\.50 s +1,100 +\$0\.0035\n/);
    expect(stdout).toMatch(/error: rate limit reached\n {3}└─ lookup +span/);
    expect(stdout).toContain('"q": "zebra crossing"');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be no colours
    expect(stdout).not.toMatch(/\u001b/);
    const whole = await json<{ observations: { name: string; input: unknown }[] }>(['traces', 'get', failedId]);
    expect(whole.observations.map(({ name }) => name)).toEqual(['agent', 'answer', 'lookup']);
    expect(JSON.stringify(whole.observations[1]!.input)).toContain('x'.repeat(500));
  });

  it('have colours only when asked for', async () => {
    const bold = '\u001b[1m';
    expect((await run(['traces', 'get', plainId], { env: { FORCE_COLOR: '1' } })).stdout).toContain(bold);
    expect((await run(['traces', 'get', plainId], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain(bold);
  });

  it('are followed as they come in', async () => {
    let id = '';
    const tail = await run(['traces', 'tail', '--last', '1', '--name', 'checkout,live', '--limit', '2'], {
      onStart: (output) => {
        const wait = setInterval(async () => {
          if (!output().includes(plainId)) return;
          clearInterval(wait);
          await sendTrace({ name: 'refund' });
          id = await sendTrace({ name: 'live' });
        }, 20);
      },
    });
    expect(tail.code).toBe(0);
    expect(
      tail.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ').at(-1)),
    ).toEqual([plainId, id]);
  });

  it('are followed until Ctrl-C', async () => {
    const tail = await run(['traces', 'tail', '--json', '--last', '1'], { until: (stdout) => stdout.includes('\n') });
    expect([tail.code, tail.stderr]).toEqual([130, '']);
    expect(JSON.parse(tail.stdout)).toMatchObject({ name: expect.any(String) });
  });

  it('can be piped into a reader that goes away', async () => {
    const { execFile } = await import('node:child_process');
    const bin = process.env.TELLTALE_TEST_BIN ?? join(import.meta.dirname, '../bin/telltale.mjs');
    const env = {
      PATH: process.env.PATH,
      LANGFUSE_HOST: server.url,
      LANGFUSE_PUBLIC_KEY: server.publicKey,
      LANGFUSE_SECRET_KEY: server.secretKey,
    };
    const script = `set -o pipefail; "${process.execPath}" "${bin}" export observations | head -c 10`;
    const { stdout, stderr, error } = await new Promise<{ stdout: string; stderr: string; error: Error | null }>((done) =>
      execFile('bash', ['-c', script], { env }, (error, stdout, stderr) => done({ error, stdout, stderr })),
    );
    expect(error).toBeNull();
    expect(stdout).toHaveLength(10);
    expect(stderr).not.toContain('EPIPE');
  });
});

interface Version {
  version: number;
  prompt: unknown;
  labels: string[];
  config: unknown;
  tags: string[];
  commitMessage: string | null;
}

describe('prompts', () => {
  const path = (name: string, query = 'label=latest') =>
    `/api/public/v2/prompts/${encodeURIComponent(name)}?resolve=false&${query}`;
  const create = (body: object) => call(server, 'POST', '/api/public/v2/prompts', body);
  const newest = (name: string) => get<Version>(server, path(name)) as Promise<Version>;
  const chat = [
    { role: 'system', content: 'Be kind.\n\n@@ user\nBe short.' },
    { type: 'placeholder', name: 'history' },
    { role: 'user', content: '{{question}}\n' },
  ];

  it('go to files and come back exactly as they were', async () => {
    await create({
      name: 'a/chat',
      type: 'chat',
      prompt: chat,
      config: { model: 'gpt-4o', stop: ['---'] },
      labels: ['production'],
      tags: ['x'],
    });
    await create({ name: 'a/text', prompt: 'One\n---\n{{x}}\n\n' });
    const pull = await run(['prompts', 'pull', 'p', '--only', 'a']);
    expect([pull.code, pull.stdout]).toEqual([
      0,
      expect.stringMatching(/\+ a\/chat .*version 1, production\n\+ a\/text .*version 1\n/),
    ]);
    expect(readdirSync(join(folder, 'p/a')).sort()).toEqual(['chat.md', 'text.md']);

    // The same prompts under other names, from the same files.
    for (const name of ['chat', 'text']) {
      const text = read(`p/a/${name}.md`)
        .replace(`name: a/${name}`, `name: copy/${name}`)
        .replace(/synced:\n(?: .*\n)+/, '');
      write(`q/${name}.md`, text);
    }
    const push = await run(['prompts', 'push', 'q', '--message', 'A copy']);
    expect([push.code, push.stdout]).toEqual([
      0,
      expect.stringMatching(/\+ copy\/chat +created, production\n\+ copy\/text +created\n/),
    ]);
    expect(await newest('copy/chat')).toMatchObject({
      version: 1,
      prompt: chat,
      config: { model: 'gpt-4o', stop: ['---'] },
      tags: ['x'],
      labels: expect.arrayContaining(['production', 'latest']),
      commitMessage: 'A copy',
    });
    expect((await newest('copy/text')).prompt).toBe('One\n---\n{{x}}\n\n');
    const again = await run(['prompts', 'push', 'q']);
    expect([again.code, again.stdout]).toEqual([0, '= 2 prompts the same on both sides\n']);
    expect((await newest('copy/chat')).version).toBe(1);
  });

  it('make a version only when what they say changed; labels move without one', async () => {
    await create({ name: 'b', prompt: 'Hello', labels: ['production'] });
    await run(['prompts', 'pull', 'p', '--only', 'b']);
    write('p/b.md', read('p/b.md').replace('Hello', 'Good day').replace('name: b', '# a note\nname: b'));
    const dry = await run(['prompts', 'push', 'p', '--dry-run']);
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(/~ b +would become version 2, production\n[\s\S]* {2}-Hello\n {2}\+Good day\n/);
    expect((await newest('b')).version).toBe(1);
    await run(['prompts', 'push', 'p']);
    expect(await newest('b')).toMatchObject({ version: 2, prompt: 'Good day', labels: expect.arrayContaining(['production']) });
    expect(read('p/b.md')).toContain('# a note');

    write('p/b.md', read('p/b.md').replace('  - production\nsynced', '  - production\n  - eu\nsynced'));
    const labels = await run(['prompts', 'push', 'p']);
    expect(labels.stdout).toMatch(/~ b +eu moved to version 2/);
    expect((await newest('b')).labels.sort()).toEqual(['eu', 'latest', 'production']);
    expect((await newest('b')).version).toBe(2);
  });

  it('are in conflict when both sides changed: nothing is pushed, both sides can win', async () => {
    await create({ name: 'c/one', prompt: 'One' });
    await create({ name: 'c/two', prompt: 'Two' });
    await run(['prompts', 'pull', 'p', '--only', 'c']);
    write('p/c/one.md', read('p/c/one.md').replace('One', 'One of the file'));
    write('p/c/two.md', read('p/c/two.md').replace('Two', 'Two of the file'));
    await create({ name: 'c/one', prompt: 'One of the server', commitMessage: 'Because' });

    const push = await run(['prompts', 'push', 'p']);
    expect(push.code).toBe(5);
    expect(push.stdout).toMatch(
      /! c\/one +conflict: c\/one\.md was changed since version 1, and the server has version 2 .*\("Because"\)/,
    );
    expect(push.stdout).toMatch(/ {2}-One of the server\n {2}\+One of the file/);
    expect(push.stderr).toContain('nothing was pushed');
    expect((await newest('c/two')).version).toBe(1);
    const report = JSON.parse((await run(['prompts', 'push', 'p', '--json'])).stdout) as { conflicts: number; applied: boolean };
    expect(report).toMatchObject({ conflicts: 1, applied: false });

    const pull = await run(['prompts', 'pull', 'p', '--only', 'c']);
    expect(pull.code).toBe(5);
    expect(read('p/c/one.md')).toContain('One of the file');
    expect((await run(['prompts', 'pull', 'p', '--only', 'c/one', '--force'])).code).toBe(0);
    expect(read('p/c/one.md')).toContain('One of the server');
    expect(read('p/c/two.md')).toContain('Two of the file');

    await create({ name: 'c/two', prompt: 'Two of the server' });
    expect((await run(['prompts', 'push', 'p', '--force'])).code).toBe(0);
    expect(await newest('c/two')).toMatchObject({ version: 3, prompt: 'Two of the file' });
  });

  it('that a rollback took off production stay off it', async () => {
    await create({ name: 'd', prompt: 'v1', labels: ['production'] });
    await create({ name: 'd', prompt: 'v2', labels: ['production'] });
    await run(['prompts', 'pull', 'p', '--only', 'd']);
    await call(server, 'PATCH', '/api/public/v2/prompts/d/versions/1', { newLabels: ['production'] });
    write('p/d.md', read('p/d.md').replace('v2', 'v3'));
    expect((await run(['prompts', 'push', 'p'])).code).toBe(0);
    expect(await newest('d')).toMatchObject({ version: 3, prompt: 'v3', labels: ['latest'] });
    expect(await get(server, path('d', 'label=production'))).toMatchObject({ version: 1 });
  });

  it('that are included go first; what the server refuses is told, and the rest done', async () => {
    write('p/a-uses.md', '---\nname: e/uses\n---\nSee @@@langfusePrompt:name=e/part|label=production@@@\n');
    write('p/z-part.md', '---\nname: e/part\nlabels: [production]\n---\nthe part\n');
    expect((await run(['prompts', 'push', 'p'])).code).toBe(0);
    expect(await get(server, '/api/public/v2/prompts/e%2Fuses?label=latest')).toMatchObject({ prompt: 'See the part' });
    write('p/bad.md', '---\nname: e/bad\n---\n@@@langfusePrompt:name=e/nowhere|label=production@@@\n');
    write('p/good.md', '---\nname: e/good\n---\nfine\n');
    const push = await run(['prompts', 'push', 'p']);
    expect([push.code, push.stdout]).toEqual([1, expect.stringMatching(/✗ e\/bad .*\n\+ e\/good +created\n/)]);
    expect(await newest('e/good')).toMatchObject({ prompt: 'fine' });
  });

  it('that were deleted on the server are pruned only when asked', async () => {
    await create({ name: 'f', prompt: 'x' });
    await run(['prompts', 'pull', 'p', '--only', 'f']);
    await call(server, 'DELETE', '/api/public/v2/prompts/f');
    expect((await run(['prompts', 'pull', 'p', '--only', 'f'])).stdout).toContain('left alone: deleted on the server');
    expect((await run(['prompts', 'push', 'p'])).stdout).toContain('left alone: deleted on the server');
    expect((await run(['prompts', 'pull', 'p', '--only', 'f', '--prune'])).stdout).toContain('f.md deleted');
    expect(readdirSync(join(folder, 'p'))).toEqual([]);
  });

  it('are listed and shown', async () => {
    await create({ name: 'g', prompt: 'first' });
    await create({ name: 'g', prompt: 'second', labels: ['staging'] });
    expect((await run(['prompts', 'list'])).stdout).toMatch(/\ng +text +2 +staging/);
    expect((await run(['prompts', 'get', 'g', '--content'])).stdout).toBe('second\n');
    expect((await run(['prompts', 'get', 'g', '--version', '1', '--content'])).stdout).toBe('first\n');
    expect(await json(['prompts', 'get', 'g', '--label', 'staging'])).toMatchObject({ version: 2 });
    expect((await run(['prompts', 'get', 'nowhere'])).code).toBe(4);
  });

  it('say which file and line cannot be read', async () => {
    write('p/bad.md', '---\nname: x\nlabels: }\n---\n');
    expect(await run(['prompts', 'push', 'p'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: p\/bad\.md: line 3: /),
    });
    expect((await run(['prompts', 'push', 'nowhere'])).code).toBe(4);
  });
});

describe('scores', () => {
  it('are written with the type that their value says', async () => {
    const trace = await sendTrace({ name: 'scored' });
    const add = (...args: string[]) => json<{ id: string }>(['scores', 'add', '--trace', trace, ...args]);
    await add('--name', 'quality', '--value', '0.8', '--comment', 'fine', '--metadata', '{"by":"ci"}');
    await add('--name', 'right', '--value', 'true', '--observation', `${trace}-llm`);
    await add('--name', 'tone', '--value', 'kind', '--id', 'tone-1');
    await add('--name', 'tone', '--value', 'rude', '--id', 'tone-1');
    await add('--name', 'note', '--value', '7', '--type', 'text');
    const { data } = await get<{ data: { name: string; dataType: string }[] }>(server, `/api/public/v2/scores?traceId=${trace}`);
    const byName = Object.fromEntries(data.map((score) => [score.name, score]));
    expect(data).toHaveLength(4);
    expect(byName).toMatchObject({
      quality: { dataType: 'NUMERIC', value: 0.8, comment: 'fine', metadata: { by: 'ci' }, source: 'API' },
      right: { dataType: 'BOOLEAN', value: 1, observationId: `${trace}-llm` },
      tone: { dataType: 'CATEGORICAL', stringValue: 'rude', id: 'tone-1' },
      note: { dataType: 'TEXT', stringValue: '7' },
    });
  });

  it('need one target and a fitting value', async () => {
    const code = async (...args: string[]) => (await run(['scores', 'add', ...args])).code;
    expect(await code('--name', 'x', '--value', '1')).toBe(2);
    expect(await code('--trace', 't', '--session', 's', '--name', 'x', '--value', '1')).toBe(2);
    expect(await code('--trace', 't', '--name', 'x', '--value', 'high', '--type', 'numeric')).toBe(2);
    expect(await code('--trace', 't', '--value', '1')).toBe(2);
    expect(await code('--trace', 't', '--config', 'gone', '--value', '1')).not.toBe(0);
  });
});

interface Item {
  id: string;
  input: unknown;
  expectedOutput: unknown;
  metadata: unknown;
}

describe('datasets', () => {
  const items = async (dataset: string) => {
    const { data } = await get<{ data: Item[] }>(
      server,
      `/api/public/dataset-items?datasetName=${encodeURIComponent(dataset)}&limit=100`,
    );
    return data.sort((a, b) => (JSON.stringify(a.input) < JSON.stringify(b.input) ? -1 : 1));
  };

  it('come from CSV with columns mapped, the same however often', async () => {
    write(
      'qa.csv',
      'question,context,answer,topic\n"What, is 1+1?",,2,math\n"Capital\nof France?","{""a"":[1]}",Paris,geo\nZip?,,01234,geo\n',
    );
    const args = [
      'datasets',
      'import',
      'qa.csv',
      '--dataset',
      'lists/qa',
      '--input',
      'question,context',
      '--expected-output',
      'answer',
      '--metadata',
      '*',
    ];
    const dry = await json(['datasets', 'import', 'qa.csv', '--dataset', 'lists/qa', '--input', 'question', '--dry-run']);
    expect(dry).toMatchObject({ rows: 3, created: 3, mapping: { input: ['question'], unused: ['context', 'answer', 'topic'] } });
    expect((await call(server, 'GET', '/api/public/v2/datasets/lists%2Fqa')).status).toBe(404);
    expect(await run(args)).toMatchObject({ code: 0, stdout: 'lists/qa (new): 3 items created, 0 changed, 0 unchanged\n' });
    const first = await items('lists/qa');
    expect(first).toMatchObject([
      { input: { question: 'Capital\nof France?', context: { a: [1] } }, expectedOutput: 'Paris', metadata: { topic: 'geo' } },
      { input: { question: 'What, is 1+1?' }, expectedOutput: 2, metadata: { topic: 'math' } },
      { input: { question: 'Zip?' }, expectedOutput: '01234', metadata: { topic: 'geo' } },
    ]);
    expect(await run(args)).toMatchObject({ code: 0, stdout: 'lists/qa: 0 items created, 0 changed, 3 unchanged\n' });
    expect(await items('lists/qa')).toEqual(first);
  });

  it.each(['csv', 'jsonl', 'tsv'])('go to %s and come back with their ids', async (format) => {
    const name = `round-${format}`;
    const given = [
      { id: `${name}-1`, input: { q: 'a,b\t"c"\n' }, expectedOutput: '42', metadata: { n: 1 } },
      { id: `${name}-2`, input: 'plain', expectedOutput: [1, null, { x: '' }] },
      { id: `${name}-3`, input: '[not json', expectedOutput: true },
    ];
    const jsonl = given.map((item) => JSON.stringify(item)).join('\n');
    expect((await run(['datasets', 'import', '-', '--format', 'jsonl', '--dataset', name], { stdin: jsonl })).code).toBe(0);
    expect(await items(name)).toEqual(expect.arrayContaining(given.map((item) => expect.objectContaining(item))));
    const before = await items(name);
    expect((await run(['datasets', 'export', name, '--output', `x/out.${format}`])).code).toBe(0);
    expect((await run(['datasets', 'export', name, '--output', `x/out.${format}`])).code).toBe(5);
    for (const { id } of given) await call(server, 'DELETE', `/api/public/dataset-items/${id}`);
    expect(await items(name)).toEqual([]);
    const back = await json(['datasets', 'import', `x/out.${format}`, '--dataset', name]);
    expect(back).toMatchObject({ created: 3, failures: [] });
    const strip = (all: Item[]) =>
      all.map(({ id, input, expectedOutput, metadata }) => ({ id, input, expectedOutput, metadata }));
    expect(strip(await items(name))).toEqual(strip(before));
  });

  it('import what can be, and say which rows cannot', async () => {
    await call(server, 'POST', '/api/public/v2/datasets', {
      name: 'strict',
      inputSchema: { type: 'object', required: ['q'], properties: { q: { type: 'string' } } },
    });
    const rows = Array.from({ length: 450 }, (_, i) => (i === 7 || i === 300 ? { input: { q: i } } : { input: { q: `q${i}` } }));
    write('rows.jsonl', [...rows.map((row) => JSON.stringify(row)), '{"output":1}'].join('\n'));
    const { code, stdout, stderr } = await run(['datasets', 'import', 'rows.jsonl', '--dataset', 'strict']);
    expect([code, stdout]).toEqual([1, 'strict: 448 items created, 0 changed, 0 unchanged\n']);
    expect([...stderr.matchAll(/^line (\d+):/gm)].map(([, line]) => Number(line)).sort((a, b) => a - b)).toEqual([8, 301, 451]);
    const meta = await get<{ meta: { totalItems: number } }>(server, '/api/public/dataset-items?datasetName=strict&limit=1');
    expect(meta.meta.totalItems).toBe(448);
  });

  it('keep ids apart from those of other datasets when asked', async () => {
    write('one.jsonl', '{"id":"shared","input":1}\n');
    expect((await run(['datasets', 'import', 'one.jsonl', '--dataset', 'first'])).code).toBe(0);
    const second = await run(['datasets', 'import', 'one.jsonl', '--dataset', 'second']);
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('--new-ids')]);
    expect((await run(['datasets', 'import', 'one.jsonl', '--dataset', 'second', '--new-ids'])).code).toBe(0);
    expect((await items('second'))[0]).toMatchObject({ input: 1, id: expect.not.stringMatching('shared') });
  });

  it('are listed with their counts; wrong files are told', async () => {
    expect(await json(['datasets', 'list'])).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'strict', itemCount: 448 })]),
    );
    expect((await run(['datasets', 'export', 'nowhere'])).code).toBe(4);
    expect((await run(['datasets', 'import', 'nowhere.csv', '--dataset', 'x'])).code).toBe(4);
    write('broken.csv', 'input,metadata\n"open,1\n');
    expect(await run(['datasets', 'import', 'broken.csv', '--dataset', 'x'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/broken\.csv, line \d/),
    });
    write('broken.jsonl', '{"input":1}\nnope\n');
    expect(await run(['datasets', 'import', 'broken.jsonl', '--dataset', 'x'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('line 2'),
    });
    expect((await run(['datasets', 'import', 'broken.txt', '--dataset', 'x'])).code).toBe(2);
  });
});

describe('experiments', () => {
  beforeAll(async () => {
    await call(server, 'POST', '/api/public/v2/datasets', { name: 'exp' });
    for (const id of ['exp-1', 'exp-2'])
      await call(server, 'POST', '/api/public/dataset-items', { datasetName: 'exp', id, input: id });
    for (const [runName, values] of [
      ['base', [0.5, 0.5]],
      ['candidate', [0.9, 0.3]],
    ] as const) {
      for (const [i, value] of values.entries()) {
        const traceId = await sendTrace({ name: runName, input: i, output: `${runName} ${i}` });
        await call(server, 'POST', '/api/public/dataset-run-items', { runName, datasetItemId: `exp-${i + 1}`, traceId });
        await call(server, 'POST', '/api/public/scores', { traceId, name: 'correct', value });
      }
    }
    const { id } = await get<{ id: string }>(server, '/api/public/datasets/exp/runs/candidate');
    await call(server, 'POST', '/api/public/scores', { datasetRunId: id, name: 'accuracy', value: 0.6 });
  });

  it('are listed, by dataset and name', async () => {
    const names = async (...args: string[]) =>
      (await json<{ name: string }[]>(['experiments', 'list', ...args])).map(({ name }) => name).sort();
    expect(await names('--dataset', 'exp')).toEqual(['base', 'candidate']);
    expect(await names('--name', 'base')).toEqual(['base']);
    expect((await run(['experiments', 'list', '--dataset', 'nowhere'])).code).toBe(4);
  });

  it('are shown with items and scores, and against a baseline', async () => {
    const { stdout } = await run(['experiments', 'show', 'candidate']);
    expect(stdout).toMatch(/SCORES OF THE RUN\naccuracy {2}0\.6\n/);
    expect(stdout).toMatch(/correct +2 +0\.6\n/);
    expect(stdout).toMatch(/exp-1 .*candidate 0.* 0\.9 /);
    const compared = await run(['experiments', 'show', 'candidate', '--baseline', 'base']);
    expect(compared.stdout).toMatch(/correct +0\.5 +0\.6 +\+0\.1 +1 +1 +0\n/);
    expect(compared.stdout).toMatch(/exp-2 .* 0\.3 \(-0\.2\)/);
    const asJson = await json<{ comparison: unknown[]; items: unknown[] }>([
      'experiments',
      'show',
      'candidate',
      '--baseline',
      'base',
    ]);
    expect(asJson.items).toHaveLength(2);
    expect(asJson.comparison).toEqual([
      { name: 'correct', mean: 0.6, baselineMean: 0.5, delta: expect.closeTo(0.1, 9), higher: 1, lower: 1, same: 0 },
    ]);
    expect((await run(['experiments', 'show', 'nowhere'])).code).toBe(4);
  });
});

describe('export', () => {
  const lines = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('writes whole traces, steps and scores, narrowed', async () => {
    const id = await sendTrace({ name: 'exported', input: 'in'.repeat(400), output: { a: 1 } });
    const traces = await run(['export', 'traces', '--name', 'exported']);
    expect(lines(traces.stdout)).toEqual([
      expect.objectContaining({ id, input: 'in'.repeat(400), output: { a: 1 }, totalTokens: 1100 }),
    ]);
    const steps = await run(['export', 'observations', '--filter', `traceId:${id}`]);
    expect(
      lines(steps.stdout)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['agent', 'answer', 'lookup']);
    expect(lines(steps.stdout).find(({ name }) => name === 'answer')).toMatchObject({
      traceId: id,
      input: [{ role: 'user', content: 'x'.repeat(500) }],
      usageDetails: { input: 1000, output: 100 },
      totalCost: 0.0035,
    });
    await json(['scores', 'add', '--trace', id, '--name', 'exported', '--value', '1', '--id', 'exported-1']);
    expect(lines((await run(['export', 'scores', '--name', 'exported'])).stdout)).toEqual([
      expect.objectContaining({ id: 'exported-1', value: 1 }),
    ]);
    expect((await run(['export', 'scores', '--search', 'x'])).code).toBe(2);
    expect((await run(['export', 'everything'])).code).toBe(2);
  });

  it('goes on where it was cut off, and gives a file its name when it is whole', async () => {
    const batch = Array.from({ length: 250 }, (_, i) => ({
      id: crypto.randomUUID(),
      type: 'trace-create',
      timestamp: new Date().toISOString(),
      body: { id: `bulk-${i}`, name: 'bulk', timestamp: new Date(Date.now() - i * 1000).toISOString(), input: i },
    }));
    expect((await call(server, 'POST', '/api/public/ingestion', { batch })).status).toBe(207);
    const whole = await run(['export', 'traces', '--name', 'bulk', '--until', '2099-01-01', '--output', 'whole.csv']);
    expect(whole.code).toBe(0);

    // A server between, that dies in the second page.
    let lists = 0;
    const between = createServer(async (request, response) => {
      if (request.url?.startsWith('/api/v1/') && ++lists > 1) return void response.destroy();
      const answer = await fetch(server.url + request.url, { headers: { authorization: server.authorization } });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    }).listen(0, '127.0.0.1');
    await new Promise((done) => between.once('listening', done));
    const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
    const args = ['export', 'traces', '--name', 'bulk', '--until', '2099-01-01', '--output', 'cut.csv'];
    const cut = await runCli({ ...server, url }, args, { cwd: folder });
    expect(cut.code).toBe(6);
    expect(readdirSync(folder).sort()).toEqual(['cut.csv.part', 'cut.csv.part.json', 'whole.csv']);
    // What was written after the last note is not trusted.
    writeFileSync(join(folder, 'cut.csv.part'), 'torn', { flag: 'a' });
    expect((await runCli({ ...server, url }, args, { cwd: folder })).code).toBe(5);
    lists = Number.NEGATIVE_INFINITY;
    const resumed = await runCli({ ...server, url }, [...args, '--resume', '--json'], { cwd: folder });
    expect(JSON.parse(resumed.stdout)).toEqual({ rows: 250, file: 'cut.csv', format: 'csv' });
    expect(read('cut.csv')).toBe(read('whole.csv'));
    expect(readdirSync(folder).sort()).toEqual(['cut.csv', 'whole.csv']);
    between.closeAllConnections();
    await new Promise((done) => between.close(done));
  });
});
