/**
 * What structured script results hold by the record model (spec ivre §3.2, §6.3, §7.2), whether or not the data has
 * any: a question for it is answered with nothing, not with an error.
 */
import { ATTRIBUTES } from "../passive/object-identifiers.ts";

export const HASHES: readonly string[] = ["md5", "sha1", "sha256", "raw"];

export function under(parent: string, members: readonly string[]): string[] {
  return [parent, ...members.map((member) => `${parent}.${member}`)];
}

/** Who a certificate is about. */
const NAME = [...ATTRIBUTES.values()].map(([long]) => long);

/** A certificate (spec ivre §6.3). */
export const CERTIFICATE: readonly string[] = [
  "md5",
  "sha1",
  "sha256",
  ...under("subject", NAME),
  "subject_text",
  ...under("issuer", NAME),
  "issuer_text",
  "self_signed",
  "not_before",
  "not_after",
  "lifetime",
  "serial_number",
  "version",
  "signature_algorithm",
  "san",
  ...under("pubkey", ["type", "bits", "exponent", "modulus", ...HASHES]),
];

/** JA4 and its parts. */
export const JA4_PARTS: readonly string[] = [
  "ja4_a",
  "ja4_b",
  "ja4_c",
  "ja4_b_raw",
  "ja4_c1_raw",
  "ja4_c2_raw",
];

/** Dotted paths by key; `*` stands for any name. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  "dns-domains": ["domain", "parents"],
  "dns-zone-transfer": ["domain", ...under("records", ["name", "type", "class", "ttl", "data"])],
  "enip-info": [
    "Vendor",
    "Product Name",
    "Serial Number",
    "Device Type",
    "Product Code",
    "Revision",
    "Device IP",
  ],
  fcrdns: ["name", "status", "reason", "addresses"],
  "http-app": ["path", "application", "version"],
  "http-default-accounts": ["name", "path", "cpe", ...under("credentials", ["username", "password"])],
  "http-git": ["repository", "files-found", "interesting-matches"],
  "http-headers": ["name", "value"],
  "http-title": ["title", "redirect_url"],
  "ike-info": [
    "notification_type",
    "protos",
    ...under("vendor_ids", ["value", "name"]),
    ...under("transforms", ["Authentication", "Encryption", "GroupDesc", "Hash", "LifeDuration", "LifeType"]),
  ],
  ls: [
    ...under("total", ["files", "bytes"]),
    ...under("volumes", ["volume", "info"]),
    ...under("volumes.files", ["filename", "size", "time", "permission", "uid", "gid", "linktarget"]),
  ],
  masscan: ["raw", "encoded"],
  "modbus-discover": ["deviceid"],
  "mongodb-databases": [
    "totalSize",
    "ok",
    ...under("databases", ["name", "sizeOnDisk", "empty"]),
    ...under("databases.shards", ["name", "size"]),
  ],
  "ms-sql-info": ["Instance"],
  "ntlm-info": [
    "Target_Name",
    "NetBIOS_Computer_Name",
    "NetBIOS_Domain_Name",
    "Workgroup",
    "DNS_Domain_Name",
    "DNS_Computer_Name",
    "DNS_Tree_Name",
    "Product_Version",
    "NTLM_Version",
    "User_Name",
    "Workstation",
    "protocol",
  ],
  nuclei: [
    "template",
    "name",
    "url",
    "severity",
    "description",
    "extracted-results",
    "reference",
    "tags",
    ...under("classification", ["cve-id", "cwe-id"]),
  ],
  rpcinfo: ["program", "protocol", "port", "version"],
  "s7-info": [
    "module",
    "hardware",
    "firmware",
    "version",
    "system_name",
    "module_name",
    "module_type",
    "module_sn",
    "plant",
    "copyright",
    "location",
  ],
  scanner: [
    "ports",
    "ports.count",
    ...under("ports.tcp", ["count", "ports"]),
    ...under("ports.udp", ["count", "ports"]),
    "http_uris",
    "dns_queries",
    "stun_queries",
    "probes",
    ...under("scanners", ["name", "probes"]),
  ],
  "smb-enum-shares": [
    "account_used",
    ...under("shares", ["Share", "Type", "Comment", "Path", "Anonymous access", "Current user access"]),
  ],
  "smb-os-discovery": ["os", "lanmanager", "date", "cpe", "smb-version", "guid"],
  "ssh-hostkey": ["type", "bits", "fingerprint", "key"],
  "ssh2-enum-algos": under("hassh", ["version", ...HASHES]),
  "ssl-cert": [...CERTIFICATE, "pem"],
  "ssl-ja3-client": HASHES,
  "ssl-ja3-server": [...HASHES, ...under("client", HASHES)],
  "ssl-ja4-client": ["ja4", ...JA4_PARTS],
  vulns: [
    "id",
    "title",
    "state",
    "ids",
    "refs",
    "description",
    "dates",
    "dates.*",
    "check_results",
    "extra_info",
    "exploit_results",
    "risk_factor",
    "scores",
    "scores.*",
  ],
};

/** Scripts whose results are known to be structured. */
export const STRUCTURED_KEYS: readonly string[] = Object.keys(MEMBERS);

/** The paths inside results of a script that the model has. */
export function membersOf(key: string): readonly string[] {
  return Object.hasOwn(MEMBERS, key) ? MEMBERS[key]! : [];
}

/** Whether the model has a path among these. */
export function isModelled(members: readonly string[], inner: readonly string[]): boolean {
  const path = inner.join(".");
  const any = [...inner.slice(0, -1), "*"].join(".");
  return members.some((member) => member === path || member === any);
}
