/** IPv4 networks that RFCs set aside: addresses in them are nobody's on the internet (spec feeds §3.10). */
import { parseNetwork, toV4 } from "../../model/ip.ts";

export interface ReservedNetwork {
  cidr: string;
  name: string;
  rfc: string;
}

export const RESERVED_NETWORKS: readonly ReservedNetwork[] = [
  { cidr: "0.0.0.0/8", name: "this network", rfc: "RFC 1122" },
  { cidr: "10.0.0.0/8", name: "private use", rfc: "RFC 1918" },
  { cidr: "100.64.0.0/10", name: "shared by carriers' NAT", rfc: "RFC 6598" },
  { cidr: "127.0.0.0/8", name: "loopback", rfc: "RFC 1122" },
  { cidr: "169.254.0.0/16", name: "link local", rfc: "RFC 3927" },
  { cidr: "172.16.0.0/12", name: "private use", rfc: "RFC 1918" },
  { cidr: "192.0.0.0/24", name: "protocol assignments", rfc: "RFC 6890" },
  { cidr: "192.0.2.0/24", name: "documentation (TEST-NET-1)", rfc: "RFC 5737" },
  { cidr: "192.88.99.0/24", name: "6to4 relay anycast (given up)", rfc: "RFC 7526" },
  { cidr: "192.168.0.0/16", name: "private use", rfc: "RFC 1918" },
  { cidr: "198.18.0.0/15", name: "benchmarking", rfc: "RFC 2544" },
  { cidr: "198.51.100.0/24", name: "documentation (TEST-NET-2)", rfc: "RFC 5737" },
  { cidr: "203.0.113.0/24", name: "documentation (TEST-NET-3)", rfc: "RFC 5737" },
  { cidr: "224.0.0.0/4", name: "multicast", rfc: "RFC 5771" },
  { cidr: "240.0.0.0/4", name: "reserved", rfc: "RFC 1112" },
];

/** The provider of bogons that these networks are, beside lists of bogons. */
export const RESERVED_PROVIDER = "rfc_reserved";

/** First and last address of a network of the table, as 32-bit numbers. */
export function boundsOf({ cidr }: ReservedNetwork): { lo: number; hi: number } {
  const range = parseNetwork(cidr)!;
  return { lo: toV4(range.first)!, hi: toV4(range.last)! };
}
