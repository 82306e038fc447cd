import type { Server } from '../command.ts';
import type { Part } from './kinds.ts';
import type { ProgressLine } from './progress-line.ts';
import type { Source } from './source.ts';
import type { StateFile } from './state-file.ts';
import type { Tally } from './tally.ts';

/** One import, as its steps see it. */
export interface ImportRun {
  source: Source;
  target: Server;
  /** Of the target. */
  projectId: string;
  /** Requests at a time. */
  concurrency: number;
  parts: ReadonlySet<Part>;
  /** ISO. Traces from then on, inclusive. */
  since: string | undefined;
  /** ISO. Traces before then. */
  until: string;
  /** True when `since` or `until` leave traces out. */
  narrowed: boolean;
  signal: AbortSignal;
  tally: Tally;
  file: StateFile;
  progress: ProgressLine;
  /** Copies the files that a text refers to. */
  media: MediaCopier;
  ids: IdMaps;
}

/** Ids at the source and what they are in the target. */
export interface IdMaps {
  /** Also of configs that are archived; undefined for one that is not there. */
  scoreConfig(sourceId: string): Promise<string | undefined>;
  queue(sourceId: string): Promise<string | undefined>;
  run(sourceId: string): Promise<string | undefined>;
}

/** What refers to a file. */
export type MediaOwner =
  | { traceId: string; observationId?: string; field: 'input' | 'output' | 'metadata' }
  | { datasetId: string; datasetItemId: string; field: 'input' | 'expectedOutput' | 'metadata' };

export interface MediaCopier {
  /** Copies what `value` refers to, once. A file that cannot come is told in the report; nothing is thrown for it. */
  copyFrom(value: unknown, owner: MediaOwner): Promise<void>;
}
