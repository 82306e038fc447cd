import { expect, it } from 'vitest';
import { readAuthorization } from './authorization.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');

it.each([
  [`Basic ${encode('pk:sk')}`, { publicKey: 'pk', secretKey: 'sk' }],
  [`basic  ${encode('pk:s:k:')} `, { publicKey: 'pk', secretKey: 's:k:' }],
  [`Basic ${encode(':')}`, { publicKey: '', secretKey: '' }],
  ['Bearer pk-lf-1', { publicKey: 'pk-lf-1', secretKey: null }],
])('reads %s', (header, expected) => {
  expect(readAuthorization(header)).toEqual(expected);
});

it.each([
  [undefined, 'No authorization header'],
  ['', 'No authorization header'],
  ['Basic', 'Invalid authorization header'],
  ['Basic ', 'Invalid authorization header'],
  [`Basic ${encode('no colon')}`, 'Invalid authorization header'],
  ['Digest abc', 'Invalid authorization header'],
  ['Bearer', 'Invalid authorization header'],
  ['Bearer a b', 'Invalid authorization header'],
  ['pk:sk', 'Invalid authorization header'],
])('refuses %j', (header, message) => {
  expect(() => readAuthorization(header)).toThrow(expect.objectContaining({ status: 401, message }));
});
