import { beforeAll, describe, expect, it } from 'vitest';
import { decodeProtobufExport } from '../../ingest/otlp/decode-protobuf.ts';
import type { DecodedSpan } from '../../ingest/otlp/decoded.ts';
import { emptyObservation, type ObservationRow } from '../../store/analytics/rows.ts';
import { createPrices } from '../prices/index.ts';
import { type DemoPiece, type DemoProgress, generateDemo, loadDemo } from './index.ts';

const DAY = 86_400_000;
/** A Wednesday. */
const NOW = Date.parse('2026-03-18T14:30:00Z');

const text = (span: DecodedSpan, key: string) => String(span.attributes.get(key) ?? '');
const ms = (micros: number | null) => (micros ?? 0) / 1000;
const daysAgo = (time: number) => Math.floor((NOW - time) / DAY);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function toRow(span: DecodedSpan): ObservationRow {
  const number = (key: string) => Number(span.attributes.get(key) ?? 0);
  const cached = number('gen_ai.usage.cache_read.input_tokens');
  const reasoning = number('gen_ai.usage.reasoning.output_tokens');
  return {
    ...emptyObservation('p', span.traceId, span.spanId),
    model: text(span, 'gen_ai.response.model'),
    usage_details: {
      input: number('gen_ai.usage.input_tokens') - cached,
      input_cached_tokens: cached,
      output: number('gen_ai.usage.output_tokens') - reasoning,
      output_reasoning_tokens: reasoning,
    },
  };
}

describe('the demo', () => {
  const pieces: DemoPiece[] = [];
  const traces = new Map<string, DecodedSpan[]>();
  let spans: DecodedSpan[] = [];
  let roots: DecodedSpan[] = [];
  let took = 0;

  beforeAll(async () => {
    const started = process.cpuUsage();
    for await (const piece of generateDemo({ now: NOW, seed: 'test' })) pieces.push(piece);
    const used = process.cpuUsage(started);
    took = (used.user + used.system) / 1000;
    spans = pieces.flatMap((piece) => decodeProtobufExport(piece.otlp).spans);
    for (const span of spans) traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
    roots = spans.filter((span) => span.parentSpanId === '');
  });

  const scores = () => pieces.flatMap((piece) => piece.langfuse?.batch ?? []);

  it('has the promised size and is made fast', () => {
    expect(traces.size).toBeGreaterThan(3000);
    expect(traces.size).toBeLessThan(4500);
    expect(spans.length).toBeGreaterThan(25_000);
    expect(spans.length).toBeLessThan(42_000);
    expect(pieces.reduce((sum, piece) => sum + piece.spans, 0)).toBe(spans.length);
    expect(pieces.reduce((sum, piece) => sum + piece.traces, 0)).toBe(traces.size);
    // Of the processor, as the machine may have other work.
    expect(took).toBeLessThan(12_000);
  });

  it('is well-formed: one root a trace, no orphan, children inside the time of their root, ids unique', () => {
    expect(roots).toHaveLength(traces.size);
    expect(new Set(spans.map((span) => span.spanId)).size).toBe(spans.length);
    for (const all of traces.values()) {
      const ids = new Set(all.map((span) => span.spanId));
      const root = all.find((span) => span.parentSpanId === '')!;
      for (const span of all) {
        expect(span === root || ids.has(span.parentSpanId)).toBe(true);
        expect(span.startTime! >= root.startTime! && span.endTime! <= root.endTime! && span.startTime! <= span.endTime!).toBe(
          true,
        );
      }
    }
  });

  it('is never later than now, and lives at once: the newest pieces come first', () => {
    const latest = Math.max(...spans.map((span) => ms(span.endTime)));
    expect(latest).toBeLessThanOrEqual(NOW);
    expect(latest).toBeGreaterThan(NOW - 3_600_000);
    expect(Math.min(...spans.map((span) => ms(span.startTime)))).toBeGreaterThan(NOW - 14 * DAY - 1000);
    expect(scores().every((score) => Date.parse(score.timestamp) <= NOW)).toBe(true);
    const starts = pieces.map((piece) => piece.hour);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(starts[0]).toBeLessThan(8);
  });

  it('has traffic on all days, less at weekends and at night', () => {
    const byDate = Map.groupBy(roots, (root) => new Date(ms(root.startTime)).toISOString().slice(0, 10));
    const weekday = (date: string) => new Date(date).getUTCDay() % 6 !== 0;
    const whole = [...byDate].filter(([date]) => date !== '2026-03-04' && date !== '2026-03-18');
    expect(whole).toHaveLength(13);
    const mostAtWeekend = Math.max(...whole.filter(([date]) => !weekday(date)).map(([, found]) => found.length));
    expect(Math.min(...whole.filter(([date]) => weekday(date)).map(([, found]) => found.length))).toBeGreaterThan(
      mostAtWeekend * 1.3,
    );
    const atHour = (hour: number) => roots.filter((root) => new Date(ms(root.startTime)).getUTCHours() === hour).length;
    expect(atHour(10)).toBeGreaterThan(atHour(2) * 8);
  });

  it('has about 200 people in sessions of several turns, in two environments and four languages', () => {
    const users = new Set(roots.map((root) => text(root, 'user.id')));
    expect(users.size).toBeGreaterThan(180);
    expect(users.size).toBeLessThan(210);
    const sessions = Map.groupBy(roots, (root) => text(root, 'session.id'));
    expect([...sessions.values()].filter((turns) => turns.length >= 3).length).toBeGreaterThan(200);
    expect([...sessions.values()].every((turns) => new Set(turns.map((turn) => text(turn, 'user.id'))).size === 1)).toBe(true);
    expect(new Set(roots.map((root) => text(root, 'langfuse.environment')))).toEqual(new Set(['production', 'staging']));
    const inputs = roots.map((root) => text(root, 'langfuse.observation.input')).join('\n');
    expect(inputs).toMatch(/[\u4e00-\u9fff]{4}/);
    expect(inputs).toMatch(/[\u0600-\u06ff]{4}/);
    expect(inputs).toMatch(/Bestellung/);
  });

  it('shows a prompt regression five days ago: version 4 answers longer and is liked less', () => {
    const answers = spans.filter(
      (span) => span.name === 'answer' && text(span, 'langfuse.observation.prompt.name') === 'support-answer',
    );
    const production = answers.filter((span) => text(span, 'langfuse.environment') === 'production');
    for (const span of production) {
      const ago = NOW - ms(traces.get(span.traceId)!.find((it) => it.parentSpanId === '')!.startTime);
      if (Math.abs(ago - 5 * DAY) > 60_000)
        expect(span.attributes.get('langfuse.observation.prompt.version')).toBe(ago < 5 * DAY ? 4 : 3);
    }
    const helpfulness = scores().filter((score) => score.body.name === 'helpfulness' && score.body.environment === 'production');
    const before = helpfulness
      .filter((score) => daysAgo(Date.parse(score.timestamp)) >= 5)
      .map((score) => Number(score.body.value));
    const after = helpfulness
      .filter((score) => daysAgo(Date.parse(score.timestamp)) < 5)
      .map((score) => Number(score.body.value));
    expect(before.length).toBeGreaterThan(300);
    expect(after.length).toBeGreaterThan(300);
    expect(mean(before)).toBeGreaterThan(0.82);
    expect(mean(after)).toBeLessThan(0.72);
    const tokens = (version: number) =>
      mean(
        answers
          .filter((span) => span.attributes.get('langfuse.observation.prompt.version') === version)
          .map((span) => Number(span.attributes.get('gen_ai.usage.output_tokens') ?? 0)),
      );
    expect(tokens(4)).toBeGreaterThan(tokens(3) * 2);
  });

  it('shows one cost spike nine days ago, by prices of the price book', async () => {
    const generations = spans.filter((span) => span.attributes.has('gen_ai.response.model'));
    const rows = generations.map(toRow);
    await createPrices().priceRows(rows);
    expect(new Set(rows.filter((row) => row.total_cost === null).map((row) => row.model))).toEqual(new Set());
    const byDay = new Array<number>(14).fill(0);
    for (const [i, row] of rows.entries()) byDay[daysAgo(ms(generations[i]!.startTime))]! += row.total_cost!;
    const others = byDay.filter((_, day) => day !== 9);
    expect(byDay[9]).toBeGreaterThan(3 * median(others));
    expect(Math.max(...others)).toBeLessThan(2.5 * median(others));
    expect(new Set(rows.map((row) => row.price_model_name)).size).toBeGreaterThanOrEqual(7);
  });

  it('has what goes wrong in life: refused and timed-out calls with retries, failed tools, blocked input, failed requests', () => {
    const errors = (type: string) => spans.filter((span) => text(span, 'error.type') === type).length;
    for (const type of ['rate_limit_error', 'timeout', 'overloaded_error', 'ToolError'])
      expect(errors(type), type).toBeGreaterThan(2);
    expect(spans.filter((span) => span.events.some((event) => event.name === 'retry')).length).toBeGreaterThan(100);
    expect(
      spans.filter((span) => span.name === 'guardrail.input' && text(span, 'langfuse.observation.level') === 'WARNING').length,
    ).toBeGreaterThan(10);
    const failed = roots.filter((root) => root.statusCode === 2).length;
    expect(failed).toBeGreaterThan(3);
    expect(failed).toBeLessThan(roots.length * 0.05);
    expect(spans.filter((span) => span.attributes.has('langfuse.observation.completion_start_time')).length).toBeGreaterThan(
      3000,
    );
  });

  it('is the same for the same seed, with ids that follow from the seed alone', async () => {
    const first = async (now: number, seed: string) => {
      for await (const piece of generateDemo({ now, seed })) return piece;
      throw new Error('empty');
    };
    expect(Buffer.from((await first(NOW, 'test')).otlp).equals(Buffer.from(pieces[0]!.otlp))).toBe(true);
    const other = decodeProtobufExport((await first(NOW, 'other')).otlp).spans;
    expect(other.every((span) => !traces.has(span.traceId))).toBe(true);
  });

  it('goes on after an interruption and is complete and without doubles in the end', async () => {
    const stored = new Map<string, number>();
    const storedScores = new Set<string>();
    let saved: DemoProgress | null = null;
    let accepted = 0;
    let now = NOW;
    const stop = new AbortController();
    const loading = (signal?: AbortSignal) => ({
      acceptOtlp: async (body: Uint8Array) => {
        accepted += 1;
        if (accepted === 4) stop.abort();
        if (accepted === 6) throw new Error('store is away');
        for (const span of decodeProtobufExport(body).spans) stored.set(`${span.traceId} ${span.spanId}`, ms(span.startTime));
      },
      acceptBatch: async (body: { batch: unknown[] }) => {
        for (const event of body.batch as { id: string }[]) storedScores.add(event.id);
      },
      readProgress: async () => saved,
      writeProgress: async (progress: DemoProgress) => {
        saved = { ...progress };
      },
      now: () => now,
      log: { info: () => {}, error: () => {} },
      signal,
      seed: 'test',
    });
    await loadDemo(loading(stop.signal));
    expect(stored.size).toBeLessThan(spans.length);
    now += 3_600_000;
    await expect(loadDemo(loading())).rejects.toThrow('store is away');
    await loadDemo(loading());
    expect(saved).toMatchObject({ done: true, now: NOW });
    expect([...stored.keys()].toSorted()).toEqual(spans.map((span) => `${span.traceId} ${span.spanId}`).toSorted());
    expect(storedScores.size).toBe(new Set(scores().map((score) => score.id)).size);
    const before = accepted;
    expect(await loadDemo(loading())).toEqual({ traces: 0, spans: 0, scores: 0 });
    expect(accepted).toBe(before);
  });
});
