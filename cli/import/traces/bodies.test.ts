import { describe, expect, it } from 'vitest';
import { observationBodyV1, observationBodyV2, traceBody } from './bodies.ts';
import { isThere } from './is-there.ts';
import { scoreToWrite } from './score-body.ts';
import type { ScoreRow } from './source-rows.ts';

const step = { id: 'o', traceId: 't', type: 'GENERATION', startTime: '2026-01-01T00:00:00Z' };

describe('steps', () => {
  it('of the first version: texts that are JSON stay texts, what is not known is absent', () => {
    expect(
      observationBodyV1({
        ...step,
        name: null,
        model: 'm',
        input: '5',
        output: 5,
        metadata: { text: 'true', truth: true, inner: { number: '7' } },
        modelParameters: { stop: ['a'], stream: 'true', temperature: 0 },
        usageDetails: { input: 3, total: 3 },
        costDetails: {},
        promptName: 'p',
        promptVersion: null,
      }),
    ).toEqual({
      id: 'o',
      traceId: 't',
      type: 'GENERATION',
      startTime: '2026-01-01T00:00:00.000Z',
      model: 'm',
      input: '"5"',
      output: 5,
      metadata: { text: '"true"', truth: true, inner: { number: '"7"' } },
      modelParameters: { stop: '["a"]', stream: 'true', temperature: 0 },
      usageDetails: { input: 3, total: 3 },
    });
  });

  it('of old servers: usage and cost from the fields they had', () => {
    const old = { ...step, usage: { input: 2, output: 3, total: 5 }, calculatedInputCost: 0.1, calculatedTotalCost: 0.1 };
    expect(observationBodyV1(old)).toMatchObject({
      usageDetails: { input: 2, output: 3, total: 5 },
      costDetails: { input: 0.1, total: 0.1 },
    });
    expect(observationBodyV1({ ...step, usage: { input: 0, output: 0, total: 0 } })).not.toHaveProperty('usageDetails');
  });

  it('of the second version: texts as they were stored', () => {
    const body = observationBodyV2({
      ...step,
      type: 'NEWER_THAN_US',
      input: '{"a": 1}',
      metadata: { 'a.b': '5', inner: 7 },
      providedModelName: 'm',
    });
    expect(body).toMatchObject({ type: 'SPAN', input: '{"a": 1}', metadata: { a: { b: '5' }, inner: 7 }, model: 'm' });
  });
});

describe('traces', () => {
  it('say only what is so', () => {
    const row = {
      id: 't',
      timestamp: '2026-01-01T00:00:00.000Z',
      tags: [],
      public: false,
      bookmarked: true,
      input: null,
      metadata: {},
    };
    expect(traceBody(row)).toEqual({ id: 't', timestamp: '2026-01-01T00:00:00.000Z', bookmarked: true });
  });
});

describe('scores of all versions of the API', () => {
  const of = (more: Partial<ScoreRow>): ScoreRow => ({
    id: 's',
    name: 'n',
    source: 'API',
    timestamp: '2026-01-01T00:00:00Z',
    ...more,
  });
  it.each([
    [
      { dataType: 'BOOLEAN', value: 1, stringValue: 'True', traceId: 't' },
      { dataType: 'BOOLEAN', value: true, subject: { kind: 'trace', id: 't' } },
      1,
    ],
    [
      { dataType: 'NUMERIC', value: 0.5, sessionId: 'x' },
      { dataType: 'NUMERIC', value: 0.5, subject: { kind: 'session', id: 'x' } },
      0.5,
    ],
    [
      { dataType: 'CATEGORICAL', value: 2, stringValue: 'good', traceId: 't', observationId: 'o' },
      { dataType: 'CATEGORICAL', value: 'good', subject: { kind: 'observation', id: 'o', traceId: 't' } },
      'good',
    ],
    [
      { dataType: 'TEXT', stringValue: 'words', datasetRunId: 'r' },
      { dataType: 'TEXT', value: 'words', subject: { kind: 'experiment', id: 'r' } },
      'words',
    ],
    [
      { dataType: 'CORRECTION', value: 0, stringValue: 'better', traceId: 't' },
      { dataType: 'CORRECTION', value: 'better', subject: { kind: 'trace', id: 't' } },
      'better',
    ],
  ] as const)('%o', (v2, v3, value) => {
    const written = scoreToWrite(of(v2));
    expect(written.body.value).toBe(value);
    expect(scoreToWrite(of(v3))).toEqual(written);
  });
});

describe('what is there', () => {
  const there = {
    id: 't',
    name: 'n',
    tags: ['a', 'b'],
    metadata: { run: { n: 1 }, more: 'x' },
    timestamp: '2026-01-01T00:00:00.000Z',
    input: { a: 1 },
  };
  it.each([
    [{ id: 't', name: 'n' }, true],
    [{ id: 't', name: 'other' }, false],
    [{ id: 't', tags: ['b'] }, true],
    [{ id: 't', tags: ['c'] }, false],
    [{ id: 't', metadata: { 'run.n': '1' } }, true],
    [{ id: 't', metadata: { run: { n: 2 } } }, false],
    [{ id: 't', input: '{"a":1}' }, true],
    [{ id: 't', userId: 'u' }, false],
  ])('%o: %s', (body, known) => {
    expect(isThere(body, there)).toBe(known);
  });

  it('may begin before a part of it, not after', () => {
    const later = { id: 't', timestamp: '2026-01-01T00:00:01.000Z' };
    expect([isThere(later, there), isThere(later, there, true)]).toEqual([false, true]);
    expect(isThere({ id: 't', timestamp: '2025-12-31T00:00:00.000Z' }, there, true)).toBe(false);
    expect(isThere(later, undefined, true)).toBe(false);
  });
});
