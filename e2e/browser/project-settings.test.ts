import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { call } from '../support/api.ts';
import { browserSuite, gone, shown, soon } from '../support/browser.ts';
import { TEST_PROJECT } from '../support/server.ts';
import { exportOf, newSpanId, newTraceId, spanOf } from '../support/spans.ts';

browserSuite('Settings of a project', { TELLTALE_OUTBOUND_ALLOW: '127.0.0.1' }, (app) => {
  const project = `/project/${TEST_PROJECT.projectId}`;
  const settings = (part: string) => `${project}/settings/${part}`;
  const api = `/api/v1/projects/${TEST_PROJECT.projectId}`;

  /** Asks our API as the person whose window it is. */
  const ask = async (page: Page, method: string, path: string, data?: object) => {
    const answer = await page.request.fetch(app.server.url + path, { method, data, headers: { origin: app.server.url } });
    return { status: answer.status(), body: (await answer.json()) as Record<string, unknown> };
  };
  const focused = (page: Page) =>
    page.evaluate('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent');

  it('asks before a retention that deletes, and not before one that keeps more', async () => {
    const start = `${Date.now() - 40 * 86_400_000}000000`;
    const sent = await call(
      app.server,
      'POST',
      '/api/public/otel/v1/traces',
      exportOf([spanOf(newTraceId(), newSpanId(), { startTimeUnixNano: start, endTimeUnixNano: start })]),
    );
    expect(sent.status).toBe(200);
    const page = await app.open(settings('general'));
    const kept = async () => (await ask(page, 'GET', api)).body.retentionDays;
    await page.getByLabel('Days').focus();
    await page.keyboard.type('x');
    await page.keyboard.press('Enter');
    await shown(page.getByRole('alert').filter({ hasText: 'A whole number of days' }));
    await page.keyboard.press('Backspace');
    await page.keyboard.type('30');
    await shown(page.getByText('Every night at 03:17 UTC, what is older than 30 days is deleted for good.'));
    await page.keyboard.press('Enter');
    const sure = page.getByRole('dialog', { name: 'Keep everything for 30 days only?' });
    await shown(sure.getByText(/^1 step from before /));
    expect(await kept()).toBe(null);
    await page.keyboard.press('Escape');
    await gone(sure);
    expect(await kept()).toBe(null);
    await page.getByRole('button', { name: 'Save the retention' }).press('Enter');
    await shown(sure);
    await sure.getByRole('button', { name: 'Save and delete' }).press('Enter');
    await gone(sure);
    await soon(kept).toBe(30);
    // More days, and days that nothing is older than, need no question.
    for (const [typed, days] of [
      ['90', 90],
      ['60', 60],
      ['', null],
    ] as const) {
      await page.getByLabel('Days').fill(typed);
      // The answer to the one before may still be on its way.
      await soon(() => page.getByRole('button', { name: 'Save the retention' }).isEnabled()).toBe(true);
      await page.getByLabel('Days').press('Enter');
      await soon(kept).toBe(days);
    }
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('keeps metadata that is a JSON object', async () => {
    const page = await app.open(settings('general'));
    await page.getByLabel('JSON').fill('[1]');
    await page.getByRole('button', { name: 'Save the metadata' }).press('Enter');
    await shown(page.getByRole('alert').filter({ hasText: 'not an object' }));
    await page.getByLabel('JSON').fill('{"team": "search"}');
    await page.getByRole('button', { name: 'Save the metadata' }).press('Enter');
    await shown(page.getByText('The metadata is saved'));
    expect((await ask(page, 'GET', api)).body.metadata).toEqual({ team: 'search' });
  });

  it('gives a member another role in one project, with the keyboard alone, and takes it back', async () => {
    const page = await app.open(settings('members'));
    const added = await ask(page, 'POST', '/api/v1/organisations/e2e-org/members', {
      email: 'kim@telltale.test',
      name: 'Kim',
      role: 'MEMBER',
    });
    expect(added.status).toBe(200);
    await page.reload();
    const role = async () => {
      const { data } = (await ask(page, 'GET', `${api}/members`)).body as { data: { name: string; role: string }[] };
      return data.find(({ name }) => name === 'Kim')?.role;
    };
    const picker = page.getByRole('combobox', { name: 'Role of Kim in this project' });
    await shown(picker);
    await picker.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: /^No access/ }).press('Enter');
    await soon(role).toBe('NONE');
    await soon(() => picker.textContent()).toBe('No access');
    await soon(() => picker.isEnabled()).toBe(true);
    await picker.press('Enter');
    await page.getByRole('option', { name: /^As in the organisation/ }).press('Enter');
    await soon(role).toBe('MEMBER');
    // Nobody changes their own.
    expect(await page.getByRole('combobox', { name: /in this project$/ }).count()).toBe(1);
  });

  it('adds a connection with the keyboard alone, keeps its key through changes, and deletes it', async () => {
    const page = await app.open(settings('llm-connections'), { expected: [/400 \(Bad Request\)/] });
    await shown(page.getByRole('heading', { name: 'No connections' }));
    await page.getByRole('button', { name: 'Add a connection' }).first().focus();
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'Add a connection' });
    await shown(form);
    await page.keyboard.type('judge');
    await page.keyboard.press('Tab');
    // The first letters choose in a list that is closed.
    await page.keyboard.type('anthropic');
    await soon(() => focused(page)).toBe('Anthropic');
    await page.keyboard.press('Tab');
    await page.keyboard.type('sk-ant-secret-7890');
    await page.keyboard.press('Tab');
    await page.keyboard.type('http://user:pass@llm.example');
    await page.keyboard.press('Tab');
    await page.keyboard.type('claude-a\nclaude-b');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await form.getByRole('button', { name: 'Add a header' }).press('Enter');
    await form.getByLabel('Name of header 1').fill('x team');
    await form.getByLabel('Value of header 1').fill('search');
    await form.getByRole('button', { name: 'Add', exact: true }).press('Enter');
    await shown(form.getByRole('alert').filter({ hasText: 'without user name and password' }));
    await shown(form.getByRole('alert').filter({ hasText: 'not the name of a header' }));
    await form.getByLabel('Base URL').fill('https://llm.example');
    await form.getByLabel('Name of header 1').fill('x-team');
    await form.getByRole('button', { name: 'Add', exact: true }).press('Enter');
    await gone(form);
    const row = page.getByRole('table', { name: 'LLM connections' }).getByRole('row').filter({ hasText: 'judge' });
    await shown(row.getByText('…7890'));
    await shown(row.getByText('claude-a, claude-b'));
    expect(await page.content()).not.toContain('sk-ant-secret');

    await page.getByRole('button', { name: 'Add a connection' }).press('Enter');
    await form.getByLabel('Name', { exact: true }).fill('judge');
    await form.getByLabel('API key').fill('another');
    await form.getByRole('button', { name: 'Add', exact: true }).press('Enter');
    await shown(form.getByRole('alert').filter({ hasText: 'There is a connection of this name' }));
    await page.keyboard.press('Escape');

    await row.getByRole('button', { name: 'Edit judge' }).press('Enter');
    const edit = page.getByRole('dialog', { name: 'Edit “judge”' });
    await shown(edit.getByText('Stored: …7890. Stay empty to keep it.'));
    await edit.getByLabel('Models', { exact: true }).fill('claude-c');
    await edit.getByRole('button', { name: 'Save' }).press('Enter');
    await gone(edit);
    await shown(row.getByText('claude-c'));
    await shown(row.getByText('…7890'));
    await row.getByRole('button', { name: 'Edit judge' }).press('Enter');
    await edit.getByLabel('Base URL').fill('https://elsewhere.example');
    await shown(edit.getByText('Must be entered again'));
    await page.keyboard.press('Escape');
    await row.getByRole('button', { name: 'Delete judge' }).press('Enter');
    await page.getByRole('dialog', { name: 'Delete “judge”?' }).getByRole('button', { name: 'Delete' }).press('Enter');
    await shown(page.getByRole('heading', { name: 'No connections' }));
  });

  it('sets up an export, shows why it fails, pauses and deletes it', async () => {
    const page = await app.open(settings('export'), { expected: [/400 \(Bad Request\)/] });
    await page.getByRole('button', { name: 'Set up an export' }).press('Enter');
    const form = page.getByRole('dialog', { name: 'Set up an export' });
    await shown(form);
    await page.keyboard.type('S3-');
    await form.getByLabel('Endpoint').fill('http://169.254.169.254');
    await form.getByLabel('Bucket', { exact: true }).fill('copies');
    await form.getByLabel('Access key id').fill('AKIA');
    await form.getByLabel('Secret access key').fill('a-secret-of-the-bucket');
    await form.getByLabel('The bucket stands in the path').press('Space');
    await form.getByLabel('Prompt').press('Space');
    await form.getByRole('button', { name: 'Set up' }).press('Enter');
    await shown(form.getByRole('alert').filter({ hasText: /private or reserved address/ }));
    // Nobody listens there.
    await form.getByLabel('Endpoint').fill('http://127.0.0.1:9');
    await form.getByRole('button', { name: 'Set up' }).press('Enter');
    await gone(form);
    await shown(page.getByText('http://127.0.0.1:9/copies'));
    await shown(page.getByRole('alert').filter({ hasText: /The last run failed.*ECONNREFUSED/ }));
    expect(await page.content()).not.toContain('a-secret-of-the-bucket');
    const saved = async () => (await ask(page, 'GET', `${api}/blob-export`)).body.blobExport as Record<string, unknown>;
    expect(await saved()).toMatchObject({ type: 'S3_COMPATIBLE', forcePathStyle: true, fileType: 'PARQUET', enabled: true });
    expect((await saved()).exportFieldGroups).not.toContain('prompt');

    await page.getByRole('switch', { name: 'Enabled' }).press('Space');
    await shown(page.getByText('Paused', { exact: true }));
    expect(await saved()).toMatchObject({ enabled: false, nextSyncAt: null });
    await page.getByRole('button', { name: 'Edit' }).press('Enter');
    const edit = page.getByRole('dialog', { name: 'Edit the export' });
    await edit.getByLabel('Prefix').fill('b/');
    await shown(edit.getByText('This begins anew'));
    await edit.getByRole('button', { name: 'Save' }).press('Enter');
    await gone(edit);
    await shown(page.getByText('http://127.0.0.1:9/copies/b/'));
    await page.getByRole('button', { name: 'Delete …' }).press('Enter');
    await page.getByRole('dialog', { name: 'Delete this export?' }).getByRole('button', { name: 'Delete' }).press('Enter');
    await shown(page.getByRole('heading', { name: 'No export' }));
    expect(await saved()).toBe(null);
  });

  it('adds a model with a tier, with the keyboard alone, and it prices; changes and deletes it', async () => {
    const page = await app.open(settings('models'), { expected: [/400 \(Bad Request\)/] });
    await page.getByRole('button', { name: 'Add a model' }).focus();
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'Add a model' });
    await shown(form);
    await page.keyboard.type('our-llama');
    await page.keyboard.press('Tab');
    expect(await form.getByLabel('Pattern').inputValue()).toBe('(?i)^our-llama$');
    await page.keyboard.type('(');
    await form.getByLabel('Price of input').focus();
    await page.keyboard.type('0.15');
    await form.getByLabel('Price of output').focus();
    await page.keyboard.type('cheap');
    await page.keyboard.press('Enter');
    await shown(form.getByRole('alert').filter({ hasText: 'A price in USD' }));
    await form.getByLabel('Price of output').fill('0.6');
    await page.keyboard.press('Enter');
    await shown(form.getByRole('alert').filter({ hasText: 'not a valid regular expression' }));
    await form.getByLabel('Pattern').fill('(?i)^our-llama(-\\d+)?$');
    await form.getByLabel('Try a name').fill('OUR-LLAMA-70');
    await shown(form.getByText('It fits.'));
    await form.getByRole('button', { name: 'Add a tier' }).press('Enter');
    await form.getByLabel('Name of Tier 2').fill('Long');
    await form.getByLabel('Price of input, Long').fill('0.3');
    await form.getByLabel('Price of output, Long').fill('1.2');
    await page.keyboard.press('Enter');
    await gone(form);

    await page.getByLabel('Try a model name').fill('our-llama-70');
    await shown(page.getByRole('status').filter({ hasText: 'Priced as our-llama: $0.15 in, $0.60 out' }));
    await page.getByRole('searchbox', { name: 'Search the models' }).fill('our-llama');
    await page.getByRole('button', { name: /^our-llama.*Input/ }).press('Enter');
    await shown(page.getByText(/input.* > 200000/));
    await page.getByRole('button', { name: 'Edit our-llama' }).press('Enter');
    const edit = page.getByRole('dialog', { name: 'Edit “our-llama”' });
    expect(await edit.getByLabel('Price of input, Long').inputValue()).toBe('0.3');
    await edit.getByLabel('Price of input, Standard').fill('0.2');
    await page.keyboard.press('Enter');
    await gone(edit);
    await shown(page.getByRole('button', { name: /^our-llama.*\$0\.20/ }));
    const { body } = await ask(page, 'GET', `${api}/models?owner=project`);
    const [model] = (body as { data: { pricingTiers: { prices: object; conditions: object[] }[] }[] }).data;
    expect(model!.pricingTiers.map(({ prices, conditions }) => [prices, conditions])).toEqual([
      [{ input: 2e-7, output: 6e-7 }, []],
      [{ input: 3e-7, output: 1.2e-6 }, [{ usageDetailPattern: '^input', operator: 'gt', value: 200_000, caseSensitive: false }]],
    ]);
    await page.getByRole('button', { name: 'Delete our-llama' }).press('Enter');
    await page.getByRole('dialog', { name: 'Delete “our-llama”?' }).getByRole('button', { name: 'Delete' }).press('Enter');
    await shown(page.getByText('No model has that name'));
  });

  it('prices past days anew: what would change first, then the change', async () => {
    const at = `${Date.now()}000000`;
    const attributes = [
      { key: 'gen_ai.request.model', value: { stringValue: 'our-own-13b' } },
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '1000' } },
    ];
    const traceId = newTraceId();
    const span = spanOf(traceId, newSpanId(), { startTimeUnixNano: at, endTimeUnixNano: at, attributes });
    expect((await call(app.server, 'POST', '/api/public/otel/v1/traces', exportOf([span]))).status).toBe(200);
    const page = await app.open(settings('models'));
    const model = { modelName: 'our-own-13b', matchPattern: '^our-own-13b$', unit: 'TOKENS', inputPrice: 0.002 };
    expect((await ask(page, 'POST', `${api}/models`, model)).status).toBe(200);
    const cost = async () => (await call(app.server, 'GET', `/api/public/traces/${traceId}`)).body as { totalCost: number };
    expect((await cost()).totalCost).toBe(0);

    await page.getByRole('button', { name: 'Price past days anew' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Price past days anew' });
    await dialog.getByRole('button', { name: 'Preview' }).press('Enter');
    await shown(dialog.getByRole('status').filter({ hasText: /^1 of \d+ observations? would change: from \$0.* to \$2\.00/ }));
    await shown(dialog.getByRole('row', { name: /^our-own-13b none our-own-13b 1/ }));
    expect((await cost()).totalCost).toBe(0);
    await dialog.getByRole('button', { name: 'Price anew' }).press('Enter');
    await shown(dialog.getByRole('region', { name: 'Priced anew' }).getByRole('cell', { name: 'Done' }));
    expect((await cost()).totalCost).toBe(2);
  });

  it('shows how agents and shells connect, with a key that works', async () => {
    const page = await app.open(`${project}/setup`);
    await page.getByRole('button', { name: /^Create a(nother)? key$/ }).press('Enter');
    await shown(page.getByText('The secret is shown this once'));
    const tools = page.getByRole('tablist', { name: 'Tools' });
    await tools.getByRole('tab', { name: 'Claude Code' }).focus();
    await page.keyboard.press('ArrowRight');
    const config = JSON.parse((await page.getByRole('tabpanel', { name: 'Cursor' }).locator('pre').textContent()) ?? '') as {
      mcpServers: { telltale: { url: string; headers: Record<string, string> } };
    };
    const { url, headers } = config.mcpServers.telltale;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('searchTraces');
    await page.keyboard.press('End');
    const login = (await page.getByRole('tabpanel', { name: 'Command line' }).locator('pre').first().textContent()) ?? '';
    expect(login).toMatch(/telltale login --host "http:[^"]+" \\\n {2}--public-key "pk-lf-[^"]+" --secret-key "sk-lf-[^"]+"/);
    await page.getByRole('button', { name: /^Account of/ }).press('Enter');
    await page.getByRole('menuitem', { name: 'MCP and command line' }).press('Enter');
    await page.waitForURL(/\/setup#tools$/);
  });

  it('is fit for everybody, light and dark', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const page = await app.open(settings('general'), { theme });
      const check = async () => {
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
        expect(violations.flatMap(({ id: rule, nodes }) => nodes.map(({ html }) => `${rule}: ${html.slice(0, 200)}`))).toEqual(
          [],
        );
      };
      if (theme === 'light') {
        await ask(page, 'PUT', `${api}/llm-connections`, { provider: 'main', adapter: 'openai', secretKey: 'sk-1234567890' });
      }
      await page.getByLabel('Days').fill('x');
      await page.getByLabel('Days').press('Enter');
      await shown(page.getByRole('alert'));
      await check();
      for (const [part, ready, opens] of [
        ['members', page.getByRole('table', { name: 'Roles in this project' }), undefined],
        ['llm-connections', page.getByRole('button', { name: 'Edit main' }), 'Edit main'],
        ['export', page.getByRole('heading', { name: 'No export' }), 'Set up an export'],
        ['models', page.getByRole('button', { name: 'Add a model' }), 'Add a model'],
        ['models', page.getByRole('button', { name: 'Price past days anew' }), 'Price past days anew'],
      ] as const) {
        await page.goto(app.server.url + settings(part));
        await shown(ready);
        await check();
        if (opens === undefined) continue;
        await page.getByRole('button', { name: opens }).click();
        await shown(page.getByRole('dialog'));
        await check();
      }
    }
  });
});
