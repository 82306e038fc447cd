export { authSurface } from './auth.ts';
export { answerError } from './errors.ts';
export { API_PREFIX, type HttpSurfaceOptions, httpSurface, routePath } from './http-surface.ts';
export { takeKeyHeaders } from './key-headers.ts';
export { callerTraceOf, correlationIdOf, requestIdOf, returnRequestIds } from './request-id.ts';
export { type TailOptions, tailSurface } from './tail.ts';
export { trustedProxies } from './trusted-proxies.ts';
