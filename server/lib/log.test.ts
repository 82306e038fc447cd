import { DrizzleQueryError } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { createLogger } from './log.ts';

it('tells of a failed query, but not the values in it', () => {
  const lines: string[] = [];
  const log = createLogger('info', { destination: { write: (line) => void lines.push(line) } });
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

it('names its levels, and writes the share of lines that is asked for, errors always', () => {
  const lines: string[] = [];
  const draws = [0.05, 0.2, 0.49, 0.5, 0.999];
  const log = createLogger('debug', {
    destination: { write: (line) => void lines.push(line) },
    sampling: { warn: 0.5, info: 0.1 },
    random: () => draws.shift() ?? 0.999,
  });
  log.info('1 kept');
  log.info('2 dropped');
  log.warn('3 kept');
  log.warn('4 dropped');
  log.error('5 kept');
  log.debug('6 kept: not named');
  const told = lines.map((line) => JSON.parse(line) as { level: string; msg: string }).map(({ level, msg }) => `${level} ${msg}`);
  expect(told).toEqual(['info 1 kept', 'warn 3 kept', 'error 5 kept', 'debug 6 kept: not named']);
});
