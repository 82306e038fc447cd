export { createExperiments, type Experiments, type PageOf, type Scored } from './experiments.ts';
export { openExperiments } from './open.ts';
export { experimentOperations } from './operations.ts';
export type { Experiment, ExperimentItem, ExperimentsDeps } from './types.ts';
