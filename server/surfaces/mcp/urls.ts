import type { ToolCaller } from './tool.ts';

const part = encodeURIComponent;

const project = ({ baseUrl, projectId }: ToolCaller) => `${baseUrl}/project/${part(projectId)}`;

/** Addresses of the pages of our web app (web/router.tsx), for people to open. */
export const traceUrl = (caller: ToolCaller, traceId: string): string => `${project(caller)}/traces/${part(traceId)}`;

export const observationUrl = (caller: ToolCaller, traceId: string, observationId: string): string =>
  `${traceUrl(caller, traceId)}?observation=${part(observationId)}`;

export const modelUrl = (caller: ToolCaller, modelId: string): string =>
  `${project(caller)}/settings/models?model=${part(modelId)}`;
