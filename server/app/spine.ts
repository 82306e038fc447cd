import { join, resolve } from 'node:path';
import { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import { createFindCommented } from '../domains/comments/index.ts';
import type { Spine } from '../domains/slice.ts';
import { createJobs } from '../jobs/index.ts';
import { systemClock } from '../lib/clock.ts';
import type { Start } from '../lib/lifetime.ts';
import type { Logger } from '../lib/log.ts';
import { createOutbound } from '../lib/outbound.ts';
import { loadSecret } from '../lib/secret.ts';
import { openAnalytics } from '../store/analytics/open-analytics.ts';
import { openBlobBucket, openBlobFolder } from '../store/blobs/index.ts';
import { lockDataFolder } from '../store/lock.ts';
import { createJobRows, openMetadata } from '../store/metadata/index.ts';
import { closeToOthers } from '../store/private-folder.ts';
import { createStoreMeter } from '../surfaces/prometheus/request-metrics.ts';
import { readVersion } from './built.ts';

/** Where the server listens; filled in when it does. */
export interface Address {
  url: string;
  grpcPort: number;
}

interface Given {
  config: Config;
  log: Logger;
  start: Start;
  address: Address;
  /** Takes the media of deleted traces along. Called only when everything is open. */
  releaseMedia(projectId: string, traceIds: readonly string[]): Promise<void>;
}

/** Opens what all domains stand on, top to bottom. */
export async function openSpine({ config, log, start, address, releaseMedia }: Given): Promise<Spine> {
  const dataDir = resolve(config.dataDir);
  await closeToOthers(dataDir);
  const lock = lockDataFolder(dataDir);
  start(lock, { name: 'folder lock', stop: async () => lock.release() });
  const secret = await loadSecret({ given: config.secret, dataDir });

  const registry = new Registry();
  const meter = createStoreMeter(registry);
  const metadata = await openMetadata({ dataDir, databaseUrl: config.databaseUrl, log, measure: meter.measureQuery('metadata') });
  start(metadata, { name: 'metadata store', stop: () => metadata.close() });
  const opened = await openAnalytics({ dataDir, clickhouse: config.clickhouse, log });
  const store = meter.measured(opened, 'analytics', ['query', 'insert', 'deleteTraces', 'deleteBefore', 'deleteProject']);
  start(store, { name: 'analytics store', stop: () => store.close() });
  const blobs = await (config.s3 ? openBlobBucket(config.s3) : openBlobFolder(join(dataDir, 'blobs')));
  start(blobs, { name: 'blobs', stop: () => blobs.close() });
  const jobs = createJobs({ rows: createJobRows(metadata.db), kind: metadata.kind, log });
  start(jobs, jobs);
  const outbound = createOutbound({ allow: config.outboundAllow });
  start(outbound, { name: 'outbound', stop: () => outbound.close() });

  return {
    ...{ config, version: readVersion(), secret, clock: systemClock, log, registry },
    ...{ metadata, db: metadata.db, blobs, jobs, outbound },
    // Questions know which traces and steps have comments; what is deleted takes its media along.
    analytics: {
      ...store,
      findCommented: createFindCommented(metadata.db),
      deleteTraces: async (projectId, traceIds) => {
        await store.deleteTraces(projectId, traceIds);
        await releaseMedia(projectId, traceIds);
      },
    },
    address: () => address,
  };
}
