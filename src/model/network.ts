import { formatAddress, isV4, parseAddress } from "./ip.ts";

/** Bits of an IPv6 address that its holder chooses: whoever has one can have a whole /48 (spec ivre §1.7). */
const CHOSEN = 80n;

/**
 * What limits count as one: an IPv4 address (also when it is written as IPv4-mapped IPv6), or the /48 of an IPv6 one,
 * such as `2001:db8:1::/48`; `unknown` for what is no address.
 */
export function networkKey(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === null) return "unknown";
  return isV4(parsed) ? formatAddress(parsed) : `${formatAddress((parsed >> CHOSEN) << CHOSEN)}/48`;
}
