import { serve } from './app/serve.ts';
import { openSlices, type Slices } from './app/slices.ts';
import { type Address, openSpine } from './app/spine.ts';
import type { Config } from './config.ts';
import type { Login } from './domains/access/index.ts';
import { type Part, type Start, shutDown } from './lib/lifetime.ts';
import type { Logger } from './lib/log.ts';

/** A running Telltale. */
export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  url: string;
  /** 0 when OTLP/gRPC is off or its port was taken. */
  grpcPort: number;
  demoLogin: Login | null;
  /** Takes nothing new, finishes what was accepted, closes the stores. */
  stop(): Promise<void>;
}

/**
 * Parts meet here and in `app/` only: the spine (`spine.ts`: stores, queue, outbound), the domains on it (`slices.ts`), the surfaces on
 * those (`serve.ts`). They are started in this order and stopped in the reverse one, after the doors are closed and what was accepted is
 * stored.
 */
export async function startApp(config: Config, log: Logger): Promise<App> {
  const parts: Part[] = [];
  const start: Start = (part, life) => {
    parts.push(life);
    return part;
  };
  const stop = () => shutDown(parts, (part, error) => log.error({ err: error, part: part.name }, 'could not stop'));
  try {
    const address: Address = { url: '', grpcPort: 0 };
    const releaseMedia: Slices['media']['releaseTraces'] = (...traces) => slices.media.releaseTraces(...traces);
    const spine = await openSpine({ config, log, start, address, releaseMedia });
    const slices: Slices = await openSlices(spine, start);
    await serve(spine, slices, start, address);
    void spine.jobs.begin().catch((error) => log.error({ err: error }, 'background work could not start'));
    for (const slice of slices.all) slice.begin?.();
    return { ...address, demoLogin: slices.demoLogin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
