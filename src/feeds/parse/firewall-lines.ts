/** Addresses in the rules of firewalls and the like. Lines that are no such rule give nothing. */
import { parseV4 } from "../../model/ip.ts";
import { words } from "./fields.ts";

type Give = (text: string) => void;

/** `alert ip [192.0.2.0/24,198.51.100.7] any -> $HOME_NET any (…)`: the source addresses, not variables. */
export function snortSources(line: string, give: Give): void {
  const [action, , source] = words(line.slice(0, line.indexOf("->") + 2));
  if (action !== "alert" || source === undefined) return;
  for (const part of source.replaceAll(/[[\]]/g, "").split(",")) {
    if (part !== "" && part !== "any" && !part.startsWith("$") && !part.startsWith("!$")) give(part);
  }
}

/** `access-list NAME deny ip 192.0.2.0 0.0.0.255 any`: the source with its netmask, which may be turned round. */
export function pixDenied(line: string, give: Give): void {
  const rule = words(line);
  const at = rule.indexOf("deny");
  if (rule[0] !== "access-list" || at < 0) return;
  const [source, mask] = rule.slice(at + 2, at + 4);
  if (source === undefined || source === "any") return;
  if (source === "host") give(mask ?? line);
  else give(withMask(source, mask ?? ""));
}

function withMask(source: string, mask: string): string {
  const bits = parseV4(mask);
  if (bits === null) return source;
  // Ones at the end: what Cisco calls a wildcard. 0.0.0.0 is one, too, as no rule denies everything.
  const wildcard = bits !== 0xffff_ffff && (bits & (bits + 1)) === 0;
  return `${source}/${wildcard ? inverted(bits) : mask}`;
}

function inverted(bits: number): string {
  const mask = ~bits >>> 0;
  return [24, 16, 8, 0].map((shift) => (mask >>> shift) & 255).join(".");
}

/** `deny from 192.0.2.1 198.51.100.0/24`. */
export function apacheDenied(line: string, give: Give): void {
  const [deny, from, ...rest] = words(line);
  if (deny?.toLowerCase() !== "deny" || from?.toLowerCase() !== "from") return;
  for (const address of rest) {
    if (address.startsWith("#")) return;
    if (address.toLowerCase() !== "all") give(address);
  }
}
