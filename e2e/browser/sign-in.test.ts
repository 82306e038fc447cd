import { expect, it } from 'vitest';
import { browserSuite, shown, soon } from '../support/browser.ts';

/** Asking who one is before signing in is answered 401, which the browser writes to the console. */
const NOT_SIGNED_IN = /status of 401 .*\/api\/v1\/me/;

browserSuite('Signing in', {}, (app) => {
  it('refuses a wrong password, then lets the right one in and out again', async () => {
    const page = await app.open('/', {
      signedIn: false,
      expected: [NOT_SIGNED_IN, /status of 401 .*\/api\/auth\/sign-in\/email/],
    });
    await shown(page.getByRole('heading', { name: 'Sign in', level: 1 }));
    await page.getByLabel('E-mail').fill(app.server.email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await shown(page.getByRole('alert').filter({ hasText: /password/i }));
    expect(new URL(page.url()).pathname).toBe('/sign-in');

    await page.getByLabel('Password').fill(app.server.password);
    await page.getByLabel('Password').press('Enter');
    await page.waitForURL(`**/project/${app.server.projectId}/traces`);
    await shown(page.getByRole('heading', { name: 'Traces', level: 1 }));
    await shown(page.getByRole('button', { name: 'Project E2E project of E2E: switch' }));

    await page.getByRole('button', { name: 'Account of E2E' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await page.goto(`${app.server.url}/project/${app.server.projectId}/traces`);
    await shown(page.getByRole('heading', { name: 'Sign in', level: 1 }));
  });

  it('goes on to the address that was asked for, and to no other site', async () => {
    const wanted = `/project/${app.server.projectId}/settings/api-keys`;
    const page = await app.open(wanted, { signedIn: false, expected: [NOT_SIGNED_IN] });
    await page.getByLabel('E-mail').fill(app.server.email);
    await page.getByLabel('Password').fill(app.server.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`**${wanted}`);

    const tricked = await app.open('/sign-in?next=//example.com/', { signedIn: false });
    await tricked.getByLabel('E-mail').fill(app.server.email);
    await tricked.getByLabel('Password').fill(app.server.password);
    await tricked.getByRole('button', { name: 'Sign in' }).click();
    await shown(tricked.getByRole('heading', { name: 'Traces', level: 1 }));
    expect(new URL(tricked.url()).origin).toBe(app.server.url);
  });

  it('signs somebody up, who then makes an organisation and a project', async () => {
    const page = await app.open('/sign-in', { signedIn: false });
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Name').fill('Grace');
    await page.getByLabel('E-mail').fill('grace@telltale.test');
    await page.getByLabel('Password').fill('a long password');
    await page.getByRole('button', { name: 'Create the account' }).click();
    await shown(page.getByRole('heading', { name: 'Welcome. What do you want to watch?' }));
    await page.getByLabel('Organisation').fill('Navy');
    await page.getByLabel('Project').fill('Compiler');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL('**/setup');
    await shown(page.getByRole('button', { name: 'Project Compiler of Navy: switch' }));
    const projectId = /project\/([^/]+)\/setup/.exec(page.url())?.[1];

    // What belongs to others is not there for her.
    await page.goto(`${app.server.url}/project/${app.server.projectId}/traces`);
    await shown(page.getByRole('heading', { name: 'There is nothing at this address' }));
    await page.goto(app.server.url);
    await soon(() => new URL(page.url()).pathname).toBe(`/project/${projectId}/traces`);
  });

  it('offers no sign-up where it is switched off', async () => {
    const closed = await app.another({ TELLTALE_SIGN_UP: '0' });
    const page = await app.open(`${closed.url}/sign-in`, { signedIn: false });
    await shown(page.getByText('Accounts are made by the administrators of your organisation.'));
    expect(await page.getByRole('link', { name: 'Create an account' }).count()).toBe(0);
    await page.goto(`${closed.url}/sign-up`);
    await shown(page.getByText('Sign-up is switched off here.'));
    expect(await page.getByRole('button', { name: 'Create the account' }).count()).toBe(0);
    const answer = await fetch(`${closed.url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { origin: closed.url, 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'mallory@telltale.test', password: 'a long password', name: 'Mallory' }),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it('lets a page ask no other host, and these tests notice what goes wrong in one', async () => {
    const page = await app.open('/sign-in', { signedIn: false });
    await shown(page.getByLabel('Password'));
    const asked = await page.evaluate(`fetch('https://example.com/').then(() => 'answered', () => 'refused')`);
    expect(asked).toBe('refused');
    await page.evaluate(`setTimeout(() => { throw new Error('made up') })`);
    const met: string[] = [];
    await soon(() => met.push(...app.takeProblems()) && met.join('\n')).toMatch(/made up/);
    expect(met.join('\n')).toMatch(/example\.com.*Content Security Policy/);

    // Where the page's policy does not rule, the watch does.
    await page.goto('https://example.com/').catch(() => undefined);
    await soon(() => met.push(...app.takeProblems()) && met.join('\n')).toMatch(/asked another host: https:\/\/example\.com\//);
  });
});
