export { sessionOperations } from './operations.ts';
