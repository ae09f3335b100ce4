/** Leaves over the host table of an active purpose, alias `h`, and its child tables. */
import type { ActivePurpose } from "../model/purpose.ts";
import type { HostTable } from "../store/tables.ts";
import type { Leaf } from "./ast.ts";
import {
  address,
  given,
  matches,
  onAddress,
  onPlace,
  onTimes,
  type Piece,
  portNumbers,
  present,
  presentMatch,
  within,
} from "./conditions.ts";
import { allOf, anyOf, bind, name, type SqlText, sql } from "./sqltext.ts";
import { structured } from "./structured.ts";

/** Some scanners tell one of the two times only. */
const TIMES = ["coalesce(h.starttime, h.endtime)", "coalesce(h.endtime, h.starttime)"] as const;

/**
 * Tags that searchcve looks at: the one of spec §2.3, and what `vulners` and `vulscan` list where that counts
 * (view/vulners.ts); nothing else has that origin.
 */
const CVE_TAGS = name("(value = 'Vulnerable' OR origin = 'vulners')");

/** Scripts that may have structured output under two keys. */
const HAVE_MORE: ReadonlySet<string> = new Set(["vulners", "vulscan"]);

function portRow(leaf: Extract<Leaf, { k: "port" }>): SqlText {
  const conditions: SqlText[] = [];
  if (leaf.port !== undefined) conditions.push(portNumbers("port", leaf.port));
  if (leaf.protocol !== undefined) conditions.push(sql`protocol = ${bind(leaf.protocol)}`);
  if (leaf.state !== undefined) conditions.push(sql`state_state = ${bind(leaf.state)}`);
  conditions.push(
    ...given([
      ["service_name", leaf.service],
      ["service_product", leaf.product],
      ["service_version", leaf.version],
      ["service_extrainfo", leaf.extrainfo],
      ["service_devicetype", leaf.devicetype],
      ["service_ostype", leaf.ostype],
      ["service_tunnel", leaf.tunnel],
    ]),
  );
  // The pseudo-port of host scripts is no port.
  return conditions.length === 0 ? name("port >= 0") : allOf(conditions);
}

type ScriptLeaf = Extract<Leaf, { k: "script" }>;

/** Conditions on columns that `script` and `script_more` both have. */
function scriptConditions(leaf: ScriptLeaf): SqlText[] {
  const conditions = given([["id", leaf.name]]);
  if (leaf.port !== undefined) conditions.push(sql`port = CAST(${bind(leaf.port)} AS INTEGER)`);
  if (leaf.protocol !== undefined) conditions.push(sql`protocol = ${bind(leaf.protocol)}`);
  if (leaf.values !== undefined) conditions.push(structured(leaf.values));
  return conditions;
}

const outputMatches = (leaf: ScriptLeaf): SqlText[] => given([["output", leaf.output]]);

/**
 * Structured output under a further key satisfies `values` as well; the output stands with the result that it is
 * of. Only `vulners` and `vulscan` have any (view/vulners.ts).
 */
function scriptPieces(leaf: ScriptLeaf, schema: ActivePurpose): Piece<HostTable>[] {
  const result = {
    table: "script" as const,
    where: allOf([...scriptConditions(leaf), ...outputMatches(leaf)]),
  };
  const elsewhere = leaf.name !== undefined && "is" in leaf.name && !HAVE_MORE.has(leaf.name.is);
  if (leaf.values === undefined || elsewhere) return [result];
  const more = scriptConditions(leaf);
  if (leaf.output !== undefined)
    more.push(
      sql`(host_id, port_id, seq) IN (SELECT (host_id, port_id, seq) FROM ${name(`${schema}.script`)} WHERE ${allOf(outputMatches(leaf))})`,
    );
  return [result, { table: "script_more", where: allOf(more) }];
}

function hopRow(leaf: Extract<Leaf, { k: "hop" }>): SqlText {
  const conditions = given([["host", leaf.host]]);
  if (leaf.addr !== undefined)
    conditions.push(sql`addr = CAST(${bind(String(address(leaf.addr)))} AS UHUGEINT)`);
  if (leaf.ttl !== undefined) conditions.push(sql`ttl = CAST(${bind(leaf.ttl)} AS INTEGER)`);
  return allOf(conditions);
}

/** The pieces of a leaf, any of which makes it hold. `now`: seconds since the epoch. */
export function hostLeaf(leaf: Leaf, now: number, schema: ActivePurpose): Piece<HostTable>[] {
  switch (leaf.k) {
    case "all":
      return [{ row: name("true") }];
    case "net":
    case "range":
    case "host":
    case "family":
      return [{ row: onAddress("h", leaf) }];
    case "countports":
      return [{ row: present("h.openports", allOf(within("h.openports", leaf.count))) }];
    case "country":
    case "asnum":
    case "asname":
      return [{ row: onPlace("h", leaf) }];
    case "city":
      return [{ row: presentMatch("h.city", leaf.name) }];
    case "seen":
      return [{ row: onTimes(TIMES, leaf, now) }];
    case "hostname":
      return [{ table: "hostname", where: matches("name", leaf.name) }];
    case "domain":
      return [{ table: "domain", where: matches("name", leaf.name) }];
    case "port":
      return [{ table: "port", where: portRow(leaf) }];
    case "os":
      return [
        {
          table: "os_class",
          where: anyOf(["vendor", "osfamily", "osgen", "type"].map((column) => matches(column, leaf.name))),
        },
      ];
    case "script":
      return scriptPieces(leaf, schema);
    case "cve":
      return [{ table: "tag", where: sql`(${CVE_TAGS} AND ${matches("info", leaf.info)})` }];
    case "category":
      return [{ table: "category", where: matches("value", leaf.name) }];
    case "source":
      return [{ table: "source", where: matches("value", leaf.name) }];
    case "tag":
      return [
        {
          table: "tag",
          where: allOf(
            given([
              ["value", leaf.value],
              ["info", leaf.info],
            ]),
          ),
        },
      ];
    case "cpe":
      return [
        {
          table: "cpe",
          where: allOf(
            given([
              ["type", leaf.type],
              ["vendor", leaf.vendor],
              ["product", leaf.product],
              ["version", leaf.version],
            ]),
          ),
        },
      ];
    case "hop":
      return [{ table: "trace_hop", where: hopRow(leaf) }];
    case "mac":
      return [{ table: "address", where: sql`(type = 'mac' AND ${matches("value", leaf.addr)})` }];
    case "recontype":
    case "sensor":
    case "value":
    case "targetval":
      throw new Error(`unchecked purpose: ${leaf.k}`);
  }
}
