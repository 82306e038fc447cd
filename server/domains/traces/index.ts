export { openTraces } from './open.ts';
export { type AcceptTraceUpdate, type TracesDeps, type TraceUpdate, traceOperations } from './operations.ts';
