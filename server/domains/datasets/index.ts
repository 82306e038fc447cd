export { createDatasets, type Datasets, type Paged } from './datasets.ts';
export { createDatasetItems, type DatasetItems, type ItemFilter } from './items.ts';
export { createDatasetRuns, type DatasetRuns, type DatasetRunsDeps } from './runs.ts';
