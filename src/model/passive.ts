/**
 * What a sensor says: the observations that `ingest` yields and `store` adds up to passive records
 * (spec ivre §6.2). Addresses are 128-bit integers, times seconds since the epoch (UTC, fractions kept).
 */
import type { Json } from "./json.ts";

/**
 * The kinds of passive records (IVRE's names; spec ivre §6.2), and those of facts in Zeek's logs that IVRE has no
 * name for: DHCP_CLIENT, KNOWN_HOST, SMB_SHARE (docs/inputs.md).
 */
export const RECONTYPES = [
  "DHCP_CLIENT",
  "DNS_ANSWER",
  "DNS_BLACKLIST",
  "DNS_HONEYPOT_QUERY",
  "FTP_CLIENT",
  "FTP_SERVER",
  "HTTP_CLIENT_HEADER",
  "HTTP_CLIENT_HEADER_SERVER",
  "HTTP_HONEYPOT_REQUEST",
  "HTTP_SERVER_HEADER",
  "KNOWN_HOST",
  "MAC_ADDRESS",
  "NTLM_AUTHENTICATE",
  "NTLM_CHALLENGE",
  "NTLM_CLIENT_FLAGS",
  "NTLM_NEGOTIATE",
  "NTLM_SERVER_FLAGS",
  "OPEN_PORT",
  "P0FV3_SYN",
  "P0FV3_SYN+ACK",
  "POP_CLIENT",
  "POP_SERVER",
  "SMB",
  "SMB_SHARE",
  "SSH_CLIENT",
  "SSH_CLIENT_ALGOS",
  "SSH_CLIENT_HASSH",
  "SSH_SERVER",
  "SSH_SERVER_ALGOS",
  "SSH_SERVER_HASSH",
  "SSH_SERVER_HOSTKEY",
  "SSL_CLIENT",
  "SSL_SERVER",
  "STUN_HONEYPOT_REQUEST",
  "TCP_CLIENT_BANNER",
  "TCP_HONEYPOT_HIT",
  "TCP_SERVER_BANNER",
  "UDP_HONEYPOT_HIT",
] as const;
export type Recontype = (typeof RECONTYPES)[number];

/**
 * One observation. Those that agree in all but the times and the count are one record: that is the upsert
 * identity of spec §6.2 (addr, targetval, recontype, source, value, sensor, port).
 */
export interface Observation {
  /** Absent where the record is about a name only (CNAME, NS, MX answers): then `targetval` is there. */
  addr?: bigint;
  targetval?: string;
  recontype: string;
  source?: string;
  value: string;
  /** Set at import (`--sensor`) unless the input itself names one. */
  sensor?: string;
  /** Of the server, when the observation is about a server. */
  port?: number;
  /** Both absent where the input does not say when. */
  firstseen?: number;
  lastseen?: number;
  /** How often it was seen: 1 for a line of a log. */
  count: number;
  /** Only where the input brings them (IVRE's exports); otherwise derived from the value when it is stored. */
  infos?: { [key: string]: Json };
}
