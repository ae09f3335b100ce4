/** Leaves over the table `passive.record`, alias `r`, and its child tables (spec ivre §2.5). */
import type { Leaf } from "./ast.ts";
import {
  matches,
  onAddress,
  onPlace,
  onTimes,
  type Piece,
  portNumbers,
  present,
  presentMatch,
} from "./conditions.ts";
import { allOf, name, type SqlText, sql } from "./sqltext.ts";

/** Tables of what is derived from a record. */
export type PassiveTable = "name" | "domain";

const TIMES = ["r.firstseen", "r.lastseen"] as const;
const IS_ANSWER = name("(r.recontype IS NOT NULL AND r.recontype = 'DNS_ANSWER')");

/** Port and service of one record. Only TCP is known, so the protocol says nothing more. */
function portRow(leaf: Extract<Leaf, { k: "port" }>): SqlText {
  const conditions: SqlText[] = [];
  if (leaf.port !== undefined) conditions.push(present("r.port", portNumbers("r.port", leaf.port)));
  for (const [column, matcher] of [
    ["r.service_name", leaf.service],
    ["r.service_product", leaf.product],
    ["r.service_version", leaf.version],
  ] as const)
    if (matcher !== undefined) conditions.push(presentMatch(column, matcher));
  if (conditions.length > 0) return allOf(conditions);
  // searchproduct with nothing given names the protocol only: every record, as in IVRE.
  return leaf.protocol !== undefined && leaf.state === undefined
    ? name("true")
    : name("(r.port IS NOT NULL)");
}

/** The pieces of a leaf, any of which makes it hold. `now`: seconds since the epoch. */
export function passiveLeaf(leaf: Leaf, now: number): Piece<PassiveTable>[] {
  switch (leaf.k) {
    case "all":
      return [{ row: name("true") }];
    case "net":
    case "range":
    case "host":
    case "family":
      return [{ row: onAddress("r", leaf) }];
    case "country":
    case "asnum":
    case "asname":
      return [{ row: onPlace("r", leaf) }];
    case "seen":
      return [{ row: onTimes(TIMES, leaf, now) }];
    case "hostname": {
      const answer = { row: sql`(${IS_ANSWER} AND ${presentMatch("r.value", leaf.name)})` };
      return leaf.dns ? [answer] : [answer, { table: "name", where: matches("name", leaf.name) }];
    }
    case "domain": {
      const where = matches("name", leaf.name);
      if (!leaf.dns) return [{ table: "domain", where }];
      return [{ table: "domain", where: sql`(origin = 'answer' AND ${where})`, row: IS_ANSWER }];
    }
    case "port":
      return [{ row: portRow(leaf) }];
    case "category":
    case "sensor":
      return [{ row: presentMatch("r.sensor", leaf.name) }];
    case "source":
      return [{ row: presentMatch("r.source", leaf.name) }];
    case "recontype":
      return [{ row: presentMatch("r.recontype", leaf.name) }];
    case "value":
      return [{ row: presentMatch("r.value", leaf.text) }];
    case "targetval":
      return [{ row: presentMatch("r.targetval", leaf.text) }];
    case "countports":
    case "city":
    case "os":
    case "script":
    case "cve":
    case "tag":
    case "cpe":
    case "hop":
    case "mac":
      throw new Error(`unchecked purpose: ${leaf.k}`);
  }
}
