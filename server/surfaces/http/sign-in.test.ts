import http from 'node:http';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AccessServer, cookiesOf, startAccessServer } from '../../../e2e/support/access-server.ts';
import { findPostgres, startPostgres } from '../../../e2e/support/postgres.ts';
import { tables } from '../../store/metadata/index.ts';

const postgres = findPostgres();
let server: AccessServer;
beforeAll(async () => {
  server = await startAccessServer();
});
afterAll(() => server.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}, to = server) =>
  fetch(`${to.url}/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: to.url, ...headers },
    body: JSON.stringify(body),
  });
const later = () => {
  server.clock.ms += 61_000;
};

describe('sign-up, sign-in, sign-out', () => {
  it('a person signs up, is known by the cookie, signs out, and is not', async () => {
    const answer = await post('sign-up/email', { email: 'Ada@Example.com', password: 'analytical', name: 'Ada' });
    expect(answer.status).toBe(200);
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^telltale\.session_token=/);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).not.toMatch(/; Secure/);

    const browser = server.browser(cookiesOf(answer.headers));
    const me = await browser.call<{ user: unknown; organisations: unknown; server: unknown }>('GET', '/api/v1/me');
    expect(me.status).toBe(200);
    expect(me.body).toEqual({
      user: { id: expect.any(String), email: 'ada@example.com', name: 'Ada' },
      organisations: [],
      server: { version: '9.8.7', publicUrl: server.url, otlpGrpcPort: 4317 },
    });

    expect((await browser.call('POST', '/api/auth/sign-out', {})).status).toBe(200);
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401);
  });

  it('signs in with the right password only, and the e-mail in any case', async () => {
    await server.signUp('bob@example.com', 'hunter-22');
    expect((await post('sign-in/email', { email: 'bob@example.com', password: 'hunter-23' })).status).toBe(401);
    expect((await post('sign-in/email', { email: 'nobody@example.com', password: 'hunter-22' })).status).toBe(401);
    const browser = await server.signIn('BOB@example.com', 'hunter-22');
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(200);
    later();
  });

  it('stores passwords and nothing that gives them away', async () => {
    const [account] = await server.store.db
      .select({ password: tables.accounts.password })
      .from(tables.accounts)
      .innerJoin(tables.users, eq(tables.users.id, tables.accounts.userId))
      .where(eq(tables.users.email, 'bob@example.com'));
    expect(account?.password).not.toContain('hunter');
    expect(account?.password?.length).toBeGreaterThan(60);
  });

  it('refuses short passwords, addresses that are none, and taken ones', async () => {
    expect((await post('sign-up/email', { email: 'c@example.com', password: '1234567', name: 'C' })).status).toBe(400);
    expect((await post('sign-up/email', { email: 'not an address', password: '12345678', name: 'C' })).status).toBe(400);
    const taken = await post('sign-up/email', { email: 'BOB@example.com', password: '12345678', name: 'C' });
    expect(taken.status).toBe(422);
    for (const name of [' ', 'x'.repeat(101)]) {
      const answer = await post('sign-up/email', { email: 'd@example.com', password: '12345678', name });
      expect([answer.status, await answer.json()]).toEqual([400, { code: 'INVALID_NAME', message: expect.any(String) }]);
    }
    later();
  });

  it('a cookie that was tampered with is nobody', async () => {
    const { cookie } = await server.signIn('bob@example.com', 'hunter-22');
    const forged = cookie.replace(/=(.)/, (_, first: string) => `=${first === 'a' ? 'b' : 'a'}`);
    expect((await server.browser(forged).call('GET', '/api/v1/me')).status).toBe(401);
  });

  it('a name is a text of 1 to 100 characters', async () => {
    const browser = await server.signUp('grace@example.com', 'first-password');
    const rename = (name: unknown) => browser.call('POST', '/api/auth/update-user', { name });
    for (const name of [5, null, {}, ' ', 'x'.repeat(101)]) {
      expect([name, (await rename(name)).status]).toEqual([name, 400]);
    }
    expect((await rename('Grace Hopper')).status).toBe(200);
    expect((await browser.call<{ user: unknown }>('GET', '/api/v1/me')).body.user).toMatchObject({ name: 'Grace Hopper' });
  });

  it('changing the password needs the old one', async () => {
    const browser = await server.signUp('carol@example.com', 'first-password');
    const change = (currentPassword: string) =>
      browser.call('POST', '/api/auth/change-password', { currentPassword, newPassword: 'second-password' });
    expect((await change('wrong-password')).status).toBe(400);
    expect((await change('first-password')).status).toBe(200);
    expect((await post('sign-in/email', { email: 'carol@example.com', password: 'first-password' })).status).toBe(401);
    expect((await post('sign-in/email', { email: 'carol@example.com', password: 'second-password' })).status).toBe(200);
    later();
  });
});

describe('guards', () => {
  it('answers 429 after ten wrong passwords in a minute, says how long, and then lets in again', async () => {
    later();
    const wrong = () => post('sign-in/email', { email: 'bob@example.com', password: 'wrong-guess' });
    const statuses = (await Promise.all(Array.from({ length: 14 }, wrong))).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    const right = await post('sign-in/email', { email: 'bob@example.com', password: 'hunter-22' });
    expect(right.status).toBe(429);
    expect(right.headers.get('retry-after')).toBe('60');
    expect(await right.json()).toEqual({ code: 'TooManyRequestsError', message: 'Too many attempts. Try again in 60 s.' });
    later();
    expect((await post('sign-in/email', { email: 'bob@example.com', password: 'hunter-22' })).status).toBe(200);
  });

  it('one account that is guessed at does not lock the others out, until an address guesses too much', async () => {
    later();
    const guess = (email: string) => post('sign-in/email', { email, password: 'wrong-guess' });
    for (let n = 0; n < 11; n++) await guess('carol@example.com');
    expect((await guess('Carol@example.com')).status).toBe(429);
    expect((await post('sign-in/email', { email: 'bob@example.com', password: 'hunter-22' })).status).toBe(200);
    const statuses = await Promise.all(Array.from({ length: 60 }, (_, n) => guess(`guess-${n}@example.com`)));
    expect(statuses.filter((answer) => answer.status === 429)).toHaveLength(10);
    expect((await post('sign-in/email', { email: 'bob@example.com', password: 'hunter-22' })).status).toBe(429);
    later();
  });

  it('an address that the caller claims in a header does not get around that', async () => {
    later();
    const guess = (n: number) =>
      post(
        'sign-in/email',
        { email: 'bob@example.com', password: 'wrong-guess' },
        {
          'x-forwarded-for': `10.0.0.${n}`,
          'x-telltale-client-address': `10.0.0.${n}`,
        },
      );
    for (let n = 0; n < 10; n++) expect((await guess(n)).status).toBe(401);
    expect((await guess(11)).status).toBe(429);
    later();
  });

  it('signing in well is never limited', async () => {
    for (let n = 0; n < 12; n++) await server.signIn('bob@example.com', 'hunter-22');
  });

  it('refuses pages of other sites', async () => {
    const body = { email: 'bob@example.com', password: 'hunter-22' };
    expect((await post('sign-in/email', body, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('sign-in/email', body, { origin: 'null' })).status).toBe(403);
    const rebound = await send('/api/auth/sign-in/email', { host: 'evil.example', origin: 'http://evil.example' }, body);
    expect(rebound).toBe(403);
    const { cookie } = await server.signIn('bob@example.com', 'hunter-22');
    expect((await post('sign-out', {}, { cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect((await server.browser(cookie).call('GET', '/api/v1/me')).status).toBe(200);
  });

  it('offers nothing else of the sign-in library', async () => {
    for (const path of ['request-password-reset', 'sign-in/social', 'delete-user', 'change-email', 'verify-password']) {
      expect((await post(path, {})).status, path).toBe(404);
    }
    for (const path of ['ok', 'error', 'reset-password/x', 'callback/github', '']) {
      expect((await fetch(`${server.url}/api/auth/${path}`)).status, path).toBe(404);
    }
  });

  it('refuses large bodies and survives broken ones', async () => {
    expect((await post('sign-in/email', { email: 'x'.repeat(70_000), password: 'x' })).status).toBe(413);
    const broken = await fetch(`${server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: '{"email":',
    });
    expect(broken.status).toBe(400);
    const form = await fetch(`${server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { origin: server.url },
      body: new URLSearchParams({ email: 'bob@example.com', password: 'hunter-22' }),
    });
    expect(form.status).toBe(415);
  });
});

describe('configured otherwise', () => {
  it('sign-up can be switched off, and the page knows', async () => {
    const closed = await startAccessServer({ config: { signUp: false } });
    const answer = await post('sign-up/email', { email: 'a@example.com', password: '12345678', name: 'A' }, {}, closed);
    expect(answer.status).toBe(400);
    const options = await closed.browser().call('GET', '/api/v1/sign-in-options');
    expect(options.body).toEqual({ signUp: false, version: '9.8.7', demo: null });
    await closed.stop();
  });

  it('a cookie that is added does not make the limit of password changes another', async () => {
    later();
    const { cookie } = await server.signUp('dora@example.com', 'first-password');
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) {
      const browser = server.browser(`${cookie}; junk=${i}`);
      const given = { currentPassword: `wrong-guess-${i}`, newPassword: 'second-password' };
      statuses.push((await browser.call('POST', '/api/auth/change-password', given)).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(400), 429]);
    later();
  });

  it('without its database it answers 503, and prints nothing past the log', async () => {
    const broken = await startAccessServer();
    const printed: unknown[][] = [];
    const spies = (['log', 'info', 'warn', 'error'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...words) => void printed.push(words)),
    );
    try {
      const { cookie } = await broken.signUp('eve@example.com', 'hunter-22');
      await broken.store.close();
      const answers = await Promise.all([
        post('sign-in/email', { email: 'eve@example.com', password: 'hunter-22' }, {}, broken),
        post('sign-up/email', { email: 'fay@example.com', password: 'hunter-22', name: 'Fay' }, {}, broken),
        post('change-password', { currentPassword: 'hunter-22', newPassword: 'hunter-23' }, { cookie }, broken),
        post('sign-out', {}, { cookie }, broken),
        fetch(`${broken.url}/api/auth/get-session`, { headers: { cookie } }),
        fetch(`${broken.url}/api/auth/list-sessions`, { headers: { cookie } }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503, 503]);
      expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(Array(6).fill('1'));
      expect(await answers[0]!.json()).toEqual({
        code: 'ServiceUnavailableError',
        message: 'Sign-in does not work at the moment. Try again soon.',
      });
      expect(printed).toEqual([]);
    } finally {
      for (const spy of spies) spy.mockRestore();
      await broken.stop().catch(() => {});
    }
  });

  it.skipIf(!postgres)('on a real PostgreSQL it is the same', async () => {
    const database = await startPostgres(postgres!);
    const onServer = await startAccessServer({ databaseUrl: database.url });
    await onServer.signUp('pg@example.com', 'post-gres-password');
    const browser = await onServer.signIn('pg@example.com', 'post-gres-password');
    const made = await browser.call<{ id: string }>('POST', '/api/v1/organisations', { name: 'PG' });
    const me = await browser.call<{ organisations: unknown }>('GET', '/api/v1/me');
    expect(me.body.organisations).toEqual([{ id: made.body.id, name: 'PG', role: 'OWNER', projects: [] }]);
    await onServer.stop();
    await database.stop();
  });

  it('cookies are Secure when the public URL is https', async () => {
    const publicUrl = 'https://telltale.example';
    const secure = await startAccessServer({ config: { publicUrl } });
    const person = { email: 'a@example.com', password: '12345678', name: 'A' };
    const answer = await post('sign-up/email', person, { origin: publicUrl }, secure);
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-telltale\.session_token=.*; Secure/);
    const me = await secure.browser(cookiesOf(answer.headers)).call('GET', '/api/v1/me');
    expect(me.status).toBe(200);
    await secure.stop();
  });
});

/** A request with a `Host` of one's own, which fetch does not allow. */
function send(path: string, headers: Record<string, string>, body: unknown): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path, method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
    http
      .request(options, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
      .on('error', reject)
      .end(JSON.stringify(body));
  });
}
