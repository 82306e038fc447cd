import { expect, it, vi } from 'vitest';
import { findProjectOfTrace } from './find-trace.ts';
import type { Me } from './session.ts';

const person = (projects: string[][]) =>
  ({ organisations: projects.map((ids) => ({ projects: ids.map((id) => ({ id })) })) }) as unknown as Me;

it('asks the projects of a person, in every organisation, until one has the trace', async () => {
  const me = person([Array.from({ length: 9 }, (_, at) => `a${at}`), ['b0', 'b1']]);
  const has = vi.fn(async (projectId: string, traceId: string) => projectId === 'b0' && traceId === 't');
  expect(await findProjectOfTrace(me, 't', has)).toBe('b0');
  expect(has).toHaveBeenCalledTimes(11);
  has.mockClear();
  expect(await findProjectOfTrace(person([['b0', 'c', 'd', 'e', 'f', 'g', 'never']]), 't', has)).toBe('b0');
  expect(has).not.toHaveBeenCalledWith('never', 't');
});

it('finds nothing where nobody has it', async () => {
  expect(await findProjectOfTrace(person([]), 't')).toBeNull();
  expect(await findProjectOfTrace(person([['a'], ['b']]), 't', async () => false)).toBeNull();
});

it('does not take a failure for an answer', async () => {
  const failing = async () => Promise.reject(new Error('away'));
  await expect(findProjectOfTrace(person([['a']]), 't', failing)).rejects.toThrow('away');
});
