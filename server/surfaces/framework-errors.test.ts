import { fastify } from 'fastify';
import { afterAll, expect, it } from 'vitest';
import { answerFrameworkError } from './framework-errors.ts';

const app = fastify({ frameworkErrors: answerFrameworkError, routerOptions: { maxParamLength: 10 } });
app.get('/api/public/v2/prompts/:promptName', async () => ({}));
app.get('/api/v1/projects/:projectId', async () => ({}));
afterAll(() => app.close());

it('answers an address with a broken escape in the shape of its API', async () => {
  const langfuse = await app.inject({ url: '/api/public/v2/prompts/%E0%A4%A' });
  expect([langfuse.statusCode, langfuse.json()]).toEqual([
    400,
    { message: "'/api/public/v2/prompts/%E0%A4%A' is not a valid url component", error: 'InvalidRequestError' },
  ]);
  const own = await app.inject({ url: '/api/v1/projects/%E0%A4%A' });
  expect([own.statusCode, own.json().error.code]).toEqual([400, 'InvalidRequestError']);
});
