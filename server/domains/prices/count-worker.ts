import { parentPort } from 'node:worker_threads';
import { tokenCounter } from './count-tokens.ts';
import type { CountJob, CountReply, CountRequest } from './estimator.ts';

/* The thread that counts tokens: counting is a second's work per million characters, which the loop of the server does not have. */

async function count(jobs: readonly CountJob[]): Promise<CountReply['counts']> {
  const counts: CountReply['counts'] = [];
  for (const { tokenizer, modelName, input, output } of jobs) {
    const counter = await tokenCounter(tokenizer, modelName);
    counts.push({ input: counter.input(input), output: counter.output(output) });
  }
  return counts;
}

parentPort?.on('message', ({ id, jobs }: CountRequest) => {
  void count(jobs).then(
    (counts) => parentPort?.postMessage({ id, counts } satisfies CountReply),
    (error: unknown) => parentPort?.postMessage({ id, counts: [], failed: String(error) } satisfies CountReply),
  );
});
