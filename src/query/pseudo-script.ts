/** Pseudo-fields about script results and their structured output. */

import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { matches } from "./matches.ts";
import type { Pseudo, Written } from "./pseudo-field.ts";
import { type Rows, relationRows } from "./rows.ts";
import { scriptRows, VALUE } from "./scripts.ts";

function script({ purpose, part, argument }: Written): Rows | null {
  if (part !== "" || argument === "") return null;
  if (argument === null) return relationRows(purpose, "script", ["c.id"], []);
  const [, place, id] = /^(host|\d{1,5}):([\s\S]+)$/.exec(argument) ?? [undefined, undefined, argument];
  const where: SqlText[] = [matches("c.id", id!), name("c.output IS NOT NULL")];
  if (place !== undefined) where.push(sql`c.port = ${bind(place === "host" ? -1 : Number(place))}`);
  return relationRows(purpose, "script", ["c.output"], where);
}

/** `name.<path>` is the path inside one structured key. */
function under(key: string, options: { where?: SqlText[]; alias?: ReadonlyMap<string, string> } = {}) {
  return ({ purpose, part, argument }: Written): Rows | null => {
    if (argument !== null) return null;
    const inner = part === "" ? [] : (options.alias?.get(part) ?? part).split(".");
    return scriptRows(purpose, { key, inner, where: options.where });
  };
}

/** The same, but only with a path. */
function below(key: string, options: Parameters<typeof under>[1] = {}): Pseudo["rows"] {
  const rows = under(key, options);
  return (written) => (written.part === "" ? null : rows(written));
}

const isScript = (id: string): SqlText[] => [sql`c.id = ${bind(id)}`];

function sshkey(written: Written): Rows | null {
  if (written.part === "bits" && written.argument === null)
    return scriptRows(written.purpose, { key: "ssh-hostkey", inner: [] }, ["type", "bits"]);
  return below("ssh-hostkey", { alias: new Map([["keytype", "type"]]) })(written);
}

function vulns({ purpose, part, argument }: Written): Rows | null {
  if (part === "" || argument !== null) return null;
  if (part === "id") return scriptRows(purpose, { key: "vulns", inner: ["id"] });
  return scriptRows(purpose, { key: "vulns", inner: part.split(".") }, ["id", VALUE]);
}

function ike(written: Written): Rows | null {
  const { purpose, part, argument } = written;
  if (argument !== null) return null;
  switch (part) {
    case "vendor_ids":
      return scriptRows(purpose, { key: "ike-info", inner: ["vendor_ids"], element: 1 }, ["value", "name"]);
    case "transforms":
      return scriptRows(purpose, { key: "ike-info", inner: ["transforms"], element: 1 }, [
        "Authentication",
        "Encryption",
        "GroupDesc",
        "Hash",
        "LifeDuration",
        "LifeType",
      ]);
    case "notification":
      return scriptRows(purpose, { key: "ike-info", inner: ["notification_type"] });
    default:
      return below("ike-info")(written);
  }
}

/** `file[:<script>,…][.<field>]`: the field may follow the name or the scripts. */
function file({ purpose, part, argument }: Written): Rows | null {
  let field = part;
  let scripts = argument;
  if (argument !== null && part === "") {
    const dot = argument.lastIndexOf(".");
    if (dot >= 0) [scripts, field] = [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  if (scripts === "" || field.includes(".")) return null;
  const ids = scripts?.split(",") ?? [];
  const where =
    ids.length === 0 ? [] : [sql`c.id IN (${{ sql: ids.map(() => "?").join(", "), parameters: ids }})`];
  return scriptRows(purpose, {
    key: "ls",
    inner: ["volumes", "files", field === "" ? "filename" : field],
    where,
  });
}

/** IVRE's short names of what NTLM says. */
const NTLM_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    name: "Target_Name",
    server: "NetBIOS_Computer_Name",
    domain: "NetBIOS_Domain_Name",
    workgroup: "Workgroup",
    domain_dns: "DNS_Domain_Name",
    forest: "DNS_Tree_Name",
    fqdn: "DNS_Computer_Name",
    os: "Product_Version",
    version: "NTLM_Version",
  }),
);

const ENIP_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    vendor: "Vendor",
    product: "Product Name",
    serial: "Serial Number",
    devtype: "Device Type",
    prodcode: "Product Code",
    rev: "Revision",
    ip: "Device IP",
  }),
);

export const SCRIPT_PSEUDO: readonly Pseudo[] = [
  {
    names: ["script"],
    forms: [
      ["script", "Names of scripts"],
      ["script:<id>", "Outputs of a script"],
      ["script:<port>:<id>", "Outputs of a script on a port"],
      ["script:host:<id>", "Outputs of a host script"],
    ],
    rows: script,
  },
  {
    names: ["vulns"],
    forms: [
      ["vulns.id", "Vulnerabilities found by scripts"],
      ["vulns.<field>", "[id, field] of them: state, title, ids, refs …"],
    ],
    rows: vulns,
  },
  {
    names: ["cert"],
    forms: [["cert.<field>", "Fields of TLS certificates, as subject.commonName"]],
    rows: below("ssl-cert", { where: isScript("ssl-cert") }),
  },
  {
    names: ["sshkey"],
    forms: [
      ["sshkey.bits", "[type, bits] of SSH host keys"],
      ["sshkey.<field>", "type, bits, fingerprint or key of SSH host keys"],
    ],
    rows: sshkey,
  },
  { names: ["smb"], forms: [["smb.<field>", "Fields of smb-os-discovery"]], rows: below("smb-os-discovery") },
  {
    names: ["ntlm"],
    forms: [
      ["ntlm", "What NTLM says, whole"],
      ["ntlm.<field>", "Fields of it: name, server, domain, fqdn, os …"],
    ],
    rows: under("ntlm-info", { alias: NTLM_NAMES }),
  },
  {
    names: ["ike"],
    forms: [
      ["ike.vendor_ids", "[value, name] of IKE vendor ids"],
      ["ike.transforms", "IKE transforms"],
      ["ike.notification", "IKE notifications"],
      ["ike.<field>", "Fields of ike-info"],
    ],
    rows: ike,
  },
  {
    names: ["modbus"],
    forms: [["modbus.<field>", "Fields of modbus-discover"]],
    rows: below("modbus-discover"),
  },
  {
    names: ["enip"],
    forms: [["enip.<field>", "Fields of enip-info"]],
    rows: below("enip-info", { alias: ENIP_NAMES }),
  },
  {
    names: ["file"],
    forms: [
      ["file", "Names of shared files"],
      ["file.<field>", "filename, size, time … of shared files"],
      ["file:<scripts>", "Files from these scripts"],
      ["file:<scripts>.<field>", "Both"],
    ],
    rows: file,
  },
];
