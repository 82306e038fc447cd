import { isIP } from 'node:net';
import { isLoopback } from '../../domains/access/index.ts';
import { forbidden } from '../../lib/errors.ts';

export interface AllowedCallersOptions {
  /** Where people and programs reach this server, when it was told. */
  publicUrl: string | undefined;
  /** Further host names (without port) under which it is reached, and whose pages may call it. */
  allowedHosts: readonly string[];
}

/** @throws AppError 403 that says what to configure */
export type CheckCaller = (headers: { host?: string | undefined; origin?: string | undefined }) => void;

/**
 * The list of hosts and origins that are answered (contract §6). A foreign name that is made to point here (DNS rebinding) is refused
 * by its `Host`; an address written in digits cannot be rebound. Programs send no `Origin`; a page may call only if it is of the very
 * host that is called, of this machine, or of an allowed host.
 */
export function createCallerCheck({ publicUrl, allowedHosts }: AllowedCallersOptions): CheckCaller {
  const known = new Set(allowedHosts.map((host) => host.toLowerCase()));
  if (publicUrl !== undefined) known.add(new URL(publicUrl).hostname);
  const isKnown = (name: string) => known.has(name) || isLoopback(name);
  return ({ host, origin }) => {
    const name = hostnameOf(`http://${host ?? ''}`);
    if (name === null || !(isKnown(name) || isAddress(name))) {
      throw forbidden(
        `Host "${shown(host)}" is not allowed. Set TELLTALE_PUBLIC_URL to this server's address, or name the host in TELLTALE_MCP_ALLOWED_HOSTS.`,
      );
    }
    if (origin === undefined) return;
    const page = hostnameOf(origin);
    if (page === null || !(isKnown(page) || page === name)) {
      throw forbidden(`Origin "${shown(origin)}" is not allowed. Name its host in TELLTALE_MCP_ALLOWED_HOSTS.`);
    }
  };
}

function hostnameOf(address: string): string | null {
  try {
    const { protocol, hostname } = new URL(address);
    return (protocol === 'http:' || protocol === 'https:') && hostname !== '' ? hostname.toLowerCase() : null;
  } catch {
    return null;
  }
}

const isAddress = (name: string): boolean => isIP(name.replace(/^\[|\]$/g, '')) !== 0;

const shown = (text: string | undefined): string => (text ?? '').slice(0, 200);
