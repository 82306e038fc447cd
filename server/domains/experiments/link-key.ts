/** One text for an item of an experiment and the trace that was made of it: a link and the steps that name it have the same. */
export const linkKey = (link: { experimentId: string; traceId: string; itemId: string }): string =>
  JSON.stringify([link.experimentId, link.traceId, link.itemId]);
