import { randomBytes } from 'node:crypto';
import { call } from './api.ts';
import type { TestServer } from './server.ts';

export const newTraceId = () => randomBytes(16).toString('hex');
export const newSpanId = () => randomBytes(8).toString('hex');

/** A model call in OTLP's JSON form that took 50 ms and ended now. */
export function spanOf(traceId: string, spanId = newSpanId(), more: Record<string, unknown> = {}): Record<string, unknown> {
  const end = BigInt(Date.now()) * 1_000_000n;
  return {
    traceId,
    spanId,
    name: 'llm.call',
    kind: 3,
    startTimeUnixNano: String(end - 50_000_000n),
    endTimeUnixNano: String(end),
    attributes: [
      { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o-mini' } },
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '100' } },
      { key: 'gen_ai.usage.output_tokens', value: { intValue: '20' } },
      { key: 'input.value', value: { stringValue: 'Where is my order?' } },
    ],
    status: {},
    ...more,
  };
}

export const exportOf = (spans: readonly unknown[]) => ({
  resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: 'e2e' }, spans }] }],
});

/** Identity of all observations of the project, `trace id/id`, page by page; one that is there twice is listed twice. */
export async function allObservations(server: TestServer): Promise<string[]> {
  const found: string[] = [];
  let cursor = '';
  do {
    const { status, body } = await call<{ data: { id: string; traceId: string }[]; meta: { cursor?: string } }>(
      server,
      'GET',
      `/api/public/v2/observations?fields=core&limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    if (status !== 200) throw new Error(`The list of observations was answered ${status}: ${JSON.stringify(body).slice(0, 300)}`);
    found.push(...body.data.map(({ id, traceId }) => `${traceId}/${id}`));
    cursor = body.meta.cursor ?? '';
  } while (cursor !== '');
  return found;
}
