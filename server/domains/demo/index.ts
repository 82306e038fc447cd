export { createDemo, type Demo } from './create-demo.ts';
export { type DemoOptions, type DemoPiece, generateDemo } from './generate-demo.ts';
export { type DemoLoading, type DemoProgress, loadDemo } from './load-demo.ts';
export { openDemo } from './open.ts';
