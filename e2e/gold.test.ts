import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, sendOtlp } from './support/api.ts';
import { BETTER_ON_PURPOSE, compareFields, type Difference, type GoldCase, readGoldCases } from './support/gold-compare.ts';
import { startServer, type TestServer } from './support/server.ts';

const cases = readGoldCases();
if (cases.length === 0) console.warn('otel-gold.json is not beside the repository: recorded exports are not sent over HTTP.');

/** Some cases count their nanoseconds from 1, which is remarked. */
const BEGAN_IN_1970 = /^span 0 \(\w+\): startTimeUnixNano: lies in 1970/;

type Body = Record<string, unknown> & { id: string };
type TraceBody = Body & { observations: Body[] };

/** The case with ids that no other run has, wherever they are named. */
function withFreshIds(gold: GoldCase): GoldCase {
  const spans = (gold.resourceSpans as { scopeSpans?: { spans?: { traceId: string; spanId: string }[] }[] }[]).flatMap(
    (resource) => (resource.scopeSpans ?? []).flatMap((scope) => scope.spans ?? []),
  );
  let text = JSON.stringify(gold);
  for (const id of new Set(spans.flatMap((span) => [span.traceId, span.spanId]))) {
    text = text.replaceAll(id, randomBytes(id.length / 2).toString('hex'));
  }
  return { ...(JSON.parse(text) as GoldCase), name: gold.name };
}

/**
 * What is added on the way from the mapping to the API is not part of the case: costs from the price book where none was sent, tokens
 * counted by us, and a prompt's name, which shows only where that prompt exists.
 */
function named(expected: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return Object.fromEntries(
    Object.entries(expected).filter(
      ([field, value]) => !((field === 'costDetails' || field === 'usageDetails') && isEmpty(value)),
    ),
  );
}

function compareAnswer(gold: GoldCase, traces: Map<string, TraceBody>): Difference[] {
  const differences: Difference[] = [];
  for (const [id, expected] of Object.entries(gold.expect.traces)) {
    differences.push(...compareFields(`trace ${id}`, expected, traces.get(id)));
  }
  for (const expected of gold.expect.observations) {
    const found = traces.get(expected.traceId)?.observations.find(({ id }) => id === expected.id);
    differences.push(...compareFields(`observation ${expected.id}`, named(expected), found));
  }
  const got = [...traces.values()].reduce((sum, { observations }) => sum + observations.length, 0);
  if (got !== gold.expect.observations.length) {
    differences.push({ at: 'number of observations', expected: gold.expect.observations.length, got });
  }
  return differences;
}

describe.skipIf(cases.length === 0)('recorded exports, sent over HTTP and read back', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.destroy());

  it.concurrent.each(cases.filter(({ name }) => !(name in BETTER_ON_PURPOSE)).map((one) => [one.name, one] as const))(
    '%s',
    async (_, one) => {
      const gold = withFreshIds(one);
      await sendOtlp(server, gold.resourceSpans, {}, BEGAN_IN_1970);
      const ids = new Set([...Object.keys(gold.expect.traces), ...gold.expect.observations.map(({ traceId }) => traceId)]);
      const traces = new Map<string, TraceBody>();
      for (const id of ids) traces.set(id, await get<TraceBody>(server, `/api/public/traces/${id}`));
      expect(compareAnswer(gold, traces)).toEqual([]);
    },
  );
});
