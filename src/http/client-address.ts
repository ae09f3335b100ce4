/** Which address a request comes from, also behind reverse proxies. */
import { UsageError } from "../model/errors.ts";
import { type AddressRange, formatAddress, parseAddress, parseNetwork } from "../model/ip.ts";

/** A reverse proxy on this machine is the usual one. */
const LOOPBACK: readonly AddressRange[] = [parseNetwork("127.0.0.0/8")!, parseNetwork("::1")!];

/** True for an address of this machine's loopback interface. */
export function isLoopbackAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== null && isIn(address, LOOPBACK);
}

function isIn(address: bigint, ranges: readonly AddressRange[]): boolean {
  return ranges.some(({ first, last }) => first <= address && address <= last);
}

/**
 * The networks of the proxies whose X-Forwarded-… headers are believed: those named, and loopback unless `none` is
 * among the names.
 * @throws UsageError for a name that is no network.
 */
export function trustedProxies(names: readonly string[]): AddressRange[] {
  const networks = names.filter((name) => name !== "none");
  const ranges = networks.length === names.length ? [...LOOPBACK] : [];
  for (const name of networks) {
    const range = parseNetwork(name);
    if (range === null)
      throw new UsageError(
        `trusted-proxy: “${name}” is no address or network: for example 10.0.0.5 or 10.0.0.0/8`,
      );
    ranges.push(range);
  }
  return ranges;
}

export interface Client {
  /** Who asks. */
  address: string;
  /** The TCP peer is a proxy whose headers are believed. */
  viaProxy: boolean;
}

/**
 * The client of a request: the TCP peer, or, when that is a trusted proxy, the rightmost X-Forwarded-For entry that is
 * not one. Every entry left of that was written by somebody who may lie.
 */
export function clientOf(
  peer: string,
  forwardedFor: string | null,
  trusted: readonly AddressRange[],
): Client {
  const address = parseAddress(peer);
  if (address === null || !isIn(address, trusted)) return { address: peer, viaProxy: false };
  let client = address;
  for (const entry of (forwardedFor ?? "").split(",").reverse()) {
    const forwarded = parseAddress(withoutPort(entry.trim()));
    if (forwarded === null) break;
    client = forwarded;
    if (!isIn(forwarded, trusted)) break;
  }
  return { address: formatAddress(client), viaProxy: true };
}

/** Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(entry);
  if (bracketed !== null) return bracketed[1]!;
  return entry.replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, "$1");
}
