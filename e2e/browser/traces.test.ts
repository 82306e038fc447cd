import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { get } from '../support/api.ts';
import { browserSuite, gone, parameter, shown, soon } from '../support/browser.ts';
import { eventually, TEST_PROJECT } from '../support/server.ts';
import { agentRun, question, type SampleTrace, send } from './sample-traces.ts';

interface Listed {
  data: { id: string; name: string }[];
}

browserSuite('The traces page', {}, (app) => {
  const agent = agentRun(9);
  const lighthouse = question({
    name: 'translate',
    input: 'Translate the word lighthouse into Portuguese',
    output: 'farol',
    minutesAgo: 8,
    environment: 'staging',
  });
  const harbour = question({
    name: 'translate',
    input: 'Translate the word harbour into Portuguese',
    output: 'porto',
    minutesAgo: 7,
    environment: 'staging',
  });
  const asks = [6, 5, 4, 3, 2].map((minutesAgo) =>
    question({
      name: 'ask',
      input: `How high is mountain number ${minutesAgo}?`,
      output: `${minutesAgo} thousand metres`,
      minutesAgo,
      ...(minutesAgo === 4 ? { error: 'rate limit reached' } : {}),
    }),
  );
  /** Newest first, as the page shows them. */
  const all: SampleTrace[] = [agent, lighthouse, harbour, ...asks].reverse();
  const home = `/project/${TEST_PROJECT.projectId}/traces`;

  const rows = (page: Page) => page.getByRole('grid').locator('[role=row][aria-selected]');
  const search = (page: Page) => page.getByRole('combobox', { name: 'Search and filter' });
  const peek = (page: Page) => page.getByRole('dialog', { name: 'Trace' });
  const listed = async (filter: unknown[] = []) =>
    (
      await get<Listed>(
        app.server,
        `/api/v1/projects/${app.server.projectId}/traces?limit=100&filter=${encodeURIComponent(JSON.stringify(filter))}`,
      )
    ).data;

  beforeAll(async () => {
    await send(app.server, all);
  });

  it('finds a trace by words of its input', async () => {
    const page = await app.open(home);
    await soon(() => rows(page).count()).toBe(all.length);
    await page.keyboard.press('/');
    await page.keyboard.type('LIGHTHOUSE portuguese');
    await page.keyboard.press('Enter');
    await soon(() => rows(page).count()).toBe(1);
    await shown(rows(page).filter({ hasText: 'lighthouse' }));
    expect(parameter(page, 'q')).toBe('LIGHTHOUSE portuguese');

    await page.getByRole('button', { name: 'Remove words: LIGHTHOUSE portuguese' }).click();
    await soon(() => rows(page).count()).toBe(all.length);
    // Words of an output count as well.
    await search(page).fill('farol');
    await soon(() => rows(page).count()).toBe(1);
  });

  it('is walked and opened by keyboard alone', async () => {
    const page = await app.open(home);
    await soon(() => rows(page).count()).toBe(all.length);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await shown(peek(page).getByRole('tree', { name: 'Steps' }));
    expect(parameter(page, 'peek')).toBe(all[0]!.id);
    await page.keyboard.press('j');
    await soon(() => parameter(page, 'peek')).toBe(all[1]!.id);
    await shown(peek(page).getByText(all[1]!.id));
    await page.keyboard.press('j');
    await soon(() => parameter(page, 'peek')).toBe(all[2]!.id);
    await page.keyboard.press('k');
    await soon(() => parameter(page, 'peek')).toBe(all[1]!.id);

    // Esc closes the panel; the row stays the active one, and o opens its page.
    await page.keyboard.press('Escape');
    await gone(peek(page));
    expect(parameter(page, 'peek')).toBeNull();
    await page.keyboard.press('o');
    await page.waitForURL(`**/traces/${all[1]!.id}`);
    await shown(page.getByRole('heading', { level: 1, name: 'ask' }));
    await page.keyboard.press('Escape');
    await soon(() => rows(page).count()).toBe(all.length);

    // A second Enter goes on from the panel to the page.
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await shown(peek(page));
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/traces/${all[0]!.id}`);
  });

  it('keeps its whole state in the address', async () => {
    const page = await app.open(home);
    await soon(() => rows(page).count()).toBe(all.length);
    await page.getByRole('button', { name: 'Time range: Last 7 days' }).click();
    await page.getByRole('button', { name: 'Last 24 hours' }).click();
    await page.getByRole('button', { name: 'Environment: All environments' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'production' }).click();
    await page.keyboard.press('Escape');
    await search(page).fill('name:support-agent');
    await soon(() => rows(page).count()).toBe(1);
    await rows(page).first().click();
    await peek(page).getByRole('treeitem', { name: 'look-up-order' }).first().click();
    await shown(peek(page).getByText('The warehouse did not answer'));
    const step = parameter(page, 'observation');
    expect(step).toBe(agent.spans[3]!.id);
    expect([parameter(page, 'range'), parameter(page, 'q')]).toEqual(['24h', 'name:support-agent']);

    await page.reload();
    await shown(peek(page).getByText('The warehouse did not answer'));
    await shown(page.getByRole('button', { name: 'Time range: Last 24 hours' }));
    await shown(page.getByRole('button', { name: 'Environment: production' }));
    expect(await search(page).inputValue()).toBe('name:support-agent');
    expect(await rows(page).count()).toBe(1);
    expect(parameter(page, 'observation')).toBe(step);

    // Back leads from the panel to the list, and from the filter to none.
    await page.goBack();
    await gone(peek(page));
    expect(parameter(page, 'q')).toBe('name:support-agent');
    await page.goBack();
    await soon(() => parameter(page, 'q')).toBeNull();
    await soon(() => rows(page).count()).toBe(all.filter(({ environment }) => environment === undefined).length);
  });

  it('narrows by facets and by the filter language, as the API does', async () => {
    const page = await app.open(home);
    const facets = page.getByRole('complementary', { name: 'Filters by value' });
    await facets.getByRole('checkbox', { name: 'ask' }).click();
    const asked = await listed([{ type: 'stringOptions', column: 'name', operator: 'any of', value: ['ask'] }]);
    expect(asked).toHaveLength(asks.length);
    await soon(() => rows(page).count()).toBe(asked.length);
    await shown(page.getByRole('list', { name: 'Active filters' }).getByText('name:ask'));
    await shown(page.getByRole('img', { name: new RegExp(`^${asks.length} traces\\b.*\\b1 with errors`) }));
    await shown(page.getByRole('img', { name: /over time/ }).locator('canvas'));

    await facets.getByRole('checkbox', { name: 'translate' }).click();
    await soon(() => rows(page).count()).toBe(asks.length + 2);
    await page.getByRole('button', { name: 'Clear all' }).click();
    await soon(() => rows(page).count()).toBe(all.length);

    await search(page).fill('level:ERROR');
    await search(page).press('Enter');
    const failed = await listed([{ type: 'stringOptions', column: 'level', operator: 'any of', value: ['ERROR'] }]);
    expect(failed.map(({ id }) => id).sort()).toEqual([agent.id, asks[2]!.id].sort());
    await soon(() => rows(page).count()).toBe(failed.length);

    // A mistake is told beside the box and changes nothing.
    await search(page).fill('latency:>soon');
    await page.keyboard.press('Escape');
    await shown(page.getByRole('alert').filter({ hasText: 'is not a number' }));
    expect(await rows(page).count()).toBe(failed.length);
    expect(parameter(page, 'q')).toBe('level:ERROR');
  });

  it('lists steps as well, sorts them, and lets columns be chosen', async () => {
    const page = await app.open(home);
    await page.getByRole('radio', { name: 'Observations' }).click();
    const steps = all.reduce((sum, { spans }) => sum + spans.length, 0);
    await soon(() => rows(page).count()).toBe(steps);
    await page.getByRole('columnheader', { name: 'Latency' }).getByRole('button').click();
    await shown(rows(page).first().getByText('handle-request'));
    expect(await page.getByRole('columnheader', { name: 'Latency' }).getAttribute('aria-sort')).toBe('descending');

    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Status message' }).click();
    await page.keyboard.press('Escape');
    await shown(page.getByRole('columnheader', { name: 'Status message' }));
    await shown(rows(page).getByText('The warehouse did not answer'));
    await page.reload();
    await shown(page.getByRole('columnheader', { name: 'Status message' }));
  });

  it('shows a trace that arrives while one looks', async () => {
    const page = await app.open(home);
    await soon(() => rows(page).count()).toBe(all.length);
    const listening = page.waitForResponse((response) => response.url().includes('/traces/tail'));
    await page.keyboard.press('l');
    await listening;
    expect(parameter(page, 'tail')).toBe('true');
    const loads: string[] = [];
    page.on('framenavigated', (frame) => loads.push(frame.url()));
    const late = question({ name: 'ask', input: 'Does the live tail work?', output: 'It does.' });
    await send(app.server, [late]);
    const sent = Date.now();
    await shown(rows(page).filter({ hasText: 'Does the live tail work?' }));
    console.log(`live tail: the trace was in the table ${Date.now() - sent} ms after it was acknowledged`);
    await shown(rows(page).first().getByText('Does the live tail work?'));
    expect(await rows(page).count()).toBe(all.length + 1);
    expect(loads).toEqual([]);
  });

  it('deletes picked traces, which are gone at once', async () => {
    const doomed = ['one', 'two'].map((word) => question({ name: 'doomed', input: `Delete number ${word}`, output: 'yes' }));
    await send(app.server, doomed);
    const page = await app.open(home);
    await soon(() => rows(page).filter({ hasText: 'doomed' }).count()).toBe(2);
    const before = await rows(page).count();
    for (const word of ['one', 'two'])
      await rows(page)
        .filter({ hasText: `Delete number ${word}` })
        .getByRole('checkbox', { name: 'Pick the row' })
        .click();
    const bar = page.getByRole('region', { name: 'Picked rows' });
    await shown(bar.getByText('2 rows'));
    await bar.getByRole('button', { name: 'Delete' }).click();
    const sure = page.getByRole('dialog', { name: 'Delete 2 traces?' });
    await sure.getByRole('button', { name: 'Delete' }).click();
    await gone(sure);
    await soon(() => rows(page).count()).toBe(before - 2);
    expect(await rows(page).filter({ hasText: 'doomed' }).count()).toBe(0);
    await gone(bar);
    expect((await listed()).filter(({ name }) => name === 'doomed')).toEqual([]);
  });

  it('says why there is nothing to see', async () => {
    const page = await app.open(`${home}?q=name:nobody`);
    await shown(page.getByRole('heading', { name: 'No traces match' }));
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await soon(() => rows(page).count()).toBeGreaterThanOrEqual(all.length);
    await page.goto(`${app.server.url}${home}?from=2020-01-01T00:00:00.000Z&to=2020-01-02T00:00:00.000Z`);
    await shown(page.getByRole('heading', { name: 'No traces in this time' }));
    await page.getByRole('button', { name: 'Show all time' }).click();
    await soon(() => rows(page).count()).toBeGreaterThanOrEqual(all.length);
  });

  // Last: the server of this file ends here.
  it('says that the server is away, and recovers when it is back', async () => {
    const page = await app.open(home, { expected: [/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|Failed to fetch/] });
    await soon(() => rows(page).count()).toBeGreaterThanOrEqual(all.length);
    expect(await app.server.stop()).toBe(0);
    await search(page).fill('farol');
    await search(page).press('Enter');
    const alert = page.getByRole('alert').filter({ hasText: 'The traces could not be loaded' });
    await shown(alert);
    const revived = await app.revive();
    expect(revived.url).toBe(app.server.url);
    await eventually(async () => (await fetch(`${revived.url}/ready`)).ok, 'the server to be ready again');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await soon(() => rows(page).count()).toBe(1);
  });
});
