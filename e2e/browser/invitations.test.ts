import { expect, it } from 'vitest';
import { browserSuite, gone, shown } from '../support/browser.ts';
import { enter } from '../support/person.ts';
import { TEST_PROJECT } from '../support/server.ts';

/** Asking who one is before signing in is answered 401, which the browser writes to the console. */
const NOT_SIGNED_IN = /status of 401 .*\/api\/v1\/me/;

browserSuite('Invitations', {}, (app) => {
  const members = `/project/${TEST_PROJECT.projectId}/settings/members`;

  it('are made for who has an account, followed by them after signing in, and left again', async () => {
    const guest = { email: 'guest@telltale.test', password: 'password of the guest' };
    await enter(app.server.url, guest.email, guest.password, 'Guest');
    const page = await app.open(members);
    await page.getByRole('button', { name: 'Add a member' }).click();
    await page.getByLabel('E-mail').fill(guest.email);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'An invitation was made' });
    await shown(dialog);
    const link = (await dialog.locator('code').textContent())!;
    await dialog.getByRole('button', { name: 'Done' }).click();
    const open = page.getByRole('table', { name: 'Open invitations' });
    await shown(open.getByText(guest.email));

    const visitor = await app.open(new URL(link).pathname + new URL(link).hash, { signedIn: false, expected: [NOT_SIGNED_IN] });
    await visitor.getByLabel('E-mail').fill(guest.email);
    await visitor.getByLabel('Password').fill(guest.password);
    await visitor.getByRole('button', { name: 'Sign in' }).click();
    await shown(visitor.getByRole('heading', { name: 'Join E2E', level: 1 }));
    await visitor.getByRole('button', { name: 'Accept and join' }).click();
    await shown(visitor.getByRole('heading', { name: 'Traces', level: 1 }));

    await page.reload();
    await shown(page.getByRole('table', { name: 'Members' }).getByText(guest.email));
    expect(await open.count()).toBe(0);

    await visitor.goto(`${app.server.url}/account`);
    await visitor.getByRole('button', { name: 'Leave E2E' }).click();
    await visitor.getByRole('dialog', { name: 'Leave E2E?' }).getByRole('button', { name: 'Leave', exact: true }).click();
    await gone(visitor.getByRole('table', { name: 'Organisations' }));
    await page.reload();
    await shown(page.getByRole('table', { name: 'Members' }));
    expect(await page.getByText(guest.email).count()).toBe(0);
  });

  it('can be taken back; a used link says so', async () => {
    await enter(app.server.url, 'second@telltale.test', 'password of the second', 'Second');
    const page = await app.open(members, { expected: [/status of 404 .*invitations\/read/] });
    await page.getByRole('button', { name: 'Add a member' }).click();
    await page.getByLabel('E-mail').fill('second@telltale.test');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'An invitation was made' });
    const link = (await dialog.locator('code').textContent())!;
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Take the invitation of second@telltale.test back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back', exact: true }).click();
    await gone(page.getByRole('table', { name: 'Open invitations' }));
    await page.goto(app.server.url + new URL(link).pathname + new URL(link).hash);
    await shown(page.getByText('not open any longer'));
  });
});
