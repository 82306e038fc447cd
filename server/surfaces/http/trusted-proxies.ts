/** Who is believed about the address of a caller: nobody, the proxies of these addresses, or as many as stand before this server. */
export type TrustProxy = false | string[] | ((address: string, hop: number) => boolean);

/** @param given addresses and ranges, or the number of proxies; see `TELLTALE_TRUST_PROXY` */
export function trustedProxies(given: number | readonly string[]): TrustProxy {
  if (typeof given !== 'number') return [...given];
  // Hop 0 is who is connected: with one proxy, that is believed, and what it says of the one before is the caller.
  return given === 0 ? false : (_address, hop) => hop < given;
}
