import * as declared from '../../../contract/api/sampling.ts';
import { type Caller, type Implemented, implement } from '../../lib/implement.ts';
import type { Sampling } from './sampling.ts';

const nameOf = ({ userId, publicKey }: Caller): string => userId ?? publicKey ?? '';

/** What our own API can do with rules of sampling. */
export const samplingOperations = (sampling: Sampling): Implemented[] => [
  implement(declared.getSampling, async ({ projectId }) => ({
    settings: await sampling.get(projectId),
    counts: await sampling.counts(projectId),
  })),
  implement(declared.putSampling, ({ projectId, ...settings }, caller) => sampling.put(projectId, settings, nameOf(caller))),
  implement(declared.previewSampling, ({ projectId, ...settings }) => sampling.preview(projectId, settings)),
  implement(declared.listSamplingChanges, ({ projectId, page, limit }) => sampling.changes(projectId, page, limit)),
];
