import { expect, it } from 'vitest';
import { createTally } from './tally.ts';

it('counts what was copied before a step began anew as copied, not as there before', () => {
  const before = createTally();
  before.copied('queues', 3);
  before.alreadyThere('queues', 2);
  before.failed('queues', 'q', 'no');
  const after = createTally(JSON.parse(JSON.stringify(before.state)));
  after.restart(['queues']);
  after.alreadyThere('queues', 2);
  after.alreadyThere('queues', 3);
  after.copied('queues');
  expect(after.of('queues')).toEqual({ copied: 4, alreadyThere: 2, failed: 0 });
  expect(after.state.problems).toEqual([]);
});
