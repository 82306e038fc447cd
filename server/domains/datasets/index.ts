export { createDatasets, type Datasets, type Paged } from './datasets.ts';
export { createDatasetItems, type DatasetItems, type ItemFilter, type ItemInput } from './items.ts';
export { openDatasets } from './open.ts';
export { datasetOperations } from './operations.ts';
export {
  createRunLinks,
  type LinkedItem,
  type RunActivity,
  type RunLink,
  type RunLinks,
  type RunTexts,
  type TimeRange,
} from './run-links.ts';
export { createDatasetRuns, type DatasetRuns, type DatasetRunsDeps } from './runs.ts';
