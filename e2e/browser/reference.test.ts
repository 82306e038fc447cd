import { expect, it } from 'vitest';
import { browserSuite, shown } from '../support/browser.ts';

/** The suite fails by itself when a page asks another host for anything or writes an error to the console. */
browserSuite('The reference pages', {}, (app) => {
  it.each([
    ['/api/reference', 'Telltale API', 'light'],
    ['/api/reference', 'Telltale API', 'dark'],
    ['/api/reference/langfuse', 'Langfuse-compatible API of Telltale', 'light'],
    ['/api/reference/langfuse', 'Langfuse-compatible API of Telltale', 'dark'],
  ] as const)('%s shows %s with nothing from elsewhere (%s)', async (path, title, theme) => {
    const page = await app.open(path, { signedIn: false, theme });
    await shown(page.getByRole('heading', { name: title, exact: true }));
    await shown(
      page
        .getByRole('link', { name: 'Prompts' })
        .or(page.getByRole('button', { name: 'Prompts' }))
        .first(),
    );
    const background = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    const [red = 0] = (background.match(/\d+/g) ?? []).map(Number);
    expect(theme === 'dark' ? red < 60 : red > 200 || background === 'rgba(0, 0, 0, 0)').toBe(true);
  });

  it('are a step away from the pages of the app', async () => {
    const page = await app.open('/');
    await page.getByRole('button', { name: /^Account of/ }).click();
    expect(await page.getByRole('menuitem', { name: 'API reference' }).getAttribute('href')).toBe('/api/reference');
  });
});
