import { DrizzleQueryError } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { createLogger } from './log.ts';

it('tells of a failed query, but not the values in it', () => {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  const cause = Object.assign(new Error('invalid byte sequence'), {
    code: '22021',
    detail: 'Key (a)=(of-a-user)',
    params: ['of-a-user'],
  });
  const failed = new DrizzleQueryError(
    'select a from t where b = $1 and c = $2',
    ['of-a-user\n and more', 'hash-of-a-key'],
    cause,
  );
  log.error({ err: failed }, 'request failed');
  log.error({ err: new Error('outer', { cause: failed }) }, 'request failed');
  log.error({ err: cause }, 'request failed');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).not.toMatch(/of-a-user|and more|hash-of-a-key/);
  const { err } = JSON.parse(lines[0]!) as { err: { message: string; stack: string } };
  expect(err.message).toBe('Failed query: select a from t where b = $1 and c = $2: invalid byte sequence');
  expect(err.stack).toContain('log.test.ts');
  log.error({ err: 'a text' }, 'x');
  expect(JSON.parse(lines[3]!)).toMatchObject({ err: 'a text' });
});
