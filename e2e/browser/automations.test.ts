import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../support/api.ts';
import { browserSuite, gone, shown, soon } from '../support/browser.ts';
import { hmacOf, type Receiver, signatureParts, startReceiver } from '../support/receiver.ts';
import { TEST_PROJECT } from '../support/server.ts';

browserSuite('Automations', { TELLTALE_OUTBOUND_ALLOW: '127.0.0.1' }, (app) => {
  const path = `/project/${TEST_PROJECT.projectId}/settings/automations`;
  const api = `/api/v1/projects/${TEST_PROJECT.projectId}/automations`;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver?.stop());

  const write = (name: string, labels: string[] = []) =>
    call(app.server, 'POST', '/api/public/v2/prompts', { type: 'text', name, prompt: `Hello from ${name}`, labels });
  const trigger = { source: 'prompt', eventActions: ['created', 'updated', 'deleted'] };
  const make = async (name: string, action: object) => {
    const { status, body } = await call<{ automation: { id: string } }>(app.server, 'POST', api, { name, trigger, action });
    expect(status).toBe(200);
    return body.automation.id;
  };
  const deliveries = (page: Page) => page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem');

  it('says what automations are for where there are none', async () => {
    const page = await app.open(path);
    await shown(page.getByRole('heading', { name: 'No automations' }));
  });

  it('makes a webhook with the keyboard alone, whose secret signs what arrives', async () => {
    receiver.received.length = 0;
    const page = await app.open(path);
    await page.getByRole('button', { name: 'Create an automation' }).first().focus();
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'Create an automation' });
    await shown(form);
    await page.keyboard.type('Deploy');
    // Created, Updated, Deleted: without the last.
    for (const key of ['Tab', 'Tab', 'Tab', 'Space']) await page.keyboard.press(key);
    expect(await form.getByRole('checkbox', { name: 'Deleted' }).isChecked()).toBe(false);
    await page.keyboard.press('Tab');
    // The first letter chooses in a list that is closed.
    await page.keyboard.press('s');
    await soon(() => page.evaluate('document.activeElement?.textContent')).toBe('Starting with');
    await page.keyboard.press('Tab');
    await page.keyboard.type('support/');
    await page.keyboard.press('Tab');
    await page.keyboard.type('production');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(`${receiver.url}/hook`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await form.getByLabel('Name of header 1').fill('X-Key');
    await form.getByLabel('Value of header 1').fill('s3cret');
    await form.getByRole('checkbox', { name: 'Secret' }).focus();
    await page.keyboard.press('Space');
    await form.getByRole('button', { name: 'Create', exact: true }).focus();
    await page.keyboard.press('Enter');

    const ready = page.getByRole('dialog', { name: 'The webhook is ready' });
    const secret = (await ready.locator('code').first().textContent()) ?? '';
    expect(secret).toMatch(/^lf-whsec_[0-9a-f]{64}$/);
    await ready.getByRole('button', { name: 'Done' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Deploy' }).focus();
    await page.keyboard.press('Enter');
    await shown(page.getByText('name starts with support/, with label production'));
    expect(await page.content()).not.toContain(secret);
    expect(await page.content()).not.toContain('s3cret');
    await shown(page.getByRole('heading', { name: 'Nothing was sent yet' }));

    await write('other/answer', ['production']);
    await write('support/answer', ['production']);
    await write('support/answer', ['staging']);
    await shown(deliveries(page).filter({ hasText: 'support/answer, version 1' }));
    await soon(() => deliveries(page).filter({ hasText: 'Delivered' }).count()).toBe(2);
    const [got] = receiver.received;
    expect(got!.headers['x-key']).toBe('s3cret');
    const { t, v1 } = signatureParts(got!.headers['x-langfuse-signature']);
    expect(v1).toBe(await hmacOf(secret, t, got!.body));
    expect(receiver.received.map(({ body }) => [JSON.parse(body).action, JSON.parse(body).prompt.version])).toEqual([
      ['created', 1],
      ['updated', 1],
    ]);
  });

  it('shows what a receiver answered, and the payload', async () => {
    const id = await make('Answers', { type: 'WEBHOOK', url: `${receiver.url}/answers` });
    receiver.answer = (_, response) => void response.writeHead(422).end('that is not for me');
    const page = await app.open(`${path}?automation=${id}`);
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await shown(page.getByText('The test event failed'));
    const delivery = deliveries(page).filter({ hasText: 'example/greeting' });
    await delivery.getByRole('button').first().press('Enter');
    await shown(delivery.getByText('that is not for me'));
    await shown(delivery.getByText('The receiver answered 422.').first());
    await delivery.getByRole('button', { name: 'Show the payload' }).press('Enter');
    await shown(delivery.getByText('"prompt-version"'));
    await page.getByRole('radio', { name: 'Delivered' }).click();
    await shown(page.getByRole('heading', { name: 'None of these' }));
    receiver.answer = (_, response) => void response.end('ok');
  });

  it('says beside the field what is wrong with it', async () => {
    const page = await app.open(path, { expected: [/400 \(Bad Request\)/] });
    await page.getByRole('button', { name: 'Create an automation' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name', { exact: true }).fill('Inside');
    await form.getByLabel('Address').fill('http://169.254.169.254/latest');
    await form.getByRole('button', { name: 'Create', exact: true }).click();
    await shown(form.getByRole('alert').filter({ hasText: /private or reserved address/ }));
    await form.getByLabel('Address').fill(`${receiver.url}/x`);
    await form.getByRole('button', { name: 'Add a header' }).click();
    await form.getByLabel('Name of header 1').fill('User-Agent');
    await form.getByLabel('Value of header 1').fill('me');
    await form.getByRole('button', { name: 'Create', exact: true }).click();
    await shown(form.getByRole('alert').filter({ hasText: 'Is set by the server and cannot be overridden' }));
  });

  it('edits, pauses, resumes, gives a new secret and deletes', async () => {
    const id = await make('Changing', { type: 'WEBHOOK', url: `${receiver.url}/changing` });
    const page = await app.open(`${path}?automation=${id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    const form = page.getByRole('dialog', { name: 'Edit “Changing”' });
    await form.getByLabel('Name', { exact: true }).fill('Changed');
    await form.getByLabel('Address').fill(`${receiver.url}/changed`);
    await form.getByRole('button', { name: 'Save' }).click();
    await gone(form);
    await shown(page.getByRole('heading', { name: 'Changed' }));
    await shown(page.getByText(`${receiver.url}/changed`));

    await page.getByRole('button', { name: 'Pause' }).click();
    await shown(page.getByText('Paused', { exact: true }));
    await page.getByRole('button', { name: 'Resume' }).click();
    await shown(page.getByText('Active', { exact: true }));

    await page.getByRole('button', { name: 'Make a new one' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new one' }).click();
    const ready = page.getByRole('dialog', { name: 'The new signing secret' });
    const secret = (await ready.locator('code').first().textContent()) ?? '';
    expect(secret).toMatch(/^lf-whsec_[0-9a-f]{64}$/);
    await ready.getByRole('button', { name: 'Done' }).click();
    await shown(page.getByText(`lf-whsec_…${secret.slice(-4)}`));

    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await shown(page.getByText('“Changed” is deleted'));
    expect((await call(app.server, 'GET', `${api}/${id}`)).status).toBe(404);
  });

  it('says why it was disabled, and enables it again', async () => {
    const id = await make('Given up', { type: 'WEBHOOK', url: `${receiver.url}/given-up` });
    const page = await app.open(path);
    // Five failures take eleven minutes: the answer is what it would be then.
    const isIt = (url: URL) => url.pathname === `${api}/${id}`;
    await page.route(isIt, async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const answer = await route.fetch();
      const disabled = {
        status: 'DISABLED',
        disabledAt: new Date().toISOString(),
        consecutiveFailures: 5,
        disabledReason: '5 deliveries in a row failed, each after 4 attempts. The last one: The receiver answered 410.',
      };
      await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), ...disabled } });
    });
    await page.getByRole('link', { name: 'Given up' }).click();
    const banner = page.getByRole('alert').filter({ hasText: 'This automation was disabled' });
    await shown(banner.getByText('The last one: The receiver answered 410.'));
    await page.unroute(isIt);
    await banner.getByRole('button', { name: 'Enable it again' }).press('Enter');
    await gone(banner);
    await shown(page.getByText('Active', { exact: true }));
  });

  it('offers what Slack takes', async () => {
    await make('To Slack', { type: 'SLACK', url: `${receiver.url}/services/T/B/secret-part` });
    const page = await app.open(path);
    expect(await page.content()).not.toContain('secret-part');
    await page.getByRole('link', { name: 'To Slack' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    const form = page.getByRole('dialog');
    await shown(form.getByText(`Stored: ${receiver.url}/…part. Stay empty to keep it.`));
    await form.getByRole('button', { name: 'Save' }).click();
    await gone(form);
    receiver.received.length = 0;
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await shown(page.getByText('The test event was delivered'));
    expect(receiver.received.map(({ path: asked, body }) => [asked, JSON.parse(body).text])).toEqual([
      ['/services/T/B/secret-part', 'Prompt version created: example/greeting, version 1'],
    ]);
  });

  it('is fit for everybody, light and dark', async () => {
    await make('Release notes', { type: 'SLACK', url: `${receiver.url}/services/T/B/x` });
    await make('Rebuild', {
      type: 'GITHUB_DISPATCH',
      url: `${receiver.url}/dispatches`,
      eventType: 'go',
      token: 'ghp_1234567890',
    });
    const id = await make('Checked', {
      type: 'WEBHOOK',
      url: `${receiver.url}/checked`,
      headers: [{ name: 'X-Key', value: 'v', secret: true }],
    });
    for (const [sent, theme] of (['light', 'dark'] as const).entries()) {
      const page = await app.open(path, { theme });
      const check = async () => {
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
        expect(violations.flatMap(({ id: rule, nodes }) => nodes.map(({ html }) => `${rule}: ${html.slice(0, 200)}`))).toEqual(
          [],
        );
      };
      await shown(page.getByRole('link', { name: 'Rebuild' }));
      await check();
      await page.getByRole('button', { name: 'Create an automation' }).click();
      await shown(page.getByRole('dialog'));
      await page.getByRole('button', { name: 'Add a header' }).click();
      await check();
      await page.goto(`${app.server.url}${path}?automation=${id}`);
      await page.getByRole('button', { name: 'Send a test event' }).click();
      // The newest comes first: opened before it is there, another one would be.
      await soon(() => deliveries(page).filter({ hasText: 'Delivered' }).count()).toBe(sent + 1);
      const delivery = deliveries(page).first();
      await delivery.getByRole('button').first().click();
      await shown(delivery.getByText('Attempt 1'));
      await gone(page.getByText('The test event was delivered'));
      await check();
    }
  });
});
