export type { PresentedLink } from './links.ts';
export { createMedia, type Media, type MediaDeps } from './media.ts';
