import type { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import type { Jobs } from '../jobs/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Implemented } from '../lib/implement.ts';
import type { Part } from '../lib/lifetime.ts';
import type { Logger } from '../lib/log.ts';
import type { Outbound } from '../lib/outbound.ts';
import type { CommentedReader } from '../query/commented.ts';
import type { AnalyticsStore } from '../store/analytics/port.ts';
import type { Blobs } from '../store/blobs/index.ts';
import type { MetadataDb, MetadataStore } from '../store/metadata/index.ts';

/** What every domain may stand on; opened before all of them, closed after all of them. */
export interface Spine {
  config: Config;
  version: string;
  /** The server's, from which all keys are derived. */
  secret: string;
  clock: Clock;
  log: Logger;
  /** What `/metrics` tells. */
  registry: Registry;
  metadata: MetadataStore;
  db: MetadataDb;
  /** Knows what has comments, and takes the media of deleted traces along. */
  analytics: AnalyticsStore & CommentedReader;
  blobs: Blobs;
  jobs: Jobs;
  outbound: Outbound;
  /** Where the server listens; asked for each time, because ports are known late. */
  address(): { url: string; grpcPort: number };
}

/** What the application knows of every domain. A domain's `open(spine, needs)` returns this beside its own functions. */
export interface Slice {
  operations: Implemented[];
  /** Its life, when it has one: drained before the stores are closed. */
  part?: Part;
  /** Called once when the server listens; returns at once, and logs what fails. */
  begin?(): void;
}
