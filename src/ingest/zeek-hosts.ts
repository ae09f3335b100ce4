/** Logs that say of a host that it is there and what listens on it: conn, known_*, dhcp, and the simple ones. */
import { type Columns, defineLog, type Fact, type LogKind, openPort } from "./zeek-kind.ts";

/** States of a TCP connection in which both ends had said yes (conn.log's documentation). */
const ESTABLISHED: ReadonlySet<string> = new Set(["S1", "SF", "S2", "S3", "RSTO", "RSTR"]);

/** Listeners for one transfer: the port is closed again after it. */
const SHORT_LIVED = /(?:^|,)(?:ftp-data|gridftp-data|irc-dcc-data)(?:,|$)/;

export const CONN = defineLog({
  name: "conn",
  marks: [["conn_state"], ["proto", "history"], ["orig_pkts", "resp_pkts"], ["service", "history"]],
  columns: {
    "id.resp_h": "address",
    "id.resp_p": "port",
    proto: "text",
    service: "text",
    conn_state: "text",
  },
  needs: ["id.resp_h", "id.resp_p", "proto", "conn_state"],
  read({ "id.resp_h": addr, "id.resp_p": port, proto, service = "", conn_state: state = "" }) {
    if (addr === undefined || port === undefined || SHORT_LIVED.test(service)) return [];
    if (proto === "tcp") return ESTABLISHED.has(state) ? [openPort(addr, port)] : [];
    // An answer over UDP may be anybody's; with a protocol that Zeek knows it is a server's.
    return proto === "udp" && state === "SF" && service !== "" ? [openPort(addr, port, "udp")] : [];
  },
});

export const KNOWN_SERVICES = defineLog({
  name: "known_services",
  marks: [["port_num", "port_proto"]],
  columns: { host: "address", port_num: "port", port_proto: "text" },
  needs: ["host", "port_num"],
  read({ host, port_num: port, port_proto: protocol = "tcp" }) {
    if (host === undefined || port === undefined || (protocol !== "tcp" && protocol !== "udp")) return [];
    return [openPort(host, port, protocol)];
  },
});

/** A host that answered: nothing is known but that it is there. */
export const KNOWN_HOSTS = defineLog({
  name: "known_hosts",
  marks: [],
  columns: { host: "address" },
  needs: ["host"],
  read({ host }) {
    return host === undefined
      ? []
      : [{ addr: host, recontype: "KNOWN_HOST", source: "TCP", value: "answered" }];
  },
});

export const KNOWN_MODBUS = defineLog({
  name: "known_modbus",
  marks: [["host", "device_type"]],
  columns: { host: "address", device_type: "text" },
  needs: ["host", "device_type"],
  read({ host, device_type: type }) {
    const role = /MODBUS_(MASTER|SLAVE)$/.exec(type ?? "")?.[1];
    if (host === undefined || role === undefined) return [];
    return [{ addr: host, recontype: "KNOWN_HOST", source: "MODBUS", value: role.toLowerCase() }];
  },
});

const MAC = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/;

export const DHCP = defineLog({
  name: "dhcp",
  marks: [["mac", "lease_time"], ["client_addr", "mac"], ["msg_types"], ["mac", "assigned_ip"]],
  columns: {
    client_addr: "address",
    assigned_addr: "address",
    assigned_ip: "address",
    mac: "text",
    host_name: "text",
    client_fqdn: "text",
    msg_types: "list",
  },
  needs: ["mac"],
  read(row) {
    // An address that was only offered may never have been taken.
    const agreed = row.msg_types === undefined || row.msg_types.includes("ACK");
    const addr = (agreed ? (row.assigned_addr ?? row.assigned_ip) : undefined) ?? row.client_addr;
    if (addr === undefined || addr === 0xffff_0000_0000n || addr === 0n) return [];
    const facts: Fact[] = [];
    const mac = row.mac?.toLowerCase().replaceAll("-", ":");
    if (mac !== undefined && MAC.test(mac))
      facts.push({ addr, recontype: "MAC_ADDRESS", source: "DHCP", value: mac });
    if (row.host_name)
      facts.push({ addr, recontype: "DHCP_CLIENT", source: "HOST_NAME", value: row.host_name });
    if (row.client_fqdn)
      facts.push({ addr, recontype: "DHCP_CLIENT", source: "CLIENT_FQDN", value: row.client_fqdn });
    return facts;
  },
});

/** Logs of a protocol over TCP of which only the open port is kept: where one of the columns tells an answer. */
function answering(name: string, marks: LogKind["marks"], answers: readonly string[]): LogKind {
  const columns: Columns = {
    "id.resp_h": "address",
    "id.resp_p": "port",
    ...Object.fromEntries(answers.map((column) => [column, "text" as const])),
  };
  return defineLog({
    name,
    marks,
    columns,
    needs: ["id.resp_h", "id.resp_p"],
    read(row) {
      const addr = row["id.resp_h"];
      const port = row["id.resp_p"];
      if (typeof addr !== "bigint" || typeof port !== "number") return [];
      return answers.some((column) => row[column]) ? [openPort(addr, port)] : [];
    },
  });
}

export const ANSWERING: readonly LogKind[] = [
  answering(
    "smtp",
    [
      ["helo", "mailfrom"],
      ["trans_depth", "last_reply"],
      ["trans_depth", "helo"],
    ],
    ["last_reply"],
  ),
  answering("mysql", [["cmd", "arg"]], ["success", "response"]),
  answering(
    "rdp",
    [["cookie", "security_protocol"], ["keyboard_layout"], ["cert_permanent"]],
    ["security_protocol"],
  ),
  answering("rfb", [["server_major_version"], ["client_major_version"]], ["server_major_version"]),
  answering("redis", [["cmd.name"]], ["reply.value"]),
  answering(
    "postgresql",
    [
      ["frontend", "frontend_arg"],
      ["frontend", "backend"],
    ],
    ["backend"],
  ),
];

const GREETING = "<init>";

export const FTP = defineLog({
  name: "ftp",
  marks: [["command", "reply_code"], ["data_channel.passive"]],
  columns: {
    "id.orig_h": "address",
    "id.resp_h": "address",
    "id.resp_p": "port",
    user: "text",
    password: "text",
    command: "text",
    reply_code: "text",
    reply_msg: "text",
  },
  needs: ["id.orig_h", "id.resp_h", "id.resp_p"],
  read(row) {
    const client = row["id.orig_h"];
    const server = row["id.resp_h"];
    const port = row["id.resp_p"];
    const facts: Fact[] = [];
    const told = { USER: row.user, PASS: row.password };
    for (const [source, value] of Object.entries(told)) {
      // Zeek's own words for what it does not know or show.
      if (!value || /^<[^>]*>$/.test(value)) continue;
      if (client !== undefined) facts.push({ addr: client, recontype: "FTP_CLIENT", source, value });
      if (server !== undefined) facts.push({ addr: server, port, recontype: "FTP_SERVER", source, value });
    }
    if (server === undefined || port === undefined || !row.reply_code) return facts;
    facts.push(openPort(server, port));
    if (row.command === GREETING && row.reply_code === "220")
      facts.push({ addr: server, port, recontype: "TCP_SERVER_BANNER", value: `220 ${row.reply_msg ?? ""}` });
    return facts;
  },
});
