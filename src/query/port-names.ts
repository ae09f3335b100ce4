/** What nmap calls the states of ports, and why they are in them. */

/** The port states of Nmap's DTD (`%port_states`). */
export const PORT_STATES = [
  "open",
  "closed",
  "filtered",
  "unfiltered",
  "open|filtered",
  "closed|filtered",
] as const;

/** Reasons that Nmap gives for the state of ports. */
export const PORT_REASONS: readonly string[] = [
  "abort",
  "admin-prohibited",
  "communication-prohibited",
  "conn-accepted",
  "conn-refused",
  "dest-unreach",
  "host-prohibited",
  "host-unreach",
  "init-ack",
  "ipid-change",
  "net-prohibited",
  "net-unreach",
  "no-ipid-change",
  "no-response",
  "port-unreach",
  "proto-response",
  "proto-unreach",
  "reset",
  "script-set",
  "split-handshake-syn",
  "syn-ack",
  "tcp-response",
  "time-exceeded",
  "udp-response",
  "unknown-response",
  "user-set",
];
