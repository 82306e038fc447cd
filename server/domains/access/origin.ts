import { isIP } from 'node:net';

/** Whether a host name or address (`[::1]` with or without brackets) means this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}

/** Whether nobody but this machine can reach the server. A public URL elsewhere means that a proxy lets others in. */
export function isLocalOnly({ host, publicUrl }: { host: string; publicUrl: string | undefined }): boolean {
  return isLoopback(host) && (publicUrl === undefined || isLoopback(new URL(publicUrl).hostname));
}

export type TrustsOrigin = (origin: string, host: string | undefined) => boolean;

/**
 * Whether a page of `origin` (the header) is a page of ours: of the public URL, or of the very host that is being called.
 * A server that listens on loopback answers to loopback names only, so that a foreign name which is made to point here
 * (DNS rebinding) is not taken for ours.
 */
export function createOriginCheck({ host: listening, publicUrl }: { host: string; publicUrl: string | undefined }): TrustsOrigin {
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  const loopbackOnly = isLoopback(listening);
  return (origin, host) => {
    let page: URL;
    try {
      page = new URL(origin);
    } catch {
      return false;
    }
    if (page.protocol !== 'http:' && page.protocol !== 'https:') return false;
    if (page.origin === publicOrigin) return true;
    if (host === undefined || page.host !== host.toLowerCase()) return false;
    return !loopbackOnly || isLoopback(page.hostname);
  };
}
