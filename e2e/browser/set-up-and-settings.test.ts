import { spawnSync } from 'node:child_process';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { call } from '../support/api.ts';
import { browserSuite, gone, shown, soon } from '../support/browser.ts';
import { TEST_PROJECT } from '../support/server.ts';
import { question, toOtlp } from './sample-traces.ts';

const hasShellTools = ['curl --version', 'openssl version'].every((command) => spawnSync('sh', ['-c', command]).status === 0);

browserSuite('Set-up and settings', {}, (app) => {
  const settings = (part: string) => `/project/${TEST_PROJECT.projectId}/settings/${part}`;

  /** Makes a project as somebody who is new does, and is then on its set-up page. */
  const newProject = async (name: string): Promise<Page> => {
    const page = await app.open('/new?organisation=e2e-org');
    await page.getByLabel('Project', { exact: true }).fill(name);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL('**/setup');
    return page;
  };
  const snippet = async (page: Page, tab: string, part = 0): Promise<string> => {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    return (await page.getByRole('tabpanel').locator('pre').nth(part).textContent()) ?? '';
  };

  it('leads from an empty project to the first trace, with an exporter set up by the shown environment', async () => {
    const page = await newProject('First steps');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Traces' }).click();
    await shown(page.getByRole('heading', { name: 'No traces yet' }));
    await page.getByRole('link', { name: 'Send the first one' }).click();
    await shown(page.getByText('Waiting for your first trace'));
    await page.getByRole('button', { name: 'Create a key' }).click();
    await shown(page.getByText('The secret is shown this once'));

    const environment = Object.fromEntries(
      [...(await snippet(page, 'OpenTelemetry')).matchAll(/^(\w+)="(.*)"/gm)].map(([, name, value]) => [name, value]),
    );
    expect(environment.OTEL_EXPORTER_OTLP_PROTOCOL).toBe('http/protobuf');
    const [name, value] = decodeURIComponent(environment.OTEL_EXPORTER_OTLP_HEADERS ?? '').split(/=(.*)/s);
    const trace = question({ name: 'first', input: 'Is anybody there?', output: 'Yes.' });
    const answer = await fetch(`${environment.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [name!]: value! },
      body: JSON.stringify({ resourceSpans: [toOtlp(trace)] }),
    });
    expect(answer.status).toBe(200);

    await shown(page.getByText('Your trace is here'));
    await page.getByRole('link', { name: 'Open the trace' }).click();
    await page.waitForURL(`**/traces/${trace.id}`);
    await shown(page.getByRole('heading', { level: 1, name: 'first' }));
  });

  it.skipIf(!hasShellTools)('shows a curl snippet that works as it is', async () => {
    const page = await newProject('From a shell');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await shown(page.getByText('The secret is shown this once'));
    const script = await snippet(page, 'curl');
    const run = spawnSync('sh', ['-c', script], { encoding: 'utf8', timeout: 60_000 });
    expect([run.status, run.stderr]).toEqual([0, '']);
    await shown(page.getByText('Your trace is here'));
    await page.getByRole('link', { name: 'Open the trace' }).click();
    await shown(page.getByRole('treeitem').filter({ hasText: 'llm.call' }));
    await shown(page.getByText('144 tokens').first());
  });

  it('writes host and keys into the snippets of every SDK', async () => {
    const page = await newProject('All of them');
    await page.getByRole('button', { name: 'Create a key' }).click();
    const keys = page.getByRole('definition');
    await shown(keys);
    const [publicKey = '', secretKey = ''] = await keys.allTextContents();
    expect(publicKey).toMatch(/^pk-lf-/);
    expect(secretKey).toMatch(/^sk-lf-/);
    for (const tab of ['Python', 'JavaScript', 'Vercel AI SDK', 'LangChain', 'OpenAI']) {
      const text = await snippet(page, tab, 1);
      expect(text).toContain(`LANGFUSE_PUBLIC_KEY="${publicKey}"`);
      expect(text).toContain(`LANGFUSE_SECRET_KEY="${secretKey}"`);
      expect(text).toContain(`LANGFUSE_HOST="${app.server.url}"`);
    }
    await page.getByRole('tabpanel').getByRole('button', { name: /^Copy/ }).nth(1).click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(secretKey);
  });

  it('creates a key whose secret is shown once, and revokes it', async () => {
    const page = await app.open(settings('api-keys'));
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByLabel('Note').fill('Nightly job');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const ready = page.getByRole('dialog', { name: 'The key is ready' });
    const text = (await ready.locator('pre').textContent()) ?? '';
    const [publicKey, secretKey] = [/pk-lf-[\w-]+/.exec(text)?.[0], /sk-lf-[\w-]+/.exec(text)?.[0]];
    const authorization = `Basic ${btoa(`${publicKey}:${secretKey}`)}`;
    const ask = async () => (await fetch(`${app.server.url}/api/public/traces?limit=1`, { headers: { authorization } })).status;
    expect(await ask()).toBe(200);
    await ready.getByRole('button', { name: 'Done' }).click();

    const row = page.getByRole('table', { name: 'API keys' }).getByRole('row').filter({ hasText: 'Nightly job' });
    await shown(row);
    expect(await page.content()).not.toContain(secretKey);
    await page.reload();
    await shown(row);
    expect(await page.content()).not.toContain(secretKey);

    await row.getByRole('button', { name: `Revoke ${publicKey}` }).click();
    await page.getByRole('dialog', { name: 'Revoke this key?' }).getByRole('button', { name: 'Revoke' }).click();
    await gone(row);
    expect(await ask()).toBe(401);
  });

  it('creates a key of the organisation, by keyboard, and revokes it', async () => {
    const page = await app.open('/organisation/e2e-org/settings');
    await page.getByRole('button', { name: 'Create a key' }).first().focus();
    await page.keyboard.press('Enter');
    await shown(page.getByLabel('Note'));
    await page.keyboard.type('Identity provider');
    await page.keyboard.press('Enter');
    const ready = page.getByRole('dialog', { name: 'The key is ready' });
    const text = (await ready.locator('pre').textContent()) ?? '';
    const [publicKey, secretKey = ''] = [/pk-lf-[\w-]+/.exec(text)?.[0], /sk-lf-[\w-]+/.exec(text)?.[0]];
    const authorization = `Basic ${btoa(`${publicKey}:${secretKey}`)}`;
    const ask = async () =>
      (await fetch(`${app.server.url}/api/public/organizations/projects`, { headers: { authorization } })).status;
    expect(await ask()).toBe(200);
    await ready.getByRole('button', { name: 'Copy the secret key' }).click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secretKey);
    await ready.getByRole('button', { name: 'Done' }).click();

    const row = page
      .getByRole('table', { name: 'Organisation API keys' })
      .getByRole('row')
      .filter({ hasText: 'Identity provider' });
    await shown(row);
    expect(await row.textContent()).toContain('Owner');
    await page.reload();
    await shown(row);
    expect(await page.content()).not.toContain(secretKey);
    await row.getByRole('button', { name: `Revoke ${publicKey}` }).click();
    await page.getByRole('dialog', { name: 'Revoke this key?' }).getByRole('button', { name: 'Revoke' }).click();
    await gone(row);
    expect(await ask()).toBe(401);
  });

  it('adds a member, who signs in with the password that was handed over', async () => {
    const page = await app.open(settings('members'));
    await page.getByRole('button', { name: 'Add a member' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('E-mail').fill('lin@telltale.test');
    await form.getByLabel('Name').fill('Lin');
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    const made = page.getByRole('dialog', { name: 'An account was made' });
    const password = await made.locator('code').textContent();
    await made.getByRole('button', { name: 'Done' }).click();
    await shown(page.getByRole('table', { name: 'Members' }).getByRole('row').filter({ hasText: 'lin@telltale.test' }));

    const theirs = await app.open('/sign-in', { signedIn: false, expected: [/40[013] \(/] });
    await theirs.getByLabel('E-mail').fill('lin@telltale.test');
    await theirs.getByLabel('Password').fill(password ?? '');
    await theirs.getByRole('button', { name: 'Sign in' }).click();
    await shown(theirs.getByRole('heading', { level: 1, name: 'Choose your own password' }));
    const { violations } = await new AxeBuilder({ page: theirs }).withTags(['wcag2a', 'wcag2aa']).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    // No other page is open yet, and none of it asks for a click.
    await theirs.goto(app.server.url + settings('general'));
    await theirs.waitForURL('**/choose-password?next=*');
    await shown(theirs.getByLabel('Password that you were given'));
    await theirs.keyboard.type(password ?? '');
    await theirs.keyboard.press('Tab');
    await theirs.keyboard.type(password ?? '');
    await theirs.keyboard.press('Enter');
    await shown(theirs.getByRole('alert').filter({ hasText: 'Choose another password than the one you have.' }));
    await theirs.getByLabel('Your own password').fill('a password of Lin');
    await theirs.keyboard.press('Enter');
    await theirs.waitForURL('**/settings/general');
    await shown(theirs.getByText('Only administrators can change it.').first());

    await page.getByRole('button', { name: 'Remove Lin' }).click();
    await page.getByRole('dialog', { name: 'Remove Lin?' }).getByRole('button', { name: 'Remove' }).click();
    await gone(page.getByRole('row').filter({ hasText: 'lin@telltale.test' }));
    await theirs.goto(app.server.url + settings('general'));
    await shown(theirs.getByRole('heading', { name: 'There is nothing at this address' }));
  });

  it('finds models and tells which price a name gets', async () => {
    const page = await app.open(settings('models'));
    const found = page.getByRole('status').filter({ hasText: / of / });
    await shown(found);
    const [all] = /\d[\d,]*$/.exec((await found.textContent()) ?? '') ?? [];
    await page.getByRole('searchbox', { name: 'Search the models' }).fill('gpt-4o-mini');
    await soon(() => found.textContent()).not.toMatch(new RegExp(`^${all} of`));
    await page
      .getByRole('button', { name: /^gpt-4o-mini\b.*\$0\.15.*\$0\.60/ })
      .first()
      .click();
    await shown(page.getByRole('columnheader', { name: 'Usage' }));
    expect(new URL(page.url()).searchParams.get('q')).toBe('gpt-4o-mini');
    await page.getByLabel('Try a model name').fill('azure/gpt-4o-mini-2024-07-18');
    await shown(page.getByRole('status').filter({ hasText: 'Priced as gpt-4o-mini' }));
    await page.getByLabel('Try a model name').fill('my-own-model');
    await shown(page.getByText('No price fits.'));
    await page.getByRole('searchbox', { name: 'Search the models' }).fill('no such model');
    await shown(page.getByText('No model has that name'));
  });

  it('tells what was refused and why', async () => {
    const good = { id: 'batch-trace', timestamp: new Date().toISOString(), name: 'kept' };
    const { status, body } = await call<{ successes: unknown[]; errors: unknown[] }>(
      app.server,
      'POST',
      '/api/public/ingestion',
      {
        batch: [
          { id: 'event-1', type: 'trace-create', timestamp: new Date().toISOString(), body: good },
          {
            id: 'event-2',
            type: 'score-create',
            timestamp: new Date().toISOString(),
            body: { traceId: good.id, name: 'quality' },
          },
        ],
      },
    );
    expect([status, body.successes.length, body.errors.length]).toEqual([207, 1, 1]);
    const page = await app.open(settings('ingestion'));
    await shown(page.getByText('Needs a look: 1 item refused'));
    const refusal = page.getByRole('listitem').filter({ hasText: 'Wrong field' });
    await shown(refusal.getByText(/value/i).first());
    await shown(refusal.getByText('Langfuse batch'));
    await shown(refusal.getByText(TEST_PROJECT.publicKey));
    await shown(page.getByRole('table', { name: 'Receipts by key' }).getByText(TEST_PROJECT.publicKey));
  });

  it('renames and deletes a project', async () => {
    const page = await newProject('Short-lived');
    const projectId = /project\/([^/]+)\//.exec(page.url())?.[1];
    await page.goto(`${app.server.url}/project/${projectId}/settings/general`);
    await page.getByLabel('Name').fill('Renamed');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await shown(page.getByRole('button', { name: 'Project Renamed of E2E: switch' }));
    await page.getByRole('button', { name: /^Delete the project/ }).click();
    const sure = page.getByRole('dialog', { name: 'Delete “Renamed”?' });
    expect(await sure.getByRole('button', { name: 'Delete the project' }).isDisabled()).toBe(true);
    await sure.getByRole('textbox').fill('Renamed');
    await sure.getByRole('button', { name: 'Delete the project' }).click();
    await page.waitForURL('**/traces');
    await page.goto(`${app.server.url}/project/${projectId}/traces`);
    await shown(page.getByRole('heading', { name: 'There is nothing at this address' }));
  });
});
