import { expect, it } from 'vitest';
import { ioOf } from './example-span.ts';

it('reads inputs and outputs, before Traceloop and after LiveKit', () => {
  const mlflow = { 'mlflow.spanInputs': '{"q":1}', 'mlflow.spanOutputs': '"a"' };
  expect(ioOf({ ...mlflow, 'traceloop.entity.input': 'x' })).toEqual({ input: { q: 1 }, output: 'a' });
  expect(ioOf({ ...mlflow, 'lk.input_text': 'x' }).input).toBe('x');
});
