import { expect, it } from 'vitest';
import { mediaIdsIn } from './references.ts';

it('finds files wherever they are referred to, each once', () => {
  const one = '@@@langfuseMedia:type=image/png|id=AAAA-_bbbbCCCCdddd1234|source=bytes@@@';
  const two = '@@@langfuseMedia:type=audio/wav|id=2222-_bbbbCCCCdddd1234|source=file@@@';
  expect(mediaIdsIn({ a: ['x', `before ${one} between ${two} after`], b: one })).toEqual([
    'AAAA-_bbbbCCCCdddd1234',
    '2222-_bbbbCCCCdddd1234',
  ]);
  expect([null, undefined, 5, 'text', {}].flatMap(mediaIdsIn)).toEqual([]);
});
