/** Numbers in [0, 1) that a seed decides (mulberry32), so that a failure can be told again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export type Random = () => number;

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

export const randomBytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));

/** Real bytes, damaged: cut off, bytes changed, a piece doubled, or a piece taken out. */
export function damage(random: Random, bytes: Buffer): Buffer {
  const at = Math.floor(random() * bytes.length);
  const to = at + Math.floor(random() * 64);
  switch (Math.floor(random() * 4)) {
    case 0:
      return bytes.subarray(0, at);
    case 1: {
      const copy = Buffer.from(bytes);
      for (let i = 0; i < 8; i++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
      return copy;
    }
    case 2:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
  }
}

/** Values that no field expects. Deep nesting is made anew: it is large. */
const STRANGE: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 1e308,
  () => '9'.repeat(400),
  () => '',
  () => '\u0000\ud800 \u202e',
  () => 'x'.repeat(300_000),
  () => [],
  () => ({}),
  () => [[[{}]]],
  () => ({ __proto__: null, constructor: { prototype: 1 } }),
  () => JSON.parse('{"__proto__":{"polluted":true}}'),
  () => deep(2000),
];

export function deep(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A copy in which a few values somewhere are of another type. */
export function distort(random: Random, value: unknown, chance = 0.08): unknown {
  if (random() < chance) return pick(random, STRANGE)();
  if (Array.isArray(value)) return value.map((entry) => distort(random, entry, chance));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, distort(random, entry, chance)]));
  }
  return value;
}
