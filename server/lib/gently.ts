import { setImmediate } from 'node:timers/promises';

/**
 * Work on the event loop that grows with what one caller sent or asked for is done in stretches, so that nobody else waits for all of it.
 */

/** Longest stretch, ms. */
const STRETCH = 12;

/** Asked between two pieces of work: whether others should get their turn now. */
export interface Breath {
  due(): boolean;
  take(): Promise<void>;
}

export function createBreath(stretch = STRETCH): Breath {
  let since = performance.now();
  return {
    due: () => performance.now() - since >= stretch,
    async take() {
      await setImmediate();
      since = performance.now();
    },
  };
}

/** As `items.map`, in stretches. */
export async function mapGently<Item, Made>(items: readonly Item[], make: (item: Item) => Made): Promise<Made[]> {
  const breath = createBreath();
  const made: Made[] = [];
  for (const item of items) {
    if (breath.due()) await breath.take();
    made.push(make(item));
  }
  return made;
}

/** Elements of a list, and of a list in an object, are written one by one. */
const DEPTH = 2;

/** The same text as `JSON.stringify`, in stretches. */
export async function stringifyGently(value: unknown): Promise<string> {
  const breath = createBreath();
  const write = async (part: unknown, depth: number): Promise<string> => {
    if (breath.due()) await breath.take();
    if (depth >= DEPTH || !isContainer(part)) return JSON.stringify(part) ?? 'null';
    const pieces: string[] = [];
    if (Array.isArray(part)) {
      for (const element of part) pieces.push(await write(element, depth + 1));
      return `[${pieces.join(',')}]`;
    }
    for (const key of Object.keys(part)) {
      const own = (part as Record<string, unknown>)[key];
      if (own === undefined || typeof own === 'function' || typeof own === 'symbol') continue;
      pieces.push(`${JSON.stringify(key)}:${await write(own, depth + 1)}`);
    }
    return `{${pieces.join(',')}}`;
  };
  return write(value, 0);
}

/** A list or a plain object, which is written as what is in it. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('rawJSON' in value);
}
