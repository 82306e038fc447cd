export { openSessions } from './open.ts';
export { sessionOperations } from './operations.ts';
