export type { MetadataDb } from './engine.ts';
export { type Claim, createJobRows, type JobRow, type JobRows, type QueueState } from './job-rows.ts';
export { lockTransaction } from './lock-transaction.ts';
export { MigrationError } from './migrate.ts';
export { type MetadataOptions, type MetadataStore, openMetadata } from './open-metadata.ts';
export * as tables from './schema/index.ts';
export { claimSetting, readSetting, writeSetting } from './settings.ts';
export { isUniqueViolation } from './unique-violation.ts';
