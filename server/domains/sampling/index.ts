export { openSampling } from './open.ts';
