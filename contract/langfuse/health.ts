import { z } from 'zod';
import { published } from './published.ts';
import { route, routes } from './route.ts';

export const healthResponse = published('HealthResponse', z.strictObject({ version: z.string(), status: z.string() }));

export const healthRoutes = routes('Health', [
  route('checkHealth', 'GET', { path: '/health', auth: 'none', answers: { 200: healthResponse, 503: healthResponse } }),
  route('checkReadiness', 'GET', {
    path: '/ready',
    auth: 'none',
    answers: { 200: healthResponse, 500: healthResponse, 503: healthResponse },
  }),
]);
