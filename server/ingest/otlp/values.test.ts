import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import { SENDER } from '../dialects/example-span.ts';
import { normaliseExport } from '../dialects/normalise.ts';
import { decodeJsonExport } from './decode-json.ts';
import { decodeProtobufExport } from './decode-protobuf.ts';

/* Values of every kind, in every place: both encodings give the same plain JSON. The general protobuf library is the writer. */

const { root } = protobuf.parse(readFileSync(fileURLToPath(new URL('trace-service.proto', import.meta.url)), 'utf8'));
const Request = root.lookupType('opentelemetry.proto.ExportTraceServiceRequest');

function toProtobuf(request: unknown): Uint8Array {
  const prepared = JSON.parse(JSON.stringify(request), (key, value: unknown) => {
    if (['traceId', 'spanId'].includes(key)) return [...Buffer.from(value as string, 'hex')];
    if (key === 'bytesValue') return [...Buffer.from(value as string, 'base64')];
    if (key === 'doubleValue' && typeof value === 'string') return Number(value);
    if (key === 'intValue') {
      const bits = BigInt.asUintN(64, BigInt(value as string));
      return { low: Number(bits & 0xffffffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: false };
    }
    return value;
  }) as Record<string, unknown>;
  return Request.encode(Request.fromObject(prepared)).finish();
}

/** Numbers that look random and are the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const TEXTS = ['', 'a', 'Ünïcödé ✓', '{"not":"parsed"}', '9007199254740993', '\u0000', 'NaN', 'constructor'];
const KEYS = ['k', 'a.b', '__proto__', 'constructor', '', '0', 'gen_ai.input.messages'];
const INTS = ['0', '-1', '42', '9007199254740993', '-9223372036854775808', '9223372036854775807'];
const DOUBLES = [0.25, -1e300, 5, 0.1, 'NaN', 'Infinity', '-Infinity'];

/** A value and the plain JSON that it means. */
function anyValue(random: () => number, depth: number): { value: unknown; plain: unknown } {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const kind = Math.floor(random() * (depth < 4 ? 8 : 6));
  if (kind === 0) {
    const int = pick(INTS);
    return { value: { intValue: int }, plain: int };
  }
  if (kind === 1) {
    const double = pick(DOUBLES);
    return { value: { doubleValue: double }, plain: double };
  }
  if (kind === 2) return { value: { boolValue: random() < 0.5 }, plain: null };
  if (kind === 3) {
    const bytes = Buffer.from(pick(TEXTS)).toString('base64');
    return { value: { bytesValue: bytes }, plain: bytes };
  }
  if (kind === 4) return { value: {}, plain: undefined };
  const some = Array.from({ length: Math.floor(random() * 4) }, () => anyValue(random, depth + 1).value);
  if (kind === 6) return { value: { arrayValue: { values: some } }, plain: null };
  if (kind === 7) return { value: { kvlistValue: { values: some.map((value) => ({ key: pick(KEYS), value })) } }, plain: null };
  const text = pick(TEXTS);
  return { value: { stringValue: text }, plain: text };
}

const exportOf = (values: readonly unknown[]) => {
  const attributes = values.map((value, i) => ({ key: `key-${i}`, value }));
  return {
    resourceSpans: [
      {
        resource: { attributes },
        scopeSpans: [
          {
            scope: { name: 's', attributes },
            spans: [
              {
                traceId: '0af7651916cd43dd8448eb211c80319c',
                spanId: 'b7ad6b7169203331',
                name: 'n',
                attributes,
                events: [{ name: 'e', attributes }],
                links: [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203332', attributes }],
              },
            ],
          },
        ],
      },
    ],
  };
};

it('generated values are the same from protobuf and JSON, in attributes, events, links, resource and scope', () => {
  const random = generator(20_261_201);
  for (let round = 0; round < 300; round++) {
    const made = Array.from({ length: 6 }, () => anyValue(random, 0));
    const request = exportOf(made.map(({ value }) => value));
    const fromJson = decodeJsonExport(JSON.stringify(request));
    expect(decodeProtobufExport(toProtobuf(request))).toEqual(fromJson);
    const [span] = fromJson.spans;
    const { attributes } = span!;
    for (const place of [span!.events[0]!, span!.links[0]!, span!.resource, span!.scope])
      expect(place.attributes).toEqual(attributes);
    made.forEach(({ plain }, i) => {
      if (plain === undefined) expect(attributes.has(`key-${i}`)).toBe(false);
      else if (plain !== null) expect(String(attributes.get(`key-${i}`))).toBe(String(plain));
    });
    expect(JSON.stringify([...attributes])).not.toMatch(/kvlistValue|stringValue|arrayValue|bytesValue/);
  }
});

const text = (stringValue: string) => ({ stringValue });
const map = (values: Record<string, unknown>) => ({
  kvlistValue: { values: Object.entries(values).map(([key, value]) => ({ key, value })) },
});

it.each([
  ['protobuf', (request: unknown) => decodeProtobufExport(toProtobuf(request))],
  ['JSON', (request: unknown) => decodeJsonExport(JSON.stringify(request))],
])('messages, arguments and values that are maps are stored as the JSON that they are: %s', (_, decode) => {
  const request = exportOf([]);
  const [span] = request.resourceSpans[0]!.scopeSpans[0]!.spans;
  Object.assign(span!, {
    attributes: [
      { key: 'gen_ai.input.messages', value: { arrayValue: { values: [map({ role: text('user'), content: text('hi') })] } } },
      {
        key: 'gen_ai.output.messages',
        value: { arrayValue: { values: [map({ role: text('assistant'), n: { intValue: '3' } })] } },
      },
      { key: 'settings', value: map({ 'a.b': text('c'), list: { arrayValue: { values: [{ boolValue: true }] } } }) },
    ],
    events: [{ name: 'note', attributes: [{ key: 'detail', value: map({ why: text('so') }) }] }],
  });
  const [row] = normaliseExport(decode(request), SENDER, 1).rows;
  expect(row!.input).toBe('[{"role":"user","content":"hi"}]');
  expect(row!.output).toBe('[{"role":"assistant","n":3}]');
  expect(row!.metadata['attributes.settings']).toBe('{"a.b":"c","list":[true]}');
  expect(JSON.parse(row!.events)).toMatchObject([{ name: 'note', attributes: { detail: { why: 'so' } } }]);
});
