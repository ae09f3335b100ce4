/** The table of Zeek's logs, and how one is told by its name or, failing that, by its columns. */
import { PASSIVE_RECON } from "./passiverecon.ts";
import { DNS } from "./zeek-dns.ts";
import { ANSWERING, CONN, DHCP, FTP, KNOWN_HOSTS, KNOWN_MODBUS, KNOWN_SERVICES } from "./zeek-hosts.ts";
import { HTTP } from "./zeek-http.ts";
import type { LogKind, SkippedKind } from "./zeek-kind.ts";
import { SOFTWARE } from "./zeek-software.ts";
import { SSH } from "./zeek-ssh.ts";
import { FILES, KNOWN_CERTS, SSL, X509 } from "./zeek-tls.ts";
import { NTLM, SMB_MAPPING } from "./zeek-windows.ts";

type Kind = LogKind | SkippedKind;

function skipped(skip: string, logs: { readonly [name: string]: SkippedKind["marks"] }): SkippedKind[] {
  return Object.entries(logs).map(([name, marks]) => ({ name, marks, skip }));
}

const SKIPPED: readonly SkippedKind[] = [
  ...skipped("it is about Zeek itself, not about hosts", {
    analyzer: [["analyzer_kind"]],
    analyzer_debug: [],
    broker: [["ty", "ev"]],
    capture_loss: [["percent_lost"]],
    cluster: [["node", "message"]],
    config: [["old_value", "new_value"]],
    dpd: [["analyzer", "failure_reason"]],
    loaded_scripts: [],
    packet_filter: [["filter", "init"]],
    print: [],
    prof: [],
    reporter: [["level", "message", "location"]],
    stats: [["pkts_proc"]],
    stderr: [],
    stdout: [],
    telemetry: [["metric_type"]],
    telemetry_histogram: [],
  }),
  ...skipped("it tells what happened, not what hosts are", {
    intel: [["seen.indicator"]],
    netcontrol: [],
    notice: [["note", "msg"]],
    notice_alarm: [],
    ocsp: [["certStatus"]],
    pe: [["compile_ts"]],
    signatures: [["sig_id"]],
    traceroute: [],
    tunnel: [["tunnel_type"]],
    unknown_protocols: [],
    weird: [["name", "notice"]],
    weird_stats: [["num_seen"]],
  }),
  ...skipped("gadwall keeps nothing of this log", {
    dce_rpc: [["named_pipe"], ["endpoint", "operation"]],
    dnp3: [["fc_request"], ["fc_reply"]],
    irc: [["nick"]],
    kerberos: [["request_type"]],
    known_devices: [["mac", "dhcp_host_name"]],
    ldap: [["message_id", "opcode"]],
    ldap_search: [["base_object"]],
    modbus: [["func", "unit"]],
    mqtt_connect: [["proto_name", "proto_version"]],
    mqtt_publish: [["topic", "payload"]],
    mqtt_subscribe: [["granted_qos_level"], ["topics"]],
    ntp: [["stratum"]],
    quic: [["client_initial_dcid"]],
    radius: [["username", "result"]],
    sip: [["call_id"], ["request_from"]],
    smb_files: [["times.modified"], ["action", "name"]],
    snmp: [["community"], ["get_requests"]],
    socks: [["bound.host"], ["request.host"]],
    syslog: [["facility", "severity"]],
    websocket: [["subprotocol"]],
  }),
];

/** Those with narrower marks before those with wider ones. */
const KINDS: readonly Kind[] = [
  PASSIVE_RECON,
  ...SKIPPED,
  DNS,
  SSL,
  X509,
  CONN,
  SSH,
  SOFTWARE,
  KNOWN_SERVICES,
  KNOWN_CERTS,
  KNOWN_HOSTS,
  KNOWN_MODBUS,
  FILES,
  DHCP,
  NTLM,
  SMB_MAPPING,
  FTP,
  ...ANSWERING,
  HTTP,
];

const BY_NAME: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [kind.name, kind]));

/** Logs that have one column beside the time, which says nothing alone. */
const ONE_COLUMN: { readonly [column: string]: string } = { host: "known_hosts", name: "loaded_scripts" };

/** Some sites set `Log::default_scope_sep` so that the columns are id_orig_h … */
export function otherSpelling(column: string): string {
  return column.replaceAll(".", "_");
}

/** The kind of a log by the name it has. */
export function kindNamed(name: string): Kind | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** The kind of a log by its columns; they may be some of many, as in JSON lines without unset values. */
export function kindWith(columns: { has(name: string): boolean }, all?: readonly string[]): Kind | undefined {
  const has = (name: string): boolean => columns.has(name) || columns.has(otherSpelling(name));
  const found = KINDS.find(({ marks }) => marks.some((set) => set.every(has)));
  if (found !== undefined || all === undefined) return found;
  const [only, ...rest] = all.filter((name) => name !== "ts" && !name.startsWith("_"));
  return only !== undefined && rest.length === 0 && Object.hasOwn(ONE_COLUMN, only)
    ? BY_NAME.get(ONE_COLUMN[only]!)
    : undefined;
}

/** The kind that stands for a log that is not in the table. */
export function unknownKind(name: string): SkippedKind {
  return { name, marks: [], skip: "gadwall does not know this log" };
}
