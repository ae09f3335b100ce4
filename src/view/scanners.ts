/**
 * By what scanners give themselves away on the wire, as public sources and the tools' own files say (what they
 * call themselves is in passive/scanners.ts). A short list on purpose: a fingerprint is in it only when it says
 * one tool and nothing else.
 */

/**
 * Hellos that Nmap's service scan sends byte by byte as its file of probes has them; JA3 and JA4 were worked out
 * from that file. Its probe SSLSessionReq is not here: it copies a browser of its time.
 */
export const KNOWN_HELLOS: readonly { ja3: string; ja4: string; name: string; probe: string }[] = [
  {
    ja3: "16ee84a07b55074cb2751329bf1c8811",
    ja4: "t12i060100_eca7c5d91837_338aad02a631",
    name: "Nmap",
    probe: "TCP TLSSessionReq",
  },
  {
    ja3: "4cebee219c709b896a9cf7f0db9cb8c4",
    ja4: "t12i240100_6d89b058428f_08ebed28f9c5",
    name: "Nmap",
    probe: "TCP TLS-PSK",
  },
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
