/**
 * Logs about TLS: ssl, x509, known_certs, and the certificates in files. Zeek writes no certificate as such
 * (unless the policy `log-certs-base64` is loaded), so a server's certificate is known by its fingerprint:
 * records with source `cert-sha256` (leaf) and `cacert-sha256`, with what the log says of it as infos.
 */
import { createHash } from "node:crypto";
import { parseAddress } from "../model/ip.ts";
import type { Json } from "../model/json.ts";
import { defineLog, definePart, type Fact, type LogKind, openPort, type Row } from "./zeek-kind.ts";
import { nameInfos } from "./zeek-names.ts";

const HASH_NAMES: { readonly [length: number]: string } = { 32: "md5", 40: "sha1", 64: "sha256" };

/** A fingerprint and how it was made; null when it is none. */
function fingerprint(text: string | undefined): { hash: string; value: string } | null {
  if (text === undefined || !/^[0-9a-fA-F]{32,64}$/.test(text)) return null;
  const hash = HASH_NAMES[text.length];
  return hash === undefined ? null : { hash, value: text.toLowerCase() };
}

/** Where a certificate was seen. */
type Holder = Pick<Fact, "addr" | "port" | "recontype">;

function certificate(
  holder: Holder,
  print: { hash: string; value: string },
  kind: "cert" | "cacert",
  infos: { [key: string]: Json },
): Fact {
  return {
    ...holder,
    source: `${kind}-${print.hash}`,
    value: print.value,
    infos: { [print.hash]: print.value, ...infos },
  };
}

/** The chain that a server or a client sent: the leaf first. */
function chain(holder: Holder, prints: readonly string[], infos: { [key: string]: Json }): Fact[] {
  return prints.flatMap((text, i) => {
    const print = fingerprint(text);
    if (print === null) return [];
    return [certificate(holder, print, i === 0 ? "cert" : "cacert", i === 0 ? infos : {})];
  });
}

/** The names of a certificate without a fingerprint: one record each. */
function names(holder: Holder, subject: string | undefined, issuer: string | undefined): Fact[] {
  const facts: Fact[] = [];
  if (subject)
    facts.push({ ...holder, source: "cert-subject", value: subject, infos: nameInfos(subject, undefined) });
  if (issuer)
    facts.push({ ...holder, source: "cert-issuer", value: issuer, infos: nameInfos(undefined, issuer) });
  return facts;
}

/** The certificates of one end, or their names where the log has no fingerprint. */
function shown(
  holder: Holder,
  prints: readonly string[] | undefined,
  subject: string | undefined,
  issuer: string | undefined,
): Fact[] {
  return prints?.length ? chain(holder, prints, nameInfos(subject, issuer)) : names(holder, subject, issuer);
}

const CLIENT = definePart({
  columns: {
    "id.orig_h": "address",
    client_cert_chain_fps: "list",
    client_subject: "text",
    client_issuer: "text",
    client_issuer_subject: "text",
    ja3: "text",
    ja4: "text",
  },
  needs: [],
  read(row) {
    const addr = row["id.orig_h"];
    if (addr === undefined) return [];
    const holder = { addr, recontype: "SSL_CLIENT" };
    const facts: Fact[] = [];
    if (row.ja3) facts.push({ ...holder, source: "ja3", value: row.ja3 });
    if (row.ja4) facts.push({ ...holder, source: "ja4", value: row.ja4 });
    const issuer = row.client_issuer ?? row.client_issuer_subject;
    facts.push(...shown(holder, row.client_cert_chain_fps, row.client_subject, issuer));
    return facts;
  },
});

/** What tells where a server is. */
const SERVER_COLUMNS = {
  "id.resp_h": "address",
  "id.resp_p": "port",
  version: "text",
  established: "flag",
  cert_chain_fps: "list",
  cert_hash: "text",
  subject: "text",
} as const;

/** Null when the server never answered: then the log has no version. */
function serverOf(row: Row<typeof SERVER_COLUMNS>): Holder | null {
  const { version, established, subject } = row;
  const addr = row["id.resp_h"];
  if (addr === undefined || !version) return null;
  // DTLS is UDP, and QUIC, which this log does not name, never counts as established and shows no certificate.
  const certified = row.cert_chain_fps?.length || row.cert_hash || subject;
  const tcp = !version.startsWith("DTLS") && (established !== false || certified);
  return { addr, recontype: "SSL_SERVER", ...(tcp && { port: row["id.resp_p"] }) };
}

const SERVER = definePart({
  columns: { ...SERVER_COLUMNS, server_name: "text", issuer: "text", issuer_subject: "text" },
  needs: ["id.resp_h", "id.resp_p"],
  read(row) {
    const holder = serverOf(row);
    if (holder === null) return [];
    const facts: Fact[] = [];
    if (row.server_name) facts.push({ ...holder, source: "sni", value: row.server_name.toLowerCase() });
    facts.push({ ...holder, source: "version", value: row.version! });
    const prints = row.cert_chain_fps?.length ? row.cert_chain_fps : row.cert_hash ? [row.cert_hash] : [];
    facts.push(...shown(holder, prints, row.subject, row.issuer ?? row.issuer_subject));
    return facts;
  },
});

const SERVER_HELLO = definePart({
  columns: { ...SERVER_COLUMNS, ja3: "text", ja3s: "text" },
  needs: [],
  optional: ["ja3", "ja3s"],
  read(row) {
    const holder = serverOf(row);
    if (holder === null || !row.ja3 || !row.ja3s) return [];
    return [{ ...holder, source: `ja3-${row.ja3}`, value: row.ja3s }];
  },
});

export const SSL: LogKind = {
  name: "ssl",
  marks: [["version", "cipher"], ["established", "resumed"], ["cert_chain_fps"], ["cert_chain_fuids"]],
  parts: [CLIENT, SERVER, SERVER_HELLO],
};

/** Seconds since the epoch as the infos of certificates have them. */
function isoOf(seconds: string | undefined): string | undefined {
  const time = seconds === undefined || seconds === "" ? Number.NaN : Number(seconds);
  if (!(Math.abs(time) < 253_402_300_800)) return undefined;
  return new Date(Math.floor(time) * 1000).toISOString().replace(".000Z", "Z");
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Members that have a value. */
function present(members: { [key: string]: Json | undefined }): { [key: string]: Json } {
  const kept: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) kept[key] = value;
  return kept;
}

/**
 * x509.log names no host: its rows are records about a fingerprint (`targetval`), which ssl.log and files.log
 * say who has.
 */
export const X509 = defineLog({
  name: "x509",
  marks: [["certificate.serial"], ["certificate.subject"]],
  columns: {
    fingerprint: "text",
    cert: "text",
    client_cert: "flag",
    host_cert: "flag",
    "basic_constraints.ca": "flag",
    "certificate.version": "text",
    "certificate.serial": "text",
    "certificate.subject": "text",
    "certificate.issuer": "text",
    "certificate.not_valid_before": "text",
    "certificate.not_valid_after": "text",
    "certificate.sig_alg": "text",
    "certificate.key_type": "text",
    "certificate.key_length": "text",
    "certificate.exponent": "text",
    "san.dns": "list",
    "san.uri": "list",
    "san.email": "list",
    "san.ip": "list",
  },
  needs: [],
  read(row) {
    const recontype = row.client_cert && !row.host_cert ? "SSL_CLIENT" : "SSL_SERVER";
    if (row.cert) {
      const sha256 = createHash("sha256").update(Buffer.from(row.cert, "base64")).digest("hex");
      const source = row["basic_constraints.ca"] && !row.host_cert ? "cacert" : "cert";
      return [{ recontype, source, targetval: sha256, value: row.cert }];
    }
    const print = fingerprint(row.fingerprint);
    const subject = row["certificate.subject"];
    if (print === null || subject === undefined) return [];
    const from = isoOf(row["certificate.not_valid_before"]);
    const to = isoOf(row["certificate.not_valid_after"]);
    const version = whole(row["certificate.version"]);
    const serial = row["certificate.serial"];
    const san = (prefix: string, values: readonly string[] | undefined): string[] =>
      (values ?? []).map((value) => `${prefix}:${value}`);
    const names = [
      ...san("DNS", row["san.dns"]),
      ...san("URI", row["san.uri"]),
      ...san("email", row["san.email"]),
      ...san("IP Address", row["san.ip"]),
    ];
    const pubkey = present({
      type: row["certificate.key_type"]?.replace(/^ecdsa$/, "ec"),
      bits: whole(row["certificate.key_length"]),
      exponent: whole(row["certificate.exponent"]),
    });
    const infos = present({
      [print.hash]: print.value,
      ...nameInfos(subject, row["certificate.issuer"]),
      not_before: from,
      not_after: to,
      lifetime: from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : undefined,
      serial_number:
        serial && /^[0-9a-fA-F]{1,128}$/.test(serial) ? BigInt(`0x${serial}`).toString() : undefined,
      version: version === undefined ? undefined : version - 1,
      signature_algorithm: row["certificate.sig_alg"],
      san: names.length > 0 ? names : undefined,
      pubkey: Object.keys(pubkey).length > 0 ? pubkey : undefined,
    });
    return [{ recontype, source: "x509", targetval: print.value, value: subject, infos }];
  },
});

export const KNOWN_CERTS = defineLog({
  name: "known_certs",
  marks: [["port_num", "issuer_subject"]],
  columns: { host: "address", port_num: "port", subject: "text", issuer_subject: "text" },
  needs: ["host", "port_num"],
  read({ host, port_num: port, subject, issuer_subject: issuer }) {
    if (host === undefined || port === undefined) return [];
    return [openPort(host, port), ...names({ addr: host, port, recontype: "SSL_SERVER" }, subject, issuer)];
  },
});

const LEAF = "application/x-x509-user-cert";
const AUTHORITY = "application/x-x509-ca-cert";

/** files.log: of files, only certificates say something about the host that sent them. */
export const FILES = defineLog({
  name: "files",
  marks: [
    ["fuid", "mime_type"],
    ["fuid", "seen_bytes"],
    ["fuid", "analyzers"],
  ],
  columns: {
    tx_hosts: "list",
    "id.orig_h": "address",
    "id.resp_h": "address",
    "id.resp_p": "port",
    source: "text",
    mime_type: "text",
    is_orig: "flag",
    md5: "text",
    sha1: "text",
    sha256: "text",
  },
  needs: ["mime_type"],
  read(row) {
    const { mime_type: type, is_orig: fromClient = false } = row;
    if ((type !== LEAF && type !== AUTHORITY) || (row.source !== undefined && row.source !== "SSL"))
      return [];
    const print = fingerprint(row.sha256) ?? fingerprint(row.sha1) ?? fingerprint(row.md5);
    const [sender] = row.tx_hosts ?? [];
    const addr = row[fromClient ? "id.orig_h" : "id.resp_h"] ?? (sender ? parseAddress(sender) : null);
    if (print === null || addr === null) return [];
    const port = fromClient ? undefined : row["id.resp_p"];
    const holder = {
      addr,
      recontype: fromClient ? "SSL_CLIENT" : "SSL_SERVER",
      ...(port !== undefined && { port }),
    };
    const hashes = present({ md5: row.md5, sha1: row.sha1, sha256: row.sha256 });
    return [certificate(holder, print, type === LEAF ? "cert" : "cacert", hashes)];
  },
});
