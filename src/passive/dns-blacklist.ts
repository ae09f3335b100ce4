/**
 * Questions to DNS block lists (RFC 5782): the address asked about is in the name, reversed; the answer is a code.
 */

import { formatAddress, parseAddress } from "../model/ip.ts";
import type { Observation } from "../model/passive.ts";

const LISTS = ["zen.spamhaus.org", "blacklist.woody.ch"];

/** The record about the listed address, null when the answer is not one of a block list. */
export function blacklistAnswer(o: Observation): Observation | null {
  const { addr, source } = o;
  if (addr === undefined || source === undefined || !source.startsWith("A-")) return null;
  // Asked for every answer: an octet or a hexadecimal digit comes first, which most names do not begin with.
  const dot = o.value.indexOf(".");
  if (dot < 1 || dot > 3) return null;
  const name = (o.value.endsWith(".") ? o.value.slice(0, -1) : o.value).toLowerCase();
  for (const list of LISTS) {
    if (!name.endsWith(`.${list}`)) continue;
    const listed = reversed(name.slice(0, -list.length - 1));
    if (listed === null) return null;
    const { targetval: _, ...rest } = o;
    return {
      ...rest,
      recontype: "DNS_BLACKLIST",
      source: `${list}-${source}`,
      addr: listed,
      value: formatAddress(addr),
    };
  }
  return null;
}

/** `9.113.0.203` or 32 hexadecimal digits with dots, last first. */
function reversed(labels: string): bigint | null {
  const parts = labels.split(".");
  if (parts.length === 4) return parseAddress(parts.reverse().join("."));
  if (parts.length !== 32 || !parts.every((part) => /^[0-9a-f]$/.test(part))) return null;
  return BigInt(`0x${parts.reverse().join("")}`);
}
