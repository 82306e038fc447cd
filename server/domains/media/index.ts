export { isShown } from './is-shown.ts';
export type { PresentedLink } from './links.ts';
export { createMedia, type Media, type MediaDeps, type MediaFacts, type MediaReference } from './media.ts';
export { openMedia } from './open.ts';
export { mediaOperations } from './operations.ts';
