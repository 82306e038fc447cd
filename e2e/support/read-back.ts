import { expect } from 'vitest';
import { get } from './api.ts';
import type { TestServer } from './server.ts';

/** An observation as the first version of the API shows it. Only what the tests compare. */
export interface ReadObservation {
  id: string;
  traceId: string;
  type: string;
  name: string;
  parentObservationId: string | null;
  startTime: string;
  endTime: string | null;
  completionStartTime: string | null;
  level: string;
  statusMessage: string | null;
  environment: string;
  version: string | null;
  input: unknown;
  output: unknown;
  metadata: Record<string, unknown>;
  model: string | null;
  modelParameters: Record<string, unknown>;
  usage: { input: number; output: number; total: number; unit: string };
  usageDetails: Record<string, number>;
  costDetails: Record<string, number>;
  calculatedTotalCost: number | null;
  promptId: string | null;
  promptName: string | null;
  promptVersion: number | null;
}

export interface ReadScore {
  name: string;
  dataType: string;
  value: number;
  stringValue: string | null;
  comment: string | null;
  traceId: string;
  observationId: string | null;
  environment: string;
  source: string;
}

export interface ReadTrace {
  id: string;
  name: string;
  userId: string | null;
  sessionId: string | null;
  tags: string[];
  version: string | null;
  release: string | null;
  environment: string;
  public: boolean;
  input: unknown;
  output: unknown;
  metadata: Record<string, unknown>;
  latency: number;
  totalCost: number;
  observations: ReadObservation[];
  scores: ReadScore[];
}

/** An observation of the second version: input and output are texts as they were sent. */
interface ReadObservationV2 {
  id: string;
  type: string;
  name: string;
  parentObservationId: string | null;
  level: string;
  input: string | null;
  output: string | null;
  providedModelName: string | null;
  usageDetails: Record<string, number>;
  totalCost: number | null;
  userId: string | null;
  sessionId: string | null;
  tags: string[];
  release: string | null;
  traceName: string | null;
}

/**
 * Reads a trace once, without waiting: whoever was told that its spans are stored can read them. Then asks all other reads of the API for
 * the same facts and checks that they agree: list, both versions of observations, both versions of scores.
 */
export async function readBack(server: TestServer, traceId: string): Promise<ReadTrace> {
  const trace = await get<ReadTrace>(server, `/api/public/traces/${traceId}`);
  const byId = <T extends { id: string }>(rows: readonly T[]) => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));

  const list = await get<{ data: ReadObservation[]; meta: { totalItems: number } }>(
    server,
    `/api/public/observations?traceId=${traceId}&limit=100`,
  );
  expect(list.meta.totalItems).toBe(trace.observations.length);
  expect(byId(list.data)).toEqual(byId(trace.observations));

  const fields = 'core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context';
  const second = await get<{ data: ReadObservationV2[] }>(
    server,
    `/api/public/v2/observations?traceId=${traceId}&limit=1000&fields=${fields}`,
  );
  expect(byId(second.data)).toMatchObject(
    byId(trace.observations).map((step) => ({
      id: step.id,
      type: step.type,
      name: step.name,
      parentObservationId: step.parentObservationId,
      level: step.level,
      providedModelName: step.model,
      usageDetails: step.usageDetails,
      totalCost: step.calculatedTotalCost,
      tags: trace.tags,
      traceName: trace.name,
    })),
  );
  for (const step of second.data) {
    const first = trace.observations.find(({ id }) => id === step.id)!;
    expect([asValue(step.input), asValue(step.output)]).toEqual([first.input, first.output]);
  }

  const traces = await get<{
    data: (Omit<ReadTrace, 'observations' | 'scores'> & { observations: string[]; scores: string[] })[];
  }>(server, `/api/public/traces?limit=100&name=${encodeURIComponent(trace.name)}`);
  const listed = traces.data.find(({ id }) => id === traceId);
  const { observations: steps, scores, ...facts } = trace;
  expect(listed).toMatchObject(facts);
  expect(listed!.observations.sort()).toEqual(steps.map(({ id }) => id).sort());
  expect(listed!.scores).toHaveLength(scores.length);

  for (const version of ['scores', 'v2/scores']) {
    const read = await get<{ data: ReadScore[] }>(server, `/api/public/${version}?traceId=${traceId}&limit=100`);
    const told = ({ name, value, stringValue, dataType, observationId, comment }: ReadScore) =>
      JSON.stringify([name, value, stringValue, dataType, observationId, comment]);
    expect(read.data.map(told).sort()).toEqual(scores.map(told).sort());
  }
  return trace;
}

function asValue(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Steps as an outline: type and name, indented below the parent, in order of start. */
export function outline(steps: readonly ReadObservation[], parent: string | null = null, depth = 0): string[] {
  return steps
    .filter((step) => step.parentObservationId === parent)
    .sort((a, b) => a.startTime.localeCompare(b.startTime))
    .flatMap((step) => [`${'  '.repeat(depth)}${step.type} ${step.name}`, ...outline(steps, step.id, depth + 1)]);
}

/** The lines of an outline with siblings in order of their text: steps that began in the same millisecond have no order of their own. */
export function sortSiblings(lines: readonly string[]): string[] {
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  const trees: string[][] = [];
  for (const line of lines) {
    if (line.search(/\S/) === indent) trees.push([line]);
    else trees.at(-1)!.push(line);
  }
  return trees
    .map(([root, ...below]) => [root!, ...(below.length > 0 ? sortSiblings(below) : [])])
    .sort((a, b) => a.join('\n').localeCompare(b.join('\n')))
    .flat();
}

/** USD per token of the stand-in models' names, from the providers' lists. */
const PRICES: Record<string, { input: number; cached: number; output: number }> = {
  'gpt-4o-mini': { input: 0.15e-6, cached: 0.075e-6, output: 0.6e-6 },
  'gpt-5-mini': { input: 0.25e-6, cached: 0.025e-6, output: 2e-6 },
  'text-embedding-3-small': { input: 0.02e-6, cached: 0.02e-6, output: 0 },
};

/** What a call costs: input without cached tokens, cached tokens, all output; reasoning is part of the output. */
export function costOf(model: string, input: number, output: number, cached = 0): number {
  const name = Object.keys(PRICES).find((prefix) => model.startsWith(prefix))!;
  const price = PRICES[name]!;
  return (input - cached) * price.input + cached * price.cached + output * price.output;
}
