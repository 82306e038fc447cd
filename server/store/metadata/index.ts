export type { MetadataDb, QueueDatabase } from './engine.ts';
export { MigrationError } from './migrate.ts';
export { type MetadataOptions, type MetadataStore, openMetadata } from './open-metadata.ts';
export * as tables from './schema/index.ts';
export { claimSetting, readSetting, writeSetting } from './settings.ts';
export { isUniqueViolation } from './unique-violation.ts';
