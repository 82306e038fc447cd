import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { environmentOf } from './clients/runs.ts';
import { call, get } from './support/api.ts';
import { type ClientName, runClient } from './support/clients.ts';
import { itWorks, shownClient } from './support/compatibility.ts';
import type { Feature } from './support/compatibility-table.ts';
import { startServer, type TestServer } from './support/server.ts';

/*
 * What the SDKs of Langfuse do beside tracing, as their documentation shows it, every generation: what the client itself saw, and what
 * the server then holds.
 */

const CLIENTS = [
  { client: 'langfuse-python-2', script: 'features-python-2.py' },
  { client: 'langfuse-python-3', script: 'features-python.py' },
  { client: 'langfuse-python-4', script: 'features-python.py' },
  { client: 'langfuse-python-5', script: 'features-python.py' },
  { client: 'langfuse-js-3', script: 'features-js-3.mjs' },
  { client: 'langfuse-js-4', script: 'features-js.mjs' },
  { client: 'langfuse-js-5', script: 'features-js.mjs' },
] as const satisfies { client: ClientName; script: string }[];

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.destroy());

describe.each(CLIENTS)('$client', ({ client, script }) => {
  const suffix = randomBytes(4).toString('hex');
  const run = (feature: Feature | 'media-read', ...more: string[]) =>
    runClient<Record<string, unknown>>(
      client,
      script,
      environmentOf({ client, script, langfuse: true }, { ...server, modelUrl: 'http://127.0.0.1:9' }),
      [feature, suffix, ...more],
    );
  const works = (feature: Feature, body: () => Promise<void>) => itWorks(client, shownClient(client), feature, body);
  const oldest = client === 'langfuse-python-2' || client === 'langfuse-js-3';

  works('prompts', async () => {
    const seen = await run('prompts');
    const name = `folder ${suffix}/grüße${client === 'langfuse-python-2' ? '' : '? #1'}`;
    expect(seen).toMatchObject({
      first: [1, ['production', 'latest'], 'Hello {{name}}', 'Hello Ada', { temperature: 0.3 }, ['shop']],
      second: [2, ['staging', 'latest']],
      cached: 1,
      byLabel: 'Hi {{name}}',
      byVersion: 'Hello {{name}}',
      moved: [2, ['latest', 'production', 'reviewed', 'staging']],
      fallback: ['Fallback Ada', true],
      absent: client.includes('python') ? 'NotFoundError' : true,
      listed: [[name, [1, 2], ['latest', 'production', 'reviewed', 'staging'], ['shop']]],
    });
    expect(seen.chat).toEqual([
      { role: 'system', content: 'You help with orders.' },
      // The second generation for Python knows no placeholders.
      ...(client === 'langfuse-python-2' ? [] : [{ role: 'user', content: 'before' }]),
      { role: 'user', content: 'Where?' },
    ]);
    const first = await get<{ commitMessage: string; labels: string[] }>(
      server,
      `/api/public/v2/prompts/${encodeURIComponent(name)}?version=1`,
    );
    expect([first.commitMessage, first.labels]).toEqual(['first', []]);
    if (!oldest) expect([seen.total, seen.left]).toEqual([1, 0]);
  });

  works('linked-prompts', async () => {
    const seen = (await run('linked-prompts')) as Record<string, [string, string]>;
    const prompts = await Promise.all(
      [1, 2].map((version) => get<{ id: string }>(server, `/api/public/v2/prompts/linked-${suffix}?version=${version}`)),
    );
    const linkOf = async ([, id]: [string, string]) => {
      const { promptId, promptName, promptVersion } = await get(server, `/api/public/observations/${id}`);
      return [promptId, promptName, promptVersion];
    };
    expect(await linkOf(seen.linked!)).toEqual([prompts[1]!.id, `linked-${suffix}`, 2]);
    expect(await linkOf(seen.later!)).toEqual([prompts[0]!.id, `linked-${suffix}`, 1]);
    // A fallback is no version of a prompt.
    expect((await linkOf(seen.fallback!))[0]).toBeNull();
  });

  works('scores', async () => {
    const { trace, step } = (await run('scores')) as { trace: string; step: string };
    const read = await get<{ data: Record<string, unknown>[] }>(server, `/api/public/v2/scores?traceId=${trace}`);
    const told = read.data.map((one) => [one.name, one.dataType, one.value, one.stringValue, one.comment, one.observationId]);
    const note = ['note', 'TEXT', undefined, 'well said', null, null];
    expect(told.sort()).toEqual([
      ...(oldest ? [] : [note]),
      ['overall', 'NUMERIC', 0.75, null, 'fine', null],
      ['step-ok', 'BOOLEAN', 1, 'True', null, step],
      ['tone', 'CATEGORICAL', 0, 'friendly', null, step],
      ['twice', 'NUMERIC', 2, null, null, null],
    ]);
    expect(read.data.find(({ name }) => name === 'twice')!.id).toBe(`score-${suffix}`);
    if (client === 'langfuse-python-2') return;
    expect(read.data.find(({ name }) => name === 'overall')!.metadata).toEqual({ by: 'test' });
    const session = await get<{ data: unknown[] }>(server, `/api/public/v2/scores?sessionId=session-${suffix}`);
    expect(session.data).toMatchObject([{ name: 'csat', value: 4, traceId: null, sessionId: `session-${suffix}` }]);
  });

  works('media', async () => {
    const { trace, span } = (await run('media')) as { trace: string; span: string };
    const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const png = Buffer.concat([Buffer.from(pixel, 'base64'), Buffer.from(suffix)]);
    const text = Buffer.from(`plain ${suffix}`);
    const idOf = (content: Buffer) =>
      createHash('sha256').update(content).digest('base64').slice(0, 22).replaceAll('+', '-').replaceAll('/', '_');
    const source = client === 'langfuse-js-4' || client === 'langfuse-js-5' ? 'base64_data_uri' : 'bytes';
    const picture = `@@@langfuseMedia:type=image/png|id=${idOf(png)}|source=${source}@@@`;
    const observation = await get<{ traceId: string; input: unknown; metadata: unknown }>(
      server,
      `/api/public/observations/${span}`,
    );
    expect(observation.traceId).toBe(trace);
    expect(observation.input).toEqual({
      picture,
      text: `@@@langfuseMedia:type=text/plain|id=${idOf(text)}|source=base64_data_uri@@@`,
    });
    expect(observation.metadata).toMatchObject({ copy: picture });
    const contentOf = async (content: Buffer) => {
      const { url } = await get<{ url: string }>(server, `/api/public/media/${idOf(content)}`);
      const response = await fetch(url);
      return [response.status, response.headers.get('content-type')?.split(';')[0], Buffer.from(await response.arrayBuffer())];
    };
    expect(await contentOf(png)).toEqual([200, 'image/png', png]);
    expect(await contentOf(text)).toEqual([200, 'text/plain', text]);
    const seen = await run('media-read', picture);
    expect(seen).toMatchObject({
      parsed: ['image/png', source],
      got: [true, 'image/png', png.length],
      resolved: `data:image/png;base64,${png.toString('base64')}`,
    });
  });

  works('datasets', async () => {
    const seen = await run('datasets');
    const item = (number: number, country: string, expected: string) => [
      `item-${number}-${suffix}`,
      { country },
      expected,
      'ACTIVE',
    ];
    expect(seen).toMatchObject({
      first: [`cities ${suffix}/ü`, 'capitals', { owner: 'test' }, [item(2, 'Japan', 'Kyoto'), item(1, 'France', 'Paris')]],
      now: [
        [`item-2-${suffix}`, 'Tokyo'],
        [`item-1-${suffix}`, 'Paris'],
      ],
      left: [`item-2-${suffix}`],
      paged: 56,
      absent: 404,
    });
    if (oldest) return;
    expect(seen.refused).toBe(400);
    expect(seen.atVersion).toEqual([
      [`item-2-${suffix}`, 'Kyoto'],
      [`item-1-${suffix}`, 'Paris'],
    ]);
  });

  works('reads', async () => {
    const id = await sendTrace(suffix);
    const { data } = await get<{ data: { id: string; name: string }[] }>(server, '/api/public/projects');
    const seen = await run('reads', id);
    expect(seen).toMatchObject({ health: 'OK', project: [data[0]!.id, data[0]!.name] });
    if (client !== 'langfuse-python-5') {
      expect(seen).toMatchObject({
        trace: [`read-${suffix}`, `user-${suffix}`, `chat ${suffix}`, ['a', 'b'], 2, 1, `/project/${data[0]!.id}/traces/${id}`],
        traces: [id],
        legacy: ['generation', 'step'],
        sessions: true,
        scores: [['q', 'NUMERIC', 0.5]],
      });
    }
    if (oldest) {
      expect(seen).toMatchObject({
        total: 1,
        generation: ['generation', 'gpt-4o', 10, 5, [{ role: 'user', content: 'hi' }]],
      });
      if (client === 'langfuse-python-2')
        expect(seen).toMatchObject({ generations: ['generation'], daily: [[true, ['', 'gpt-4o']]], models: true });
      return;
    }
    expect(seen).toMatchObject({
      observations: [
        ['generation', 'GENERATION', '[{"role":"user","content":"hi"}]'],
        ['step', 'SPAN', 'in'],
      ],
      metrics: [
        ['generation', 1, 15],
        ['step', 1, 0],
      ],
      models: true,
      queues: 0,
      deleted: true,
    });
    if (client !== 'langfuse-python-5')
      expect(seen).toMatchObject({ session: [`chat ${suffix}`, [id]], oldMetrics: [[`read-${suffix}`, 1, 2]] });
    if (['langfuse-python-4', 'langfuse-python-5', 'langfuse-js-5'].includes(client)) expect(seen.scores3).toEqual([['q', 0.5]]);
    await expect.poll(async () => (await call(server, 'GET', `/api/public/traces/${id}`)).status).toBe(404);
  });
});

/** A trace with a step, a generation and a score, for the reads. */
async function sendTrace(suffix: string): Promise<string> {
  const id = `trace-${suffix}`;
  const timestamp = new Date().toISOString();
  const event = (type: string, body: object) => ({ id: randomBytes(8).toString('hex'), type, timestamp, body });
  const { status, body } = await call<{ errors: unknown[] }>(server, 'POST', '/api/public/ingestion', {
    batch: [
      event('trace-create', {
        id,
        name: `read-${suffix}`,
        userId: `user-${suffix}`,
        sessionId: `chat ${suffix}`,
        tags: ['b', 'a'],
      }),
      event('span-create', { id: `step-${suffix}`, traceId: id, name: 'step', startTime: timestamp, input: 'in' }),
      event('generation-create', {
        id: `generation-${suffix}`,
        traceId: id,
        parentObservationId: `step-${suffix}`,
        name: 'generation',
        startTime: timestamp,
        endTime: timestamp,
        model: 'gpt-4o',
        usage: { promptTokens: 10, completionTokens: 5 },
        input: [{ role: 'user', content: 'hi' }],
      }),
      event('score-create', { id: `score-q-${suffix}`, traceId: id, name: 'q', value: 0.5 }),
    ],
  });
  expect([status, body.errors]).toEqual([207, []]);
  return id;
}
