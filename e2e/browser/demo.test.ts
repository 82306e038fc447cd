import { expect, it } from 'vitest';
import { browserSuite, gone, shown, soon } from '../support/browser.ts';

// As on somebody's first start: nothing is set up but the demo.
const EMPTY = Object.fromEntries(
  ['ORG_ID', 'ORG_NAME', 'PROJECT_ID', 'PROJECT_NAME', 'PROJECT_PUBLIC_KEY', 'PROJECT_SECRET_KEY']
    .concat(['USER_EMAIL', 'USER_NAME', 'USER_PASSWORD'])
    .map((name) => [`TELLTALE_INIT_${name}`, '']),
);

browserSuite('The demo', { TELLTALE_DEMO: '1', ...EMPTY }, (app) => {
  it('fills itself while one looks, and goes in one click', async () => {
    const page = await app.open('/', { signedIn: false, expected: [/status of 401 .*\/api\/v1\/me/] });
    await shown(page.getByText('The demo login is filled in'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/traces');
    const rows = page.getByRole('grid').locator('[role=row][aria-selected]');
    // The first conversations are there before anybody has signed in; the rest come in while one looks.
    await soon(() => rows.count()).toBeGreaterThan(5);
    const banner = page.getByRole('complementary', { name: 'Demo data' });
    await shown(banner.getByText('This is demo data:'));

    await banner.getByRole('button', { name: 'Remove the demo data' }).click();
    await gone(banner);
    await shown(page.getByRole('heading', { name: 'No traces yet' }));
    expect(await rows.count()).toBe(0);
    await page.reload();
    await shown(page.getByRole('heading', { name: 'No traces yet' }));
    expect(await banner.count()).toBe(0);
  });
});
