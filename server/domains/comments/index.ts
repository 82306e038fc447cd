export { type Comments, type CommentsDeps, createComments } from './comments.ts';
export { createFindCommented } from './find-commented.ts';
export { openComments } from './open.ts';
export { commentOperations } from './operations.ts';
