import type { Clock } from '../lib/clock.ts';
import type { Attempt, Consumer } from './types.ts';

/** From the watermark to what is settled, batch by batch; the watermark is kept after each. */
export async function follow<Item>(consumer: Consumer<Item>, attempt: Attempt, clock: Clock): Promise<void> {
  const until = (clock.now() - consumer.settleMs) * 1000;
  const kept = attempt.progress as { watermark: number } | null;
  let watermark = kept?.watermark ?? consumer.from ?? until;
  if (!kept) await attempt.save({ watermark });
  while (watermark < until) {
    const { items, reached } = await consumer.read(watermark, until, consumer.batch);
    if (items.length > 0) await consumer.handle(items);
    if (reached <= watermark) throw new Error('A batch did not get beyond its watermark.');
    watermark = reached;
    await attempt.save({ watermark });
  }
}
