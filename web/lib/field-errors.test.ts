import { expect, it } from 'vitest';
import { ApiError } from './client.ts';
import { errorBeside, fieldErrors } from './field-errors.ts';

const error = new ApiError(400, 'InvalidRequestError', 'a.b: is wrong; c: is needed', {
  details: [
    { path: 'a.b', message: 'is wrong' },
    { path: 'c', message: 'is needed' },
    { path: '', message: 'all of it' },
    { message: 'x' },
  ],
});

it('reads the fields of an answer 400', () => {
  expect([...fieldErrors(error)]).toEqual([
    ['a.b', 'Is wrong'],
    ['c', 'Is needed'],
  ]);
  expect(fieldErrors(new ApiError(500, 'x', 'y')).size).toBe(0);
  expect(fieldErrors(undefined).size).toBe(0);
});

it('leaves what has no field of its own', () => {
  expect(errorBeside(error, () => true)).toBeUndefined();
  expect(errorBeside(error, (field) => field === 'c')).toBe('a.b: Is wrong');
  expect(errorBeside(new Error('gone'), () => true)).toBe('gone');
  expect(errorBeside(undefined, () => true)).toBeUndefined();
});
