/**
 * By what scanners give themselves away, as public sources and the tools' own code say. A short list on
 * purpose: a fingerprint is in it only when it says one tool and nothing else.
 */

/** Parts of the user agents that these tools send unless told otherwise; compared in lower case. */
export const KNOWN_AGENTS: readonly { part: string; name: string }[] = [
  { part: "nmap scripting engine", name: "Nmap" },
  { part: "zgrab/", name: "Zgrab" },
  { part: "masscan/", name: "Masscan" },
  { part: "security.ipip.net", name: "ipip.net" },
  { part: "censysinspect/", name: "Censys" },
];

/**
 * TCP SYN packets as p0f writes them raw (`version:ttl:option length:mss:window,scale:option layout:quirks:payload`).
 * Stateless scanners write their packets themselves, in a form that no operating system sends: Nmap with one
 * option (MSS 1460) and a window of 1 to 4 KiB (so in p0f's own signature file), masscan and ZMap (as first
 * released) without any option.
 */
export const KNOWN_SYN: readonly { pattern: string; name: string }[] = [
  { pattern: "^[46]:[^:]*:0:1460:(?:1024|2048|3072|4096),0:mss:[^:]*:0$", name: "Nmap" },
  { pattern: "^[46]:[^:]*:0:0:1024,0::[^:]*:0$", name: "Masscan" },
  { pattern: "^[46]:[^:]*:0:0:65535,0::[^:]*:0$", name: "ZMap" },
];
