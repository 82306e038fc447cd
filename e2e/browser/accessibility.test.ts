import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { browserSuite, gone, shown, soon } from '../support/browser.ts';
import { TEST_PROJECT } from '../support/server.ts';
import { agentRun, question, send } from './sample-traces.ts';

const project = `/project/${TEST_PROJECT.projectId}`;

browserSuite('Accessibility', {}, (app) => {
  const agent = agentRun();
  const failed = agent.spans[3]!.id;
  const tree = (page: Page) => page.getByRole('tree');

  beforeAll(async () => {
    await send(app.server, [agent, question({ input: 'A question', output: 'An answer', error: 'it failed' })]);
  });

  /**
   * WCAG 2 A and AA; no rule is switched off. One line for each element that breaks one. In the dark only the rules about colours are
   * asked again: the others see the same document.
   */
  const violations = async (page: Page, theme: 'light' | 'dark'): Promise<string[]> => {
    const axe = new AxeBuilder({ page });
    if (theme === 'light') axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']);
    else axe.withRules(['color-contrast', 'link-in-text-block']);
    const { violations: found } = await axe.analyze();
    return found.flatMap(({ id, impact, nodes }) =>
      nodes.map((node) => `${id} (${impact}): ${node.target.join(' ')} ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`),
    );
  };

  interface Place {
    name: string;
    path: string;
    signedIn?: boolean;
    ready(page: Page): Promise<unknown>;
  }
  const heading = (name: string) => (page: Page) => shown(page.getByRole('heading', { name }));
  const places: Place[] = [
    { name: 'sign-in', path: '/sign-in', signedIn: false, ready: (page) => shown(page.getByLabel('Password')) },
    { name: 'sign-up', path: '/sign-up', signedIn: false, ready: (page) => shown(page.getByLabel('Name')) },
    { name: 'new project', path: '/new', ready: heading('New organisation') },
    {
      name: 'traces',
      path: `${project}/traces`,
      ready: (page) => shown(page.getByRole('row').filter({ hasText: 'support-agent' })),
    },
    {
      name: 'traces, narrowed to none',
      path: `${project}/traces?q=name:nobody`,
      ready: heading('No traces match'),
    },
    {
      name: 'observations',
      path: `${project}/traces?list=observations`,
      ready: (page) => shown(page.getByRole('row').filter({ hasText: 'look-up-order' })),
    },
    {
      name: 'peek panel',
      path: `${project}/traces?peek=${agent.id}&observation=${failed}`,
      ready: (page) => shown(page.getByRole('dialog', { name: 'Trace' }).getByText('at lookUp (warehouse.ts:12:3)')),
    },
    { name: 'trace', path: `${project}/traces/${agent.id}`, ready: (page) => shown(tree(page).getByText('answer')) },
    {
      name: 'trace, a step that failed',
      path: `${project}/traces/${agent.id}?observation=${failed}`,
      ready: (page) => shown(page.getByText('at lookUp (warehouse.ts:12:3)')),
    },
    {
      name: 'trace, a step with messages',
      path: `${project}/traces/${agent.id}?observation=${agent.spans[1]!.id}`,
      ready: (page) => shown(page.getByText('1 tool offered')),
    },
    {
      name: 'trace as a timeline',
      path: `${project}/traces/${agent.id}?view=timeline`,
      ready: (page) => shown(tree(page).getByText(/first token/)),
    },
    {
      name: 'trace as a log',
      path: `${project}/traces/${agent.id}?view=log`,
      ready: (page) => shown(page.getByRole('region', { name: 'Log of the steps' }).getByText('answer')),
    },
    {
      name: 'trace as a graph',
      path: `${project}/traces/${agent.id}?view=graph`,
      ready: (page) => shown(page.locator('.react-flow__node').filter({ hasText: 'answer' })),
    },
    { name: 'set-up', path: `${project}/setup`, ready: (page) => shown(page.getByRole('tabpanel').locator('pre')) },
    { name: 'settings: general', path: `${project}/settings/general`, ready: (page) => shown(page.getByLabel('Name')) },
    {
      name: 'settings: API keys',
      path: `${project}/settings/api-keys`,
      ready: (page) => shown(page.getByRole('table', { name: 'API keys' })),
    },
    {
      name: 'settings: members',
      path: `${project}/settings/members`,
      ready: (page) => shown(page.getByRole('table', { name: 'Members' })),
    },
    {
      name: 'settings: models',
      path: `${project}/settings/models`,
      ready: (page) => shown(page.getByRole('button', { expanded: false }).filter({ hasText: '$' })),
    },
    {
      name: 'settings: ingestion',
      path: `${project}/settings/ingestion`,
      ready: (page) => shown(page.getByRole('table', { name: 'Receipts by key' })),
    },
    { name: 'settings: automations', path: `${project}/settings/automations`, ready: heading('Automations') },
    { name: 'settings: LLM connections', path: `${project}/settings/llm-connections`, ready: heading('LLM connections') },
    { name: 'settings: export', path: `${project}/settings/export`, ready: heading('Export to blob storage') },
    { name: 'settings: sampling', path: `${project}/settings/sampling`, ready: heading('Sampling') },
    { name: 'session', path: `${project}/sessions/conversation-7`, ready: heading('Session conversation-7') },
    { name: 'account', path: '/account', ready: heading('Account') },
    { name: 'organisation settings', path: '/organisation/e2e-org/settings', ready: heading('Organisation settings') },
    { name: 'not found', path: '/project/nothing/traces', ready: heading('There is nothing at this address') },
  ];

  for (const theme of ['light', 'dark'] as const) {
    it(`has no violation on any page, ${theme}`, async () => {
      const found: Record<string, string[]> = {};
      const windows = { in: await app.open('/account', { theme }), out: await app.open('/sign-in', { theme, signedIn: false }) };
      for (const { name, path, signedIn = true, ready } of places) {
        const page = signedIn ? windows.in : windows.out;
        await page.goto(app.server.url + path);
        await ready(page);
        expect(await page.locator('html').getAttribute('data-theme')).toBe(theme);
        const broken = await violations(page, theme);
        if (broken.length > 0) found[name] = broken;
      }
      expect(found).toEqual({});

      // The check itself can fail.
      await windows.in.evaluate(`(() => {
        const faint = document.createElement('p');
        faint.textContent = 'Hardly there';
        Object.assign(faint.style, { color: 'rgb(128, 128, 128)', background: 'rgb(120, 120, 120)' });
        document.querySelector('main').prepend(faint);
      })()`);
      expect(await violations(windows.in, theme)).toEqual([expect.stringMatching(/^color-contrast \(serious\)/)]);
    });

    it(`has no violation in palette, menus and dialogs, ${theme}`, async () => {
      const found: Record<string, string[]> = {};
      const page = await app.open(`${project}/traces`, { theme });
      const check = async (name: string) => {
        const broken = await violations(page, theme);
        if (broken.length > 0) found[name] = broken;
      };
      await shown(page.getByRole('row').filter({ hasText: 'support-agent' }));
      await page.keyboard.press('Control+k');
      await shown(page.getByRole('option', { name: /Set up/ }));
      await check('palette');
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await shown(page.getByRole('dialog', { name: 'Shortcuts' }));
      await check('shortcuts');
      await page.keyboard.press('Escape');
      await page.getByRole('combobox', { name: 'Search and filter' }).fill('lev');
      await shown(page.getByRole('option', { name: /level/ }));
      await check('suggestions');
      await page.keyboard.press('Escape');
      await page.getByRole('combobox', { name: 'Search and filter' }).fill('');
      await page.getByRole('button', { name: /^Time range/ }).click();
      await shown(page.getByRole('dialog', { name: 'Time range' }));
      await check('time range');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Columns' }).click();
      await shown(page.getByRole('menuitemcheckbox', { name: 'Trace id' }));
      await check('columns');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /: switch$/ }).click();
      await shown(page.getByRole('menuitem', { name: 'New organisation' }));
      await check('project switch');
      await page.keyboard.press('Escape');
      await page.getByRole('checkbox', { name: 'Pick the row' }).first().click();
      await page.getByRole('region', { name: 'Picked rows' }).getByRole('button', { name: 'Delete' }).click();
      await shown(page.getByRole('dialog', { name: 'Delete 1 trace?' }));
      await check('confirmation');
      expect(found).toEqual({});
    });
  }

  describe('by keyboard alone', () => {
    /** What has the focus, told apart by its place in the document, with whether one sees that it has it. */
    const focused = (page: Page) =>
      page.evaluate(`(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const seen = [];
        for (let at = element; at; at = at.parentElement) seen.unshift([...(at.parentElement?.children ?? [])].indexOf(at));
        const visibly = (at) => {
          const style = getComputedStyle(at);
          return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
        };
        // A list has the focus for all its rows, and marks the active one.
        const inner = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
        const list = element.getAttribute('role') === 'grid' || element.getAttribute('role') === 'tree';
        return {
          key: seen.join('.'),
          name: element.getAttribute('aria-label') ?? element.textContent.slice(0, 40),
          visible: visibly(element) || (inner !== null && visibly(inner)) || (list && inner === null),
        };
      })()`) as Promise<{ key: string; name: string; visible: boolean } | null>;

    /** Presses Tab until the focus comes round, and fails when it cannot get on or cannot be seen. */
    const tour = async (page: Page) => {
      const seen = new Map<string, string>();
      const unseen: string[] = [];
      for (let presses = 0; presses < 150; presses++) {
        await page.keyboard.press('Tab');
        const at = await focused(page);
        // Past the last element the browser itself has the focus: the way round is free.
        if (at === null || at.key === [...seen.keys()][0]) return { names: [...seen.values()], unseen };
        if (seen.has(at.key)) throw new Error(`Tab leads in a circle at "${at.name}" after ${[...seen.values()].join(', ')}`);
        seen.set(at.key, at.name);
        if (!at.visible) unseen.push(at.name);
      }
      throw new Error(`Tab does not come round: ${[...seen.values()].join(', ')}`);
    };

    it('reaches everything on the main pages, visibly, and is trapped nowhere', async () => {
      const page = await app.open(`${project}/traces`);
      await shown(page.getByRole('row').filter({ hasText: 'support-agent' }));
      const list = await tour(page);
      expect(list.unseen).toEqual([]);
      expect(list.names).toEqual(expect.arrayContaining(['Skip to the content', 'Search and filter', 'Traces', 'Columns']));

      await page.goto(`${app.server.url}${project}/traces/${agent.id}`);
      await shown(tree(page).getByText('answer'));
      const one = await tour(page);
      expect(one.unseen).toEqual([]);
      expect(one.names).toEqual(expect.arrayContaining(['Steps', 'Search in the steps', 'Bookmark']));

      await page.goto(`${app.server.url}${project}/settings/api-keys`);
      await shown(page.getByRole('table', { name: 'API keys' }));
      const keys = await tour(page);
      expect(keys.unseen).toEqual([]);
      expect(keys.names).toEqual(expect.arrayContaining([' Create a key']));
    });

    it('skips to the content', async () => {
      const page = await app.open(`${project}/settings/general`);
      await shown(page.getByLabel('Name'));
      await page.keyboard.press('Tab');
      const link = page.getByRole('link', { name: 'Skip to the content' });
      await soon(() => link.evaluate((element) => element.matches(':focus'))).toBe(true);
      await page.keyboard.press('Enter');
      await soon(() => page.locator('#main').evaluate((element) => element.matches(':focus'))).toBe(true);
    });

    it('goes anywhere by the palette', async () => {
      const page = await app.open(`${project}/traces`);
      const palette = page.getByRole('dialog', { name: 'Search and commands' });
      await shown(page.getByRole('row').filter({ hasText: 'support-agent' }));
      await page.keyboard.press('Control+k');
      await shown(palette);
      await page.keyboard.type('members');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/settings/members');
      await gone(palette);

      await page.keyboard.press('Control+k');
      await page.keyboard.insertText(agent.id);
      await shown(page.getByRole('option', { name: `Open trace ${agent.id}` }));
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/traces/${agent.id}`);

      await page.keyboard.press('Control+k');
      await page.keyboard.type('dark');
      await page.keyboard.press('Enter');
      await soon(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
      await page.reload();
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    });

    it('tells its shortcuts, keeps the focus in a dialog and gives it back', async () => {
      const page = await app.open(`${project}/traces`);
      await shown(page.getByRole('row').filter({ hasText: 'support-agent' }));
      await page.keyboard.press('?');
      const sheet = page.getByRole('dialog', { name: 'Shortcuts' });
      for (const label of ['Search and filter', 'Next row', 'Live tail on or off', 'Go to Settings'])
        await shown(sheet.getByText(label, { exact: true }));
      await page.keyboard.press('Escape');
      await gone(sheet);
      await page.keyboard.press('g');
      await page.keyboard.press('s');
      await page.waitForURL('**/settings/general');

      await page.goto(`${app.server.url}${project}/settings/api-keys`);
      const opener = page.getByRole('button', { name: 'Create a key' });
      await opener.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Create an API key' });
      await soon(() => dialog.getByLabel('Note').evaluate((element) => element.matches(':focus'))).toBe(true);
      for (let presses = 0; presses < 8; presses++) {
        await page.keyboard.press('Tab');
        expect(await dialog.evaluate((element) => element.matches(':focus-within'))).toBe(true);
      }
      await page.keyboard.press('Escape');
      await gone(dialog);
      await soon(() => opener.evaluate((element) => element.matches(':focus'))).toBe(true);
    });
  });
});
