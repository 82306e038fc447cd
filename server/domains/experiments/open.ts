import type { Slice, Spine } from '../slice.ts';
import { createExperiments, type Experiments } from './experiments.ts';
import { experimentOperations } from './operations.ts';
import type { ExperimentsDeps } from './types.ts';

export function openExperiments(spine: Spine, needs: Pick<ExperimentsDeps, 'links'>): Experiments & Slice {
  const experiments = createExperiments({ store: spine.analytics, links: needs.links });
  return { ...experiments, operations: experimentOperations(experiments) };
}
