import Fastify from 'fastify';
import { afterAll, expect, it } from 'vitest';
import { takeKeyHeaders } from './key-headers.ts';

const app = Fastify();
takeKeyHeaders(app);
app.get('/', async (request) => request.headers.authorization ?? 'none');
afterAll(() => app.close());

const PAIR = { 'x-langfuse-public-key': 'pk-1', 'x-langfuse-secret-key': 'sk-1' };

it.each([
  ['the pair', PAIR, `Basic ${Buffer.from('pk-1:sk-1').toString('base64')}`],
  ['the pair beside an authorization', { ...PAIR, authorization: 'Basic other' }, 'Basic other'],
  ['a public key alone', { 'x-langfuse-public-key': 'pk-1' }, 'none'],
  ['nothing', {}, 'none'],
])('%s', async (_, headers: Record<string, string>, told) => {
  expect((await app.inject({ url: '/', headers })).body).toBe(told);
});
