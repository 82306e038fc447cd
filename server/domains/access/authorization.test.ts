import { expect, it } from 'vitest';
import { authorizationOf, readAuthorization } from './authorization.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');

it.each([
  [`Basic ${encode('pk:sk')}`, { publicKey: 'pk', secretKey: 'sk' }],
  [`basic  ${encode('pk:s:k:')} `, { publicKey: 'pk', secretKey: 's:k:' }],
  [`Basic ${encode(':')}`, { publicKey: '', secretKey: '' }],
  [`Basic%20${encode('pk:sk')}`, { publicKey: 'pk', secretKey: 'sk' }],
  [`Basic%20${encodeURIComponent(encode('pk:s'))}`, { publicKey: 'pk', secretKey: 's' }],
  ['Bearer%20pk-lf-1', { publicKey: 'pk-lf-1', secretKey: null }],
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
  ['Basic%20%zz%20', 'Invalid authorization header'],
  ['pk:sk', 'Invalid authorization header'],
])('refuses %j', (header, message) => {
  expect(() => readAuthorization(header)).toThrow(expect.objectContaining({ status: 401, message }));
});

it.each([
  [{ 'x-langfuse-public-key': 'pk', 'x-langfuse-secret-key': 'sk' }, `Basic ${encode('pk:sk')}`],
  [{ authorization: 'Basic own', 'x-langfuse-public-key': 'pk', 'x-langfuse-secret-key': 'sk' }, 'Basic own'],
  [{ 'x-langfuse-public-key': 'pk' }, undefined],
  [{ 'x-langfuse-secret-key': 'sk' }, undefined],
])('takes %j for an authorization', (headers: Record<string, string>, expected) => {
  expect(authorizationOf((name) => headers[name])).toBe(expected);
});
