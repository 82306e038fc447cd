import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModelServer } from '../examples/model-server/server.ts';
import { environmentOf } from './clients/runs.ts';
import { get } from './support/api.ts';
import { type ClientName, pythonAvailable, runSource } from './support/clients.ts';
import { costOf, type ReadTrace } from './support/read-back.ts';
import { startServer, type TestServer } from './support/server.ts';

/* The snippets of docs/sdks, run as they are printed. */

const docs = resolve(import.meta.dirname, '../docs');
const python = pythonAvailable();

/** Which libraries run the page's snippets, in order. */
const SNIPPETS: Record<string, ClientName[]> = {
  'openai.md': ['langfuse-python-5', 'langfuse-js-5'],
  'langchain.md': ['langfuse-python-5', 'langfuse-js-5'],
  'openai-agents.md': ['langfuse-python-5', 'frameworks-js'],
  'vercel-ai.md': ['frameworks-js'],
  'pydantic-ai.md': ['langfuse-python-5'],
  'litellm.md': ['litellm-python', 'litellm-python'],
};

let server: TestServer;
let model: Awaited<ReturnType<typeof startModelServer>>;
beforeAll(async () => {
  [server, model] = await Promise.all([startServer(), startModelServer({ pace: 0 })]);
});
afterAll(async () => {
  await model?.close();
  await server?.destroy();
});

/** Ids of the user's traces. */
const tracesOf = async () => {
  const { data } = await get<{ data: { id: string }[] }>(
    server,
    '/api/public/traces?userId=u-1&sessionId=s-1&tags=docs&limit=100',
  );
  return data.map(({ id }) => id);
};

describe.each(Object.entries(SNIPPETS))('docs/sdks/%s', (page, clients) => {
  const text = readFileSync(join(docs, 'sdks', page), 'utf8');
  const snippets = [...text.matchAll(/^```(?:python|js)\n([\s\S]*?)^```/gm)].map(([, source]) => source!);

  it('has a client for every snippet', () => expect(snippets).toHaveLength(clients.length));

  for (const [index, client] of clients.entries()) {
    it.skipIf(!python && client.includes('python'))(`snippet ${index + 1} with ${client}`, async () => {
      const before = await tracesOf();
      await runSource(
        client,
        snippets[index]!,
        environmentOf({ client, script: '', langfuse: true }, { ...server, modelUrl: model.url }),
      );
      const [id, ...more] = (await tracesOf()).filter((one) => !before.includes(one));
      expect(more).toEqual([]);
      const trace = await get<ReadTrace>(server, `/api/public/traces/${id}`);
      const generations = trace.observations.filter(({ type }) => type === 'GENERATION');
      expect(generations).toHaveLength(1);
      const { input, output, usage, calculatedTotalCost } = generations[0]!;
      expect(JSON.stringify(input)).toContain('Ada');
      expect(JSON.stringify(output)).toMatch(/You said: .*Ada/);
      expect(usage.input).toBeGreaterThan(0);
      expect(calculatedTotalCost).toBeCloseTo(costOf('gpt-4o-mini', usage.input, usage.output), 12);
    });
  }
});
