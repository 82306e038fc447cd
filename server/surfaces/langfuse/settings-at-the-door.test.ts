import { afterAll, beforeAll, expect, it } from 'vitest';
import { FULL, PUBLIC, startDoor, type TestDoor } from '../ingest/testing/start-door.ts';
import { type SettingsServer, startSettings } from './testing/start-settings.ts';

let settings: SettingsServer;
let server: TestDoor;
beforeAll(async () => {
  settings = await startSettings();
  // The door of these tests writes to project p1, which is a name for project `one` here.
  const real = (projectId: string) => (projectId === 'p1' ? 'one' : projectId);
  server = await startDoor({
    door: {
      findPrompt: (projectId, name, version) => settings.prompts.findPrompt(real(projectId), name, version),
      findScoreConfig: (projectId, configId) => settings.scoreConfigs.find(real(projectId), configId),
    },
  });
});
afterAll(async () => {
  await server.app.close();
  await settings.stop();
});

const config = async (body: object): Promise<string> => (await settings.one('POST', '/score-configs', body)).body.id;

it('refuses a score that breaks its config in the answer, and names it after its config otherwise', async () => {
  const numeric = await config({ name: 'quality', dataType: 'NUMERIC', minValue: 0, maxValue: 1 });
  const categorical = await config({ name: 'tone', dataType: 'CATEGORICAL', categories: [{ label: 'kind', value: 3 }] });
  const archived = await config({ name: 'old', dataType: 'TEXT' });
  await settings.one('PATCH', `/score-configs/${archived}`, { isArchived: true });
  const foreign = (await settings.two('POST', '/score-configs', { name: 'theirs', dataType: 'TEXT' })).body.id;
  const send = async (body: object, authorization = FULL) => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/public/scores',
      headers: { authorization },
      payload: { traceId: 't', name: 'given', ...body },
    });
    return { status: answer.statusCode, said: JSON.stringify(answer.json()) };
  };
  for (const [body, status, said] of [
    [{ configId: numeric, value: 2 }, 400, 'above 1'],
    [{ configId: numeric, value: -1 }, 400, 'below 0'],
    [{ configId: numeric, value: 'x' }, 400, 'must be a number'],
    [{ configId: numeric, value: 1, dataType: 'BOOLEAN' }, 400, 'must be NUMERIC'],
    [{ configId: categorical, value: 'rude' }, 400, 'none of the categories'],
    [{ configId: archived, value: 'x' }, 400, 'archived'],
    [{ configId: foreign, value: 'x' }, 404, 'no score config'],
    [{ configId: 'a\0b', value: 'x' }, 404, 'no score config'],
  ] as const) {
    const answer = await send(body);
    expect([answer.status, answer.said]).toEqual([status, expect.stringContaining(said)]);
  }
  expect(server.written.events).toEqual([]);
  expect((await send({ configId: numeric, value: 0.5 })).status).toBe(200);
  expect((await send({ configId: categorical, value: 'kind' }, PUBLIC)).status).toBe(200);
  expect(server.written.events.map(({ body }) => JSON.parse(body))).toMatchObject([
    { name: 'quality', dataType: 'NUMERIC', value: 0.5 },
    { name: 'tone', dataType: 'CATEGORICAL', value: 3, stringValue: 'kind' },
  ]);
  // A change counts from the next score on.
  await settings.one('PATCH', `/score-configs/${numeric}`, { maxValue: 10 });
  expect((await send({ configId: numeric, value: 2 })).status).toBe(200);
});

it('links a generation to its prompt only when that version exists', async () => {
  const prompt = (await settings.one('POST', '/v2/prompts', { name: 'a/prompt', prompt: 'x' })).body;
  server.written.events.length = 0;
  const generation = (id: string, promptName: string, promptVersion: number) => ({
    id: `event ${id}`,
    type: 'generation-create',
    timestamp: '2026-03-04T05:06:07.089Z',
    body: { id, traceId: 't', promptName, promptVersion },
  });
  const send = (...batch: object[]) =>
    server.app.inject({ method: 'POST', url: '/api/public/ingestion', headers: { authorization: FULL }, payload: { batch } });
  await send(generation('g1', 'a/prompt', 1), generation('g2', 'a/prompt', 2), generation('g3', 'fallback', 1));
  await settings.one('POST', '/v2/prompts', { name: 'a/prompt', prompt: 'y' });
  await send(generation('g4', 'a/prompt', 2));
  const linked = server.written.events.map(({ entity_id, body }) => [entity_id, JSON.parse(body).promptId]);
  expect(linked).toEqual([
    ['g1', prompt.id],
    ['g2', null],
    ['g3', null],
    ['g4', (await settings.one('GET', '/v2/prompts/a%2Fprompt?version=2')).body.id],
  ]);
});
