import { expect, it } from 'vitest';
import { langfuseRoutes } from '../../../contract/langfuse/routes.ts';

it('names the error of a 401 and 403 on prompts, ingestion, exports and what belongs to organisations', () => {
  const named = langfuseRoutes.filter(({ errors }) => errors === 'named').map(({ path }) => path);
  const nouns = [
    /^\/v2\/prompts/,
    /^\/prompts/,
    /^\/ingestion$/,
    /^\/integrations\/blob-storage/,
    /^\/organizations\//,
    /\/memberships$/,
  ];
  expect(langfuseRoutes.filter(({ path }) => nouns.some((noun) => noun.test(path))).map(({ path }) => path)).toEqual(named);
  expect(named.length).toBeGreaterThan(15);
});
