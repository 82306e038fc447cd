import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFeedback, type FeedbackBox } from '../../domains/feedback/index.ts';
import { feedbackRoutes } from './feedback.ts';
import { type OpenRoutes, openRoutes } from './testing/open-routes.ts';

let server: OpenRoutes;
let call: OpenRoutes['call'];
let feedback: FeedbackBox;
beforeAll(async () => {
  server = await openRoutes(({ db, clock, access }) => {
    feedback = createFeedback({ db, clock });
    return [feedbackRoutes({ access, feedback })];
  });
  call = server.call;
});
afterAll(() => server.close());

const said = { targetType: 'mcp-tool', target: 'getPrompt', feedback: 'x'.repeat(3000) };

it('keeps what is said, for the project of the key', async () => {
  const { status, body } = await call('POST', '/feedback', said);
  expect({ status, body }).toEqual({ status: 201, body: { id: expect.any(String) } });
  server.clock.at += 1000;
  const whole = { targetType: 'docs', target: 'start', feedback: 'good', goal: 'to begin', referenceUrl: 'https://x.example/y' };
  const second = await call('POST', '/feedback', whole);
  expect(await feedback.list('p', 1, 50)).toEqual({
    data: [
      { id: second.body.id, ...whole, createdAt: '2026-05-01T12:00:01.000Z' },
      { id: body.id, ...said, goal: null, referenceUrl: null, createdAt: '2026-05-01T12:00:00.000Z' },
    ],
    totalCount: 2,
  });
  expect((await feedback.list('p', 2, 1)).data.map(({ id }) => id)).toEqual([body.id]);
  expect(await feedback.list('q', 1, 50)).toEqual({ data: [], totalCount: 0 });
});

it.each([
  ['targetType', { targetType: 'person' }],
  ['target', { target: '' }],
  ['target', { target: 'x'.repeat(201) }],
  ['feedback', { feedback: '' }],
  ['feedback', { feedback: 'x'.repeat(3001) }],
  ['feedback', { feedback: 'nul\0' }],
  ['goal', { goal: 'x'.repeat(1501) }],
  ['referenceUrl', { referenceUrl: 'javascript:alert(1)' }],
  ['referenceUrl', { referenceUrl: `https://x.example/${'x'.repeat(2048)}` }],
])('refuses a wrong %s', async (field, more) => {
  const { status, body } = await call('POST', '/feedback', { ...said, ...more });
  expect({ status, field: body.error[0].path[0] }).toEqual({ status: 400, field });
});

it('refuses a body over 16 kB', async () => {
  expect((await call('POST', '/feedback', { ...said, more: 'x'.repeat(16_384) })).status).toBe(413);
});

it.each([
  ['', 401],
  ['public', 403],
  ['organisation', 403],
])('key %j gets %i', async (key, status) => {
  expect((await call('POST', '/feedback', said, key)).status).toBe(status);
});
