export { createJobs } from './jobs.ts';
export { type Attempt, type Consumer, type Jobs, LostClaimError, type WorkOptions } from './types.ts';
