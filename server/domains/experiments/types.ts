import type { Level } from '../../../contract/observation.ts';
import type { AnalyticsReader } from '../../store/analytics/port.ts';
import type { RunLinks } from '../datasets/index.ts';

export interface ExperimentsDeps {
  store: AnalyticsReader;
  links: RunLinks;
}

/** `nextCursor` is null on the last page. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** Times are ISO-8601 UTC with ms. */
export interface Experiment {
  id: string;
  name: string;
  description: string | null;
  /** First start and last end of what it did in the range that was asked for. */
  startTime: string;
  endTime: string;
  /** Items that began in that range. */
  itemCount: number;
  datasetId: string | null;
  metadata: Record<string, unknown>;
}

/** What an experiment made of one item. */
export interface ExperimentItem {
  /** Of the step that stands for it: the root of what was done for the item. */
  id: string;
  traceId: string;
  startTime: string;
  endTime: string | null;
  level: Level;
  environment: string;
  experimentId: string;
  experimentName: string;
  experimentDescription: string | null;
  experimentMetadata: Record<string, unknown>;
  experimentItemId: string;
  experimentDatasetId: string | null;
  experimentItemVersion: string | null;
  experimentItemMetadata: Record<string, unknown>;
  /** JSON values; null where nothing was said. */
  input: unknown;
  output: unknown;
  expectedOutput: unknown;
  /** Of the step. */
  metadata: Record<string, unknown>;
}
