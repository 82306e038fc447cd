export { type Attempt, createJobs, type Jobs, type WorkOptions } from './jobs.ts';
