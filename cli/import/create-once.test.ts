import { expect, it } from 'vitest';
import { HttpError } from '../client/http.ts';
import { createOnce } from './create-once.ts';

const { signal } = new AbortController();

it('looks for what it made when the answer was lost, and makes it again only when it is not there', async () => {
  const made: string[] = [];
  let answers = 0;
  const create = async () => {
    answers += 1;
    if (answers > 1) made.push('it');
    if (answers < 3) throw new HttpError(503, 'away', 'away');
    return 'from create';
  };
  const find = async () => (made.length > 0 ? 'found' : undefined);
  expect(await createOnce(create, find, signal)).toBe('found');
  expect([made, answers]).toEqual([['it'], 2]);
});

it('does not try again what was refused', async () => {
  let tries = 0;
  const refused = createOnce(
    async () => {
      tries += 1;
      throw new HttpError(400, 'InvalidRequestError', 'no');
    },
    async () => 'found',
    signal,
  );
  await expect(refused).rejects.toThrow('no');
  expect(tries).toBe(1);
});
