import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, type RequestInit, type Response, fetch as undiciFetch } from 'undici';
import { AppError, invalidRequest } from './errors.ts';

/**
 * Requests to addresses that users gave: webhooks, object stores, model providers. Nobody may use this process to reach what only this
 * process can reach (server-side request forgery), so the address that a name resolves to is checked at the moment of connecting, and
 * that very address is connected to: a name which answers differently the second time gains nothing.
 */
export interface Outbound {
  /**
   * `fetch` of an http(s) URL. Redirects are answered as they come (3xx), never followed.
   * @throws OutboundRefused when the host is, or resolves to, an address that is not allowed; whatever `fetch` throws otherwise
   */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  /**
   * Checks a URL at the time it is saved, so that its user hears of it at once. Names that cannot be resolved now are let through:
   * the request itself is checked again.
   * @throws OutboundRefused
   */
  check(url: string): Promise<void>;
  /** For libraries that connect by themselves (an S3 client): the guarded name lookup, for `http.Agent({ lookup })`. */
  lookup: LookupFunction;
  /** @throws OutboundRefused when the host is an address literal that is not allowed; a literal never reaches `lookup`. */
  checkHost(host: string): void;
  close(): Promise<void>;
}

/** The address is none that this process may be sent to. 400, since a user gave it. */
export class OutboundRefused extends AppError {
  constructor(host: string, reason: string) {
    super(
      400,
      'InvalidRequestError',
      `${host} cannot be used: ${reason}. Whoever runs this server can allow it with TELLTALE_OUTBOUND_ALLOW.`,
    );
  }
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export function createOutbound({
  allow,
  resolve = systemLookup as unknown as Resolve,
}: {
  /** Host names, addresses and networks (`10.0.0.0/8`) that are allowed although private. */
  allow: readonly string[];
  resolve?: Resolve;
}): Outbound {
  const networks = allow.filter((entry) => entry.includes('/')).map((entry) => ipaddr.parseCIDR(entry));
  const addresses = allow.filter((entry) => !entry.includes('/') && ipaddr.isValid(entry)).map((entry) => ipaddr.process(entry));
  const names = new Set(
    allow.filter((entry) => !entry.includes('/') && !ipaddr.isValid(entry)).map((name) => name.toLowerCase()),
  );

  const isAllowed = (address: Address) =>
    isPublic(address) ||
    addresses.some((known) => known.toString() === address.toString()) ||
    networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network as never, bits));

  function checkHost(host: string): void {
    const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
    if (names.has(bare) || !ipaddr.isValid(bare)) return;
    if (!isAllowed(unmapped(bare))) throw new OutboundRefused(host, 'it is a private or reserved address');
  }

  const lookup: LookupFunction = (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found = []) => {
      if (error) return done(error, '');
      const refused = names.has(host.toLowerCase()) ? undefined : found.find(({ address }) => !isAllowed(unmapped(address)));
      if (refused)
        return done(new OutboundRefused(host, `it resolves to the private or reserved address ${refused.address}`), '');
      if (options.all) return done(null, found);
      const [first] = found;
      if (!first) return done(Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), '');
      return done(null, first.address, first.family);
    });
  };

  const agent = new Agent({ connect: { lookup, timeout: 10_000 }, pipelining: 0 });

  const parsed = (url: string | URL): URL => {
    const target = typeof url === 'string' && !URL.canParse(url) ? undefined : new URL(url);
    if (!target || !/^https?:$/.test(target.protocol)) throw invalidRequest('The URL must be an http or https address.');
    // `http://2130706433/` and `http://0x7f.1/` are written as `127.0.0.1` by the URL parser, so the check sees what is connected to.
    checkHost(target.hostname);
    return target;
  };

  return {
    lookup,
    checkHost,
    async check(url) {
      const { hostname } = parsed(url);
      await new Promise<void>((resolved, rejected) => {
        lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }, (error) =>
          error instanceof OutboundRefused ? rejected(error) : resolved(),
        );
      });
    },
    async fetch(url, init) {
      try {
        return await undiciFetch(parsed(url), { ...init, redirect: 'manual', dispatcher: agent });
      } catch (error) {
        // A refusal inside the lookup arrives as the cause of a `TypeError: fetch failed`.
        throw (error as Error).cause instanceof OutboundRefused ? (error as Error).cause : error;
      }
    },
    close: () => agent.destroy(),
  };
}

type Resolve = (
  host: string,
  options: { all: true },
  done: (error: NodeJS.ErrnoException | null, found?: { address: string; family: number }[]) => void,
) => void;

/** Of IPv6, 2000::/3 is all that is given out to the public; what lies outside may lead anywhere (`::127.0.0.1` on some systems). */
function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address.toByteArray()[0]! & 0xe0) === 0x20;
}

/** An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64, Teredo aside) counts as the IPv4 address that it leads to. */
function unmapped(text: string): Address {
  const address = ipaddr.process(text.replace(/%.*$/, ''));
  if (address.kind() === 'ipv4') return address;
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
  // Of 64:ff9b::/96 only: where the IPv4 address stands in 64:ff9b:1::/48 is each network's own choice.
  if (range === 'rfc6052' && bytes.slice(4, 12).every((byte) => byte === 0)) return new ipaddr.IPv4(bytes.slice(12));
  return address;
}
