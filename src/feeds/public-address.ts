/** Addresses that a download may go to: those of the internet, not of the machine or the network that it runs in. */
import { fromV4, isV4, parseNetwork } from "../model/ip.ts";
import { RESERVED_NETWORKS } from "./metrics/reserved.ts";

/** Only 2000::/3 is given out at all (IANA, IPv6 Global Unicast); of it, what stands for other addresses or for none. */
const UNICAST6 = parseNetwork("2000::/3")!;
const NOT_UNICAST6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map(
  (cidr) => parseNetwork(cidr)!,
);
const NOT_PUBLIC4 = RESERVED_NETWORKS.map(({ cidr }) => parseNetwork(cidr)!);
const NAT64 = parseNetwork("64:ff9b::/96")!;

/** Whether an address (128 bits, IPv4 as ::ffff:a.b.c.d) is one of the public internet. */
export function isPublicAddress(address: bigint): boolean {
  const within = ({ first, last }: { first: bigint; last: bigint }): boolean =>
    address >= first && address <= last;
  if (isV4(address)) return !NOT_PUBLIC4.some(within);
  if (within(NAT64)) return isPublicAddress(fromV4(Number(address & 0xffff_ffffn)));
  return within(UNICAST6) && !NOT_UNICAST6.some(within);
}
