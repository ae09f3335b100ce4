/** Pseudo-fields about script results and their structured output; those of TLS, SSH and HTTP are in files of their own. */
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { hasValue, jsonColumn } from "./json-walk.ts";
import { matches } from "./matches.ts";
import type { Pseudo, Written } from "./pseudo-field.ts";
import { portNumber } from "./pseudo-port.ts";
import type { Rows, Values } from "./row-types.ts";
import { relationRows } from "./rows.ts";
import { outputRows, scriptRows, scriptTuples, scriptValues } from "./scripts.ts";

/** The port that carries host scripts. */
const HOST_SCRIPTS = -1;

function script({ purpose, part, argument }: Written): Rows | null {
  if (part !== "" || argument === "") return null;
  if (argument === null) return relationRows(purpose, "script", ["c.id"]);
  const [, place, id] = /^(host|\d{1,9}):([\s\S]*)$/.exec(argument) ?? [undefined, undefined, argument];
  if (id === "") return null;
  const where: SqlText[] = [matches("c.id", id!)];
  if (place !== undefined)
    where.push(sql`c.port = ${bind(place === "host" ? HOST_SCRIPTS : portNumber(place))}`);
  return outputRows(purpose, where, true);
}

interface Under {
  where?: readonly SqlText[];
  alias?: ReadonlyMap<string, string>;
}

/** `name.<path>` is the path inside one structured key. */
function under(key: string, { where, alias }: Under = {}): Pseudo["rows"] {
  return ({ purpose, part, argument }) => {
    if (argument !== null) return null;
    const inner = part === "" ? [] : (alias?.get(part) ?? part).split(".");
    return scriptRows(purpose, { key, inner, ...(where && { where }) });
  };
}

/** The same, but only with a path. */
export function below(key: string, options: Under = {}): Pseudo["rows"] {
  const rows = under(key, options);
  return (written) => (written.part === "" ? null : rows(written));
}

function vulns({ purpose, part, argument }: Written): Rows | null {
  if (part === "" || argument !== null) return null;
  if (part === "id") return scriptRows(purpose, { key: "vulns", inner: ["id"] });
  return scriptTuples(purpose, "vulns", [["id"], part.split(".")]);
}

const IKE_TRANSFORM = ["Authentication", "Encryption", "GroupDesc", "Hash", "LifeDuration", "LifeType"];

function ike(written: Written): Rows | null {
  const { purpose, part, argument } = written;
  if (argument !== null) return null;
  const members = (list: string, names: readonly string[]): Rows =>
    scriptTuples(
      purpose,
      "ike-info",
      names.map((member) => [list, member]),
    );
  switch (part) {
    case "vendor_ids":
      return members("vendor_ids", ["value", "name"]);
    case "transforms":
      return members("transforms", IKE_TRANSFORM);
    case "notification":
      return scriptRows(purpose, { key: "ike-info", inner: ["notification_type"] });
    default:
      return below("ike-info")(written);
  }
}

/** An empty text says no more than none, but the file is there. */
function fileValue([value]: readonly string[]): Values {
  const column = jsonColumn(value!);
  return {
    present: [hasValue(value!)],
    columns: [{ ...column, value: sql`nullif(${column.value}, '""')` }],
  };
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
  const path = ["volumes", "files", field === "" ? "filename" : field];
  return scriptValues(purpose, "ls", [path], fileValue, { where, required: ids.length > 0 });
}

function mongo(written: Written): Rows | null {
  if (!written.part.startsWith("dbs.")) return null;
  return below("mongodb-databases")({ ...written, part: written.part.slice("dbs.".length) });
}

function scanner({ purpose, part, argument }: Written): Rows | null {
  const inner = (path: readonly string[]): Rows => scriptRows(purpose, { key: "scanner", inner: path });
  if (part === "name" && argument === null) return inner(["scanners", "name"]);
  if (part === "port" && (argument === "tcp" || argument === "udp"))
    return inner(["ports", argument, "ports"]);
  return null;
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
    spellings: [".id", ".state", ".title"],
    rows: vulns,
  },
  {
    names: ["smb"],
    forms: [["smb.<field>", "Fields of smb-os-discovery"]],
    spellings: [".os", ".lanmanager"],
    rows: below("smb-os-discovery"),
  },
  {
    names: ["ntlm"],
    forms: [
      ["ntlm", "What NTLM says, whole"],
      ["ntlm.<field>", "Fields of it: name, server, domain, fqdn, os …"],
    ],
    spellings: [...NTLM_NAMES.keys()].map((name) => `.${name}`),
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
    spellings: [".vendor_ids", ".transforms", ".notification"],
    rows: ike,
  },
  {
    names: ["modbus"],
    forms: [["modbus.<field>", "Fields of modbus-discover, as deviceid"]],
    spellings: [".deviceid"],
    rows: below("modbus-discover"),
  },
  {
    names: ["s7"],
    forms: [["s7.<field>", "Fields of s7-info: module, hardware, version, system_name …"]],
    spellings: [".module", ".hardware", ".version"],
    rows: below("s7-info"),
  },
  {
    names: ["enip"],
    forms: [["enip.<field>", "Fields of enip-info: vendor, product, serial, devtype …"]],
    spellings: [...ENIP_NAMES.keys()].map((name) => `.${name}`),
    rows: below("enip-info", { alias: ENIP_NAMES }),
  },
  {
    names: ["mongo"],
    forms: [["mongo.dbs.<field>", "Fields of mongodb-databases, as databases.name"]],
    spellings: [".dbs.databases.name", ".dbs.totalSize"],
    rows: mongo,
  },
  {
    names: ["file"],
    forms: [
      ["file", "Names of shared files"],
      ["file.<field>", "filename, size, time … of shared files"],
      ["file:<scripts>", "Files from these scripts, with commas"],
      ["file:<scripts>.<field>", "Both"],
    ],
    spellings: [".filename", ".size", ".time"],
    rows: file,
  },
  {
    names: ["screenwords"],
    forms: [["screenwords", "Words in screenshots, as far as IVRE read them"]],
    rows: ({ purpose, part, argument }) =>
      part === "" && argument === null
        ? relationRows(purpose, "screenword", ["sw.value"], { present: [name("sw.value IS NOT NULL")] })
        : null,
  },
  {
    names: ["scanner"],
    forms: [
      ["scanner.name", "Names of scanners that a host was seen to run"],
      ["scanner.port:tcp", "TCP ports that a host was seen to scan"],
      ["scanner.port:udp", "UDP ports that a host was seen to scan"],
    ],
    spellings: [".name", ".port:tcp", ".port:udp"],
    rows: scanner,
  },
];
