import type { FastifyInstance } from 'fastify';
import { checkResponses } from '../check-responses.ts';
import { applyLangfuseConventions } from '../conventions.ts';
import { violations } from './violations.ts';

/** `applyLangfuseConventions` for tests: every answer is compared with its published shape, and one that breaks it fails the test. */
export function applyCheckedConventions(api: FastifyInstance): void {
  applyLangfuseConventions(api);
  checkResponses(api, (violation) => violations.push(violation));
}
