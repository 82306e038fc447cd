export { type Comments, type CommentsDeps, createComments } from './comments.ts';
