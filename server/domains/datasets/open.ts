import { findStart } from '../../query/experiments/find-start.ts';
import { findObservations } from '../../query/read-observations.ts';
import type { Media } from '../media/index.ts';
import type { Slice, Spine } from '../slice.ts';
import { createDatasets, type Datasets } from './datasets.ts';
import { createDatasetItems, type DatasetItems } from './items.ts';
import { datasetOperations } from './operations.ts';
import { createRunLinks, type RunLinks } from './run-links.ts';
import { createDatasetRuns, type DatasetRuns } from './runs.ts';

export function openDatasets(
  spine: Spine,
  needs: { media: Pick<Media, 'linkItems'> },
): { datasets: Datasets; items: DatasetItems; runs: DatasetRuns; links: RunLinks } & Slice {
  const { analytics } = spine;
  const parts = {
    datasets: createDatasets(spine),
    items: createDatasetItems({ ...spine, onWritten: (projectId, written) => needs.media.linkItems(projectId, written) }),
    runs: createDatasetRuns({
      ...spine,
      findTraceOf: async (projectId, id) => (await findObservations(analytics, projectId, id))[0]?.trace_id ?? null,
      findStart: async (...ids) => {
        const start = await findStart(analytics, ...ids);
        return start === null ? null : new Date(start / 1000);
      },
    }),
  };
  return { ...parts, links: createRunLinks(spine), operations: datasetOperations(parts) };
}
