import { beforeAll, expect, it } from 'vitest';
import { call, get } from '../support/api.ts';
import { browserSuite, shown, soon } from '../support/browser.ts';
import { eventually, TEST_PROJECT } from '../support/server.ts';

const DAY = '2026-05-01T12:00';
const trace = (id: string, minute: string, output: string) => [
  {
    id: `${id}-event`,
    type: 'trace-create',
    timestamp: `${DAY}:${minute}Z`,
    body: { id, name: 'answer', timestamp: `${DAY}:${minute}Z`, sessionId: 'chat/1', input: 'How late?', output },
  },
  {
    id: `${id}-step-event`,
    type: 'generation-create',
    timestamp: `${DAY}:${minute}Z`,
    body: {
      id: `${id}-step`,
      traceId: id,
      name: 'call',
      model: 'gpt-4o',
      startTime: `${DAY}:${minute}Z`,
      endTime: new Date(Date.parse(`${DAY}:${minute}Z`) + 2000).toISOString(),
      usageDetails: { input: 1000, output: 100 },
    },
  },
];

/** Addresses that Langfuse's SDKs print lead somewhere. */
browserSuite('Printed addresses', {}, (app) => {
  let run: { datasetId: string; id: string };
  beforeAll(async () => {
    const { server } = app;
    const batch = [...trace('first-trace', '01', 'Two days'), ...trace('second-trace', '05', 'Three days')];
    await call(server, 'POST', '/api/public/ingestion', { batch });
    await call(server, 'POST', '/api/public/scores', { traceId: 'first-trace', name: 'exact', value: 1, dataType: 'BOOLEAN' });
    await call(server, 'POST', '/api/public/v2/datasets', { name: 'questions' });
    for (const [id, expectedOutput] of [
      ['item-1', 'Two days'],
      ['item-2', { days: 3 }],
    ]) {
      await call(server, 'POST', '/api/public/dataset-items', {
        datasetName: 'questions',
        id,
        input: 'How late?',
        expectedOutput,
      });
    }
    for (const [datasetItemId, traceId] of [
      ['item-1', 'first-trace'],
      ['item-2', 'second-trace'],
    ]) {
      await call(server, 'POST', '/api/public/dataset-run-items', { runName: 'nightly', datasetItemId, traceId });
    }
    run = await get<typeof run>(server, '/api/public/datasets/questions/runs/nightly');
    await eventually(async () => (await call(server, 'GET', '/api/public/sessions/chat%2F1')).status === 200, 'the session');
  });
  const project = `/project/${TEST_PROJECT.projectId}`;

  it('of a trace by its id alone lead into its project', async () => {
    const page = await app.open('/trace/first-trace');
    await soon(() => new URL(page.url()).pathname).toBe(`${project}/traces/first-trace`);
    await shown(page.getByRole('heading', { level: 1, name: 'answer' }));
    const expected = [/404/];
    const nowhere = await app.open('/trace/no-such-trace', { expected });
    await shown(nowhere.getByRole('heading', { name: 'There is nothing at this address' }));
    const stranger = await app.open('/trace/first-trace', { signedIn: false, expected: [/401/] });
    await soon(() => new URL(stranger.url()).pathname).toBe('/sign-in');
  });

  it('of a session show its traces in order and what they took', async () => {
    const page = await app.open(`${project}/sessions/chat%2F1`);
    await shown(page.getByRole('heading', { level: 1, name: 'Session chat/1' }));
    const rows = page.getByRole('row');
    await soon(() => rows.count()).toBe(3);
    const texts = await rows.allInnerTexts();
    expect(texts[1]).toContain('Two days');
    expect(texts[2]).toContain('Three days');
    expect(await page.locator('dl').textContent()).toBe('Traces2Cost$0.007Tokens2,200Time in traces4.00 sErrors0');
    await page.getByRole('link', { name: 'answer' }).first().click();
    await soon(() => new URL(page.url()).pathname).toBe(`${project}/traces/first-trace`);
    const nowhere = await app.open(`${project}/sessions/no-such`, { expected: [/404/] });
    await shown(nowhere.getByRole('heading', { name: 'There is nothing at this address' }));
  });

  it('of a run show what came of each item', async () => {
    const page = await app.open(`${project}/datasets/${run.datasetId}/runs/${run.id}`);
    await shown(page.getByRole('heading', { level: 1, name: 'Run nightly' }));
    const row = page.getByRole('row').filter({ hasText: 'item-1' });
    await shown(row.getByText('exact'));
    expect(await row.textContent()).toMatch(/How late\?[\s\S]*Two days[\s\S]*Two days[\s\S]*exact[\s\S]*true/);
    await page.getByRole('link', { name: 'item-2' }).click();
    await soon(() => new URL(page.url()).pathname).toBe(`${project}/traces/second-trace`);
    const nowhere = await app.open(`${project}/datasets/x/runs/no-such`, { expected: [/404/] });
    await shown(nowhere.getByRole('heading', { name: 'There is nothing at this address' }));
  });
});
