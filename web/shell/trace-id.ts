/**
 * The trace id in a text that somebody pasted: the id itself, or the address of a trace's page. Ids are whatever the sender chose, so
 * every single word of eight characters or more with a digit in it may be one.
 */
export function traceIdIn(text: string): string | undefined {
  const pasted = text.trim();
  const address = /\/traces?\/([^/?#\s]+)/.exec(pasted)?.[1];
  if (address) {
    try {
      return decodeURIComponent(address);
    } catch {
      return address;
    }
  }
  return /^\S{8,}$/.test(pasted) && /\d/.test(pasted) && !pasted.includes('/') ? pasted : undefined;
}
