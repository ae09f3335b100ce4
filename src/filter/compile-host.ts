/** Leaves over the host table of an active purpose, alias `h`, and its child tables. */
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

function scriptRow(leaf: Extract<Leaf, { k: "script" }>): SqlText {
  const conditions = given([
    ["id", leaf.name],
    ["output", leaf.output],
  ]);
  if (leaf.port !== undefined) conditions.push(sql`port = CAST(${bind(leaf.port)} AS INTEGER)`);
  if (leaf.protocol !== undefined) conditions.push(sql`protocol = ${bind(leaf.protocol)}`);
  if (leaf.values !== undefined) conditions.push(structured(leaf.values));
  return allOf(conditions);
}

function hopRow(leaf: Extract<Leaf, { k: "hop" }>): SqlText {
  const conditions = given([["host", leaf.host]]);
  if (leaf.addr !== undefined)
    conditions.push(sql`addr = CAST(${bind(String(address(leaf.addr)))} AS UHUGEINT)`);
  if (leaf.ttl !== undefined) conditions.push(sql`ttl = CAST(${bind(leaf.ttl)} AS INTEGER)`);
  return allOf(conditions);
}

/** The pieces of a leaf, any of which makes it hold. `now`: seconds since the epoch. */
export function hostLeaf(leaf: Leaf, now: number): Piece<HostTable>[] {
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
      return [{ table: "script", where: scriptRow(leaf) }];
    case "cve":
      return [{ table: "tag", where: sql`(value = 'Vulnerable' AND ${matches("info", leaf.info)})` }];
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
