import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { get } from '../support/api.ts';
import { browserSuite, gone, parameter, shown, soon } from '../support/browser.ts';
import { TEST_PROJECT } from '../support/server.ts';
import { agentRun, question, type SampleSpan, send, spanId, toOtlp, traceId } from './sample-traces.ts';

browserSuite('The page of a trace', {}, (app) => {
  const agent = agentRun();
  const path = `/project/${TEST_PROJECT.projectId}/traces/${agent.id}`;
  const tree = (page: Page) => page.getByRole('tree');
  const steps = (page: Page) => tree(page).getByRole('treeitem');
  const chosen = (page: Page) => tree(page).getByRole('treeitem', { selected: true });
  const detail = (page: Page, name: string) => page.getByRole('region', { name: `Step ${name}` });

  beforeAll(async () => {
    await send(app.server, [agent]);
  });

  it('is walked by keyboard', async () => {
    const page = await app.open(path);
    await soon(() => steps(page).count()).toBe(agent.spans.length + 1);
    const names = async () => (await steps(page).allInnerTexts()).map((text) => text.split('\n')[0]);
    expect(await names()).toEqual([
      'support-agent',
      'handle-request',
      'plan',
      'tools',
      'look-up-order',
      'look-up-order',
      'answer',
    ]);
    const levels = await steps(page).evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-level')));
    expect(levels).toEqual(['1', '2', '3', '3', '4', '4', '3']);

    await tree(page).focus();
    const press = async (key: string, name: string, nth = 0) => {
      await page.keyboard.press(key);
      const wanted = await steps(page).filter({ hasText: name }).nth(nth).getAttribute('id');
      await soon(() => chosen(page).getAttribute('id')).toBe(wanted);
      // The tree has the focus and tells which row is meant.
      expect(await tree(page).getAttribute('aria-activedescendant')).toBe(wanted);
    };
    await press('ArrowDown', 'handle-request');
    await press('ArrowDown', 'plan');
    await press('End', 'answer');
    await press('ArrowUp', 'look-up-order', 1);
    await press('ArrowLeft', 'tools');
    await shown(detail(page, 'tools'));

    await page.keyboard.press('ArrowLeft');
    await soon(() => steps(page).count()).toBe(agent.spans.length - 1);
    expect(await chosen(page).getAttribute('aria-expanded')).toBe('false');
    // What is folded away still tells of its error.
    await shown(chosen(page).getByText('1 inside'));
    await page.keyboard.press('ArrowRight');
    await soon(() => steps(page).count()).toBe(agent.spans.length + 1);
    await press('ArrowRight', 'look-up-order');
    await press('Home', 'support-agent');
    await shown(page.getByRole('region', { name: 'The trace' }));

    // e goes to the error, and Enter on to its detail.
    await page.keyboard.press('e');
    await soon(() => parameter(page, 'observation')).toBe(agent.spans[3]!.id);
    await shown(detail(page, 'look-up-order').getByText('The warehouse did not answer'));
    await tree(page).focus();
    await page.keyboard.press('Enter');
    await soon(() => page.getByRole('tab', { name: 'Preview' }).evaluate((tab) => tab.matches(':focus'))).toBe(true);
    await page.reload();
    await shown(detail(page, 'look-up-order').getByText('The warehouse did not answer'));
  });

  it('shows messages, tools, results, errors, usage and cost where they belong', async () => {
    const page = await app.open(path);
    await shown(page.getByRole('region', { name: 'The trace' }).getByText('look-up-order failed: The warehouse did not answer'));
    const pick = (name: string, nth = 0) => steps(page).filter({ hasText: name }).nth(nth).click();

    await pick('plan');
    const plan = detail(page, 'plan');
    const messages = plan.getByRole('listitem');
    await shown(messages.filter({ hasText: 'system' }).filter({ hasText: 'You answer questions about orders.' }));
    await shown(plan.locator('strong').filter({ hasText: 'orders' }));
    await shown(messages.filter({ hasText: 'user' }).filter({ hasText: 'Where is my parcel number 4711?' }));
    await plan.getByRole('button', { name: /1 tool offered/ }).click();
    await shown(plan.getByText('Finds an order by its number'));
    await shown(plan.getByText('called', { exact: true }));
    await shown(messages.filter({ hasText: 'assistant' }).filter({ hasText: 'look_up_order' }));

    await pick('look-up-order');
    const failed = detail(page, 'look-up-order');
    await shown(failed.getByText('The warehouse did not answer'));
    await shown(failed.getByText('no answer within 500 ms').first());
    await shown(failed.getByText('at lookUp (warehouse.ts:12:3)'));
    await failed.getByRole('tab', { name: /Events & links/ }).click();
    await shown(failed.getByText('1 event', { exact: true }));
    await shown(failed.getByText('+490 ms'));

    await pick('answer');
    const answer = detail(page, 'answer');
    await shown(answer.getByText('first token'));
    await answer.getByRole('tab', { name: 'Usage & cost' }).click();
    const usage = answer.getByRole('table', { name: 'Usage and cost by type' });
    // gpt-4o-mini costs $0.15 and $0.60 per million: 2,000 and 50 tokens.
    const cells = (row: string) => usage.getByRole('row').filter({ hasText: row }).getByRole('cell').allTextContents();
    await shown(usage);
    expect(await cells('input')).toEqual(['input', '2,000', '$0.15', '$0.0003']);
    expect(await cells('output')).toEqual(['output', '50', '$0.60', '$0.00003']);
    expect(await cells('Total')).toEqual(['Total', '2,050', '', '$0.00033']);

    // The chosen part stays chosen; the paired result of a call is shown with it.
    await answer.getByRole('tab', { name: 'Preview' }).click();
    await shown(answer.locator('em').filter({ hasText: 'yesterday' }));
    await shown(answer.getByText('delivered').first());
    await answer.getByRole('tab', { name: 'JSON' }).click();
    await shown(answer.getByText('"promptName"').or(answer.getByText('"modelParameters"')).first());
  });

  it('shows the same steps as a timeline, a log and a graph', async () => {
    const page = await app.open(path);
    await soon(() => steps(page).count()).toBe(agent.spans.length + 1);
    await page.getByRole('radio', { name: 'Timeline' }).click();
    const timeline = page.getByRole('tree', { name: 'Steps over time' });
    await soon(() => timeline.getByRole('treeitem').count()).toBe(agent.spans.length + 1);
    await shown(timeline.getByText(/first token/));
    expect(parameter(page, 'view')).toBe('timeline');

    await page.getByRole('radio', { name: 'Log' }).click();
    const log = page.getByRole('region', { name: 'Log of the steps' });
    await soon(() => log.getByRole('listitem').count()).toBe(agent.spans.length);
    await shown(log.getByText('The warehouse did not answer'));

    await page.getByRole('radio', { name: 'Graph' }).click();
    // Two calls of one tool are one box.
    await soon(() => page.locator('.react-flow__node').count()).toBe(agent.spans.length - 1);
    await shown(page.locator('.react-flow__node').filter({ hasText: 'look-up-order' }).getByText('×2'));
    await page.reload();
    await shown(page.locator('.react-flow__node').filter({ hasText: 'handle-request' }));
  });

  it('finds steps by name, type and level', async () => {
    const page = await app.open(path);
    await soon(() => steps(page).count()).toBe(agent.spans.length + 1);
    await page.keyboard.press('/');
    await page.keyboard.type('look-up');
    await shown(page.getByText('2 found'));
    await page.keyboard.press('Enter');
    await shown(detail(page, 'look-up-order'));
    await page.getByRole('searchbox', { name: 'Search in the steps' }).fill('nothing like it');
    await shown(page.getByRole('heading', { name: 'No step matches' }));
  });

  it('keeps a bookmark and tags', async () => {
    const page = await app.open(path);
    await page.getByRole('button', { name: 'Bookmark', exact: true }).click();
    await shown(page.getByRole('button', { name: 'Remove the bookmark' }));
    await page.getByRole('button', { name: 'tag', exact: true }).click();
    await page.getByRole('textbox', { name: 'New tag' }).fill('to look at');
    await page.keyboard.press('Enter');
    await shown(page.getByRole('button', { name: 'Remove the tag to look at' }));
    await soon(async () => {
      const read = await get<{ bookmarked: boolean; tags: string[] }>(
        app.server,
        `/api/v1/projects/${app.server.projectId}/traces/${agent.id}`,
      );
      return [read.bookmarked, read.tags];
    }).toEqual([true, ['to look at']]);

    await page.reload();
    await shown(page.getByRole('button', { name: 'Remove the bookmark' }));
    await page.getByRole('button', { name: 'Remove the tag to look at' }).click();
    await gone(page.getByRole('button', { name: 'Remove the tag to look at' }));
    await page.goto(`${app.server.url}/project/${app.server.projectId}/traces`);
    await shown(page.getByRole('row').filter({ hasText: 'support-agent' }).getByRole('img', { name: 'Bookmarked' }));
  });

  it('runs nothing of what is recorded, and asks nobody for its pictures', async () => {
    const hostile = question({
      name: '<img src=x onerror="window.harmed=1">',
      input:
        '# Title\n<script>window.harmed=2</script> <img src=x onerror="window.harmed=3">\n\n[click](javascript:window.harmed=4)',
      output:
        'A picture ![chart](https://example.com/chart.png?secret=1), a broken one ![broken](https://[) and ![worse](http://%)',
    });
    await send(app.server, [hostile]);
    const page = await app.open(`/project/${TEST_PROJECT.projectId}/traces?peek=${hostile.id}`);
    await shown(page.getByRole('dialog', { name: 'Trace' }).getByRole('treeitem').filter({ hasText: 'llm.call' }));
    await page.keyboard.press('o');
    await page.waitForURL(`**/traces/${hostile.id}`);
    await steps(page).filter({ hasText: 'llm.call' }).click();
    const step = detail(page, 'llm.call');
    await shown(step.getByRole('heading', { name: 'Title' }));
    await shown(step.getByText('<script>window.harmed=2</script>'));
    await shown(step.getByRole('button', { name: 'Load picture from example.com' }));
    await shown(step.getByText('broken', { exact: true }));
    const link = step.getByText('click', { exact: true });
    expect(await link.getAttribute('href')).not.toContain('javascript');
    expect(await page.evaluate('window.harmed ?? 0')).toBe(0);
  });

  it('shows the pictures and plays the sound that came with the messages', async () => {
    // A tenth of a second of silence: 800 bytes of 8 bit, 8 kHz, one channel.
    const wav = Buffer.concat([
      Buffer.from('524946464403000057415645666d742010000000010001', 'hex'),
      Buffer.from('00401f0000401f0000010008006461746120030000', 'hex'),
      Buffer.alloc(800, 128),
    ]);
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
          { type: 'input_audio', input_audio: { data: wav.toString('base64'), format: 'wav' } },
          { type: 'input_file', file_url: 'https://[', filename: 'broken.pdf' },
        ],
      },
    ];
    const several = question({ input: JSON.stringify(messages), output: 'A dot and silence.' });
    await send(app.server, [several]);
    const page = await app.open(`/project/${TEST_PROJECT.projectId}/traces/${several.id}`);
    await steps(page).filter({ hasText: 'llm.call' }).click();
    const step = detail(page, 'llm.call');
    await soon(() => step.locator('img').evaluate((image) => Reflect.get(image, 'naturalWidth'))).toBe(1);
    await soon(() => step.locator('audio').evaluate((audio) => Reflect.get(audio, 'duration'))).toBeCloseTo(0.1);
    await shown(step.getByText('broken.pdf'));
  });

  it('says so when there is no such trace', async () => {
    const page = await app.open(`/project/${TEST_PROJECT.projectId}/traces/${traceId()}`, { expected: [/status of 404/] });
    await shown(page.getByRole('heading', { name: 'This trace is not here' }));
  });

  it('opens a trace of 50,000 steps and scrolls to its end', async () => {
    const TOTAL = 50_000;
    const large = { id: traceId(), name: 'large', at: Date.now() - 120_000, spans: [] as SampleSpan[] };
    const root = spanId();
    large.spans.push({ id: root, name: 'root', from: 0, to: 60_000 });
    let parent = root;
    while (large.spans.length < TOTAL) {
      const index = large.spans.length;
      const id = spanId();
      // A hundred steps to each branch.
      const branch = index % 100 === 1;
      large.spans.push({
        id,
        name: branch ? `branch ${index}` : `step ${index}`,
        parent: branch ? root : parent,
        from: index,
        to: index + 5,
      });
      if (branch) parent = id;
    }
    const whole = toOtlp(large);
    const spans = whole.scopeSpans[0]!.spans;
    for (let from = 0; from < TOTAL; from += 5_000) {
      const part = { ...whole, scopeSpans: [{ ...whole.scopeSpans[0]!, spans: spans.slice(from, from + 5_000) }] };
      const answer = await fetch(`${app.server.url}/v1/traces`, {
        method: 'POST',
        headers: { authorization: app.server.authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ resourceSpans: [part] }),
      });
      expect(answer.status).toBe(200);
    }

    const page = await app.open(`/project/${app.server.projectId}/traces?q=name:large`);
    const row = page.getByRole('row').filter({ hasText: 'large' });
    await shown(row);
    const address = `${app.server.url}/project/${app.server.projectId}/traces/${large.id}`;
    await page.goto(address);
    await shown(tree(page).getByText('branch 1', { exact: true }));
    // Measured in the page itself, from the beginning of a warm load to the first row of the tree.
    await page.addInitScript(`
      new MutationObserver((_, observer) => {
        if (!document.querySelector('[role=tree] [role=treeitem] + [role=treeitem]')) return;
        observer.disconnect();
        requestAnimationFrame(() => { window.treeAfter = performance.now(); });
      }).observe(document, { childList: true, subtree: true });
    `);
    await page.goto(address);
    await shown(tree(page).getByText('branch 1', { exact: true }));
    const opened = Number(await page.evaluate('window.treeAfter'));
    console.log(`50,000 steps: the skeleton was in sight ${Math.round(opened)} ms after the load began (aim: 1,500 ms)`);
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThan(6_000);
    await shown(page.getByText('50,000 steps'));

    // Only what is in sight is in the document, wherever one scrolls.
    const frames = page.evaluate(`new Promise((done) => {
      const tree = document.querySelector('[role=tree]');
      const waits = [];
      let last = performance.now();
      let left = 60;
      const next = () => {
        const now = performance.now();
        waits.push(now - last);
        last = now;
        if (left-- === 0) return done(Math.max(...waits.slice(1)));
        tree.scrollTop += tree.scrollHeight / 60;
        requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
    })`);
    console.log(`50,000 steps: the longest frame of scrolling through all took ${Math.round(Number(await frames))} ms`);
    await tree(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await shown(tree(page).getByText(`step ${TOTAL - 1}`, { exact: true }));
    expect(await steps(page).count()).toBeLessThan(200);
    await tree(page).focus();
    await page.keyboard.press('End');
    await shown(detail(page, `step ${TOTAL - 1}`));
    await page.keyboard.press('Home');
    await shown(tree(page).getByText('root', { exact: true }));
  });
});
