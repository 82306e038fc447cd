import type { FastifyPluginAsync } from 'fastify';

export interface HealthOptions {
  /** Without a leading `v`. */
  version: string;
  /** Version of the public API that is spoken, for clients that compare it: `4.x.y` (contract §1.1). */
  publicVersion: string;
  /** Round trip to each store in ms, by the store's name; rejects when it does not answer. */
  stores: Record<string, () => Promise<number>>;
  /** Bytes that may still be written to the data folder, and how few are too few to take anything. */
  disk?: () => Promise<{ free: number; needed: number }>;
  /** Whether everything is open and listening. */
  isStarted(): boolean;
  isDraining(): boolean;
  /** Whether a trace or observation came in within the last three minutes, in any project. */
  hasRecentEvents(): Promise<boolean>;
  /** A store that needs longer than this counts as failed. */
  timeoutMs?: number;
}

type StoreHealth = { ok: true; latencyMs: number } | { ok: false; reason: string };

/**
 * `GET /health` (the process is alive), `GET /startup` (everything is open) and `GET /ready` (it can do its work). No sign-in, nothing
 * that would help an attacker.
 */
export function healthRoutes(options: HealthOptions): FastifyPluginAsync {
  return async (app) => {
    app.get('/health', async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ status: 'ok', version: options.version }),
    );
    app.get('/startup', async (_request, reply) => {
      const started = options.isStarted();
      return reply
        .code(started ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: started ? 'started' : 'starting', version: options.version });
    });
    app.get('/ready', async (request, reply) => {
      const [stores, disk] = await Promise.all([
        askStores(options, (name, error) => request.log.warn({ err: error, store: name }, 'store is not ready')),
        askDisk(options),
      ]);
      const ready = !options.isDraining() && allOk(stores) && disk.ok;
      const status = options.isDraining() ? 'draining' : ready ? 'ready' : 'failing';
      return reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status, version: options.version, uptimeSeconds: Math.floor(process.uptime()), stores, disk });
    });
  };
}

/** What `GET /health` may be asked to fail for. */
export interface HealthQuestion {
  failIfDatabaseUnavailable?: boolean | undefined;
  failIfNoRecentEvents?: boolean | undefined;
}

/** The answer to callers of the public API; `ok` says whether what they asked for is so. */
export type AskHealth = (asked: HealthQuestion) => Promise<{ ok: boolean; status: string; version: string }>;

/** Langfuse's question for health (contract §1.1). */
export function createAskHealth(options: HealthOptions): AskHealth {
  const { publicVersion: version } = options;
  const failed = (status: string) => ({ ok: false, status, version });
  return async (asked) => {
    if (asked.failIfDatabaseUnavailable && !allOk(await askStores(options))) return failed('Database not available');
    if (asked.failIfNoRecentEvents) {
      const recent = await options.hasRecentEvents().catch(() => null);
      if (recent === null) return failed('Database not available');
      if (!recent) return failed('No traces or observations within the last 3 minutes');
    }
    return { ok: true, status: 'OK', version };
  };
}

/** Langfuse's `GET /health` and `GET /ready` (contract §1.1), to be registered below `/api/public`. */
export function publicHealthRoutes(options: HealthOptions): FastifyPluginAsync {
  return async (app) => {
    const { publicVersion: version } = options;
    const answer = (status: string) => ({ status, version });
    const askHealth = createAskHealth(options);

    app.get('/health', async (request, reply) => {
      const asked = request.query as Record<string, unknown>;
      const { ok, ...body } = await askHealth({
        failIfDatabaseUnavailable: asked.failIfDatabaseUnavailable === 'true',
        failIfNoRecentEvents: asked.failIfNoRecentEvents === 'true',
      });
      return reply
        .header('cache-control', 'no-store')
        .code(ok ? 200 : 503)
        .send(body);
    });

    app.get('/ready', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      // 500, not 503, while stopping: contract §1.1.
      if (options.isDraining()) return reply.code(500).send(answer('Shutting down'));
      if (!allOk(await askStores(options))) return reply.code(503).send(answer('Database not available'));
      return reply.send(answer('OK'));
    });
  };
}

/** A disk that cannot be asked does not make the server unready: its stores say whether they can write. */
async function askDisk({ disk }: HealthOptions): Promise<{ ok: boolean; reason?: string }> {
  const asked = await disk?.().catch(() => undefined);
  if (asked === undefined || asked.free >= asked.needed) return { ok: true };
  const megabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
  return { ok: false, reason: `${megabytes(asked.free)} MB free in the data folder; ${megabytes(asked.needed)} MB are needed` };
}

const allOk = (stores: Record<string, StoreHealth>) => Object.values(stores).every((store) => store.ok);

async function askStores(
  { stores, timeoutMs = 5_000 }: HealthOptions,
  onFailure: (name: string, error: unknown) => void = () => {},
): Promise<Record<string, StoreHealth>> {
  const asked = Object.entries(stores).map(async ([name, ping]): Promise<[string, StoreHealth]> => {
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(resolve, timeoutMs, 'late');
      });
      const answered = await Promise.race([ping(), late]);
      if (answered === 'late') return [name, { ok: false, reason: `no answer within ${timeoutMs} ms` }];
      return [name, { ok: true, latencyMs: Math.round(answered * 100) / 100 }];
    } catch (error) {
      onFailure(name, error);
      return [name, { ok: false, reason: 'does not answer' }];
    } finally {
      clearTimeout(timer);
    }
  });
  return Object.fromEntries(await Promise.all(asked));
}
