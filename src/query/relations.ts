/**
 * Where fields live: the relations that the catalogue's expressions are written over, one row for each element
 * that a list field unwinds to (spec ivre §3.1, §6.4).
 */
import type { ActivePurpose } from "../model/purpose.ts";
import { EXTRAPORT } from "./objects.ts";

interface Relation {
  /** What follows FROM, with the alias that expressions use; `{host_id}` where rows are restricted before they are summed up. */
  from: (schema: ActivePurpose) => string;
  /** The host that a row belongs to. */
  host: string;
}

/** The labels of a dotted name, then each parent: `a.b.c`, `b.c`, `c` (spec §6.1). */
const PARENTS = (name: string): string => {
  const labels = `string_split(${name}, '.')`;
  return `unnest([array_to_string(${labels}[i:], '.') for i in range(1, len(${labels}) + 1)])`;
};

/**
 * Ports as integers, for lists that are cheap to sort and to group: the rank of the protocol's name, then 16 bits
 * of port number.
 */
export const PORT_LIST = "list_sort(list(code * 65536 + port))";

/** The port table with the rank of each protocol's name as `code`. */
export function protocolCodes(s: ActivePurpose): string {
  return `${s}.port JOIN (SELECT protocol, (row_number() OVER (ORDER BY protocol))::INTEGER AS code FROM (SELECT DISTINCT protocol FROM ${s}.port WHERE protocol IS NOT NULL)) USING (protocol)`;
}

/** A list made with PORT_LIST together with the names of the protocols, by rank. */
export function portListOf(s: ActivePurpose): (list: string) => string {
  return (list) =>
    `{ports: ${list}, names: (SELECT list(protocol ORDER BY protocol) FROM (SELECT DISTINCT protocol FROM ${s}.port WHERE protocol IS NOT NULL))}`;
}

export const RELATIONS = {
  host: { from: (s) => `${s}.host AS h`, host: "h.id" },
  /** Every host with its open ports, sorted by protocol and number; null when it has none. */
  openports: {
    from: (s) =>
      `${s}.host AS h LEFT JOIN (SELECT host_id, ${PORT_LIST} AS ports FROM ${protocolCodes(s)} WHERE state_state = 'open' AND {host_id} GROUP BY host_id) AS l ON l.host_id = h.id`,
    host: "h.id",
  },
  source: { from: (s) => `${s}.source AS f`, host: "f.host_id" },
  /** All sources of a host as one sorted list. */
  sources: {
    from: (s) =>
      `(SELECT host_id, list_sort(list(value)) AS value FROM ${s}.source WHERE {host_id} GROUP BY host_id) AS f`,
    host: "f.host_id",
  },
  category: { from: (s) => `${s}.category AS g`, host: "g.host_id" },
  /** The additional addresses of a host by type, as one list each. */
  address: {
    from: (s) =>
      `(SELECT host_id, type, list(value ORDER BY value) AS value FROM ${s}.address WHERE {host_id} GROUP BY host_id, type) AS a`,
    host: "a.host_id",
  },
  addresses: {
    from: (s) =>
      `(SELECT host_id, json_group_object(type, value) AS value FROM (SELECT host_id, type, list(value ORDER BY value) AS value FROM ${s}.address WHERE {host_id} GROUP BY host_id, type) GROUP BY host_id) AS a`,
    host: "a.host_id",
  },
  hostname: { from: (s) => `${s}.hostname AS n`, host: "n.host_id" },
  domain: { from: (s) => `${s}.domain AS d`, host: "d.host_id" },
  port: { from: (s) => `${s}.port AS p`, host: "p.host_id" },
  script: { from: (s) => `${s}.script AS c`, host: "c.host_id" },
  os_match: { from: (s) => `${s}.os_match AS m`, host: "m.host_id" },
  os_class: { from: (s) => `${s}.os_class AS k`, host: "k.host_id" },
  /** Each operating system of a host once, however many classes or matches name it. */
  os: {
    from: (s) => `(SELECT DISTINCT host_id, vendor, osfamily, osgen FROM ${s}.os_class WHERE {host_id}) AS k`,
    host: "k.host_id",
  },
  cpe: { from: (s) => `${s}.cpe AS e`, host: "e.host_id" },
  cpe_origin: { from: (s) => `${s}.cpe_origin AS o`, host: "o.host_id" },
  trace: { from: (s) => `${s}.trace AS t`, host: "t.host_id" },
  trace_hop: { from: (s) => `${s}.trace_hop AS x`, host: "x.host_id" },
  hop_domain: {
    from: (s) =>
      `(SELECT host_id, ${PARENTS("host")} AS name FROM ${s}.trace_hop WHERE host IS NOT NULL) AS x`,
    host: "x.host_id",
  },
  extraport: { from: (s) => `${s}.extraport AS y`, host: "y.host_id" },
  extraports: {
    from: (s) =>
      `(SELECT y.host_id, json_group_object(y.state, ${EXTRAPORT(s)}) AS value FROM ${s}.extraport AS y WHERE {host_id} GROUP BY y.host_id) AS ys`,
    host: "ys.host_id",
  },
  /** The reasons of one state added up over protocols. */
  extrareason: {
    from: (s) =>
      `(SELECT host_id, state, reason, sum(count)::BIGINT AS count FROM ${s}.extrareason WHERE {host_id} GROUP BY host_id, state, reason) AS z`,
    host: "z.host_id",
  },
  /** Each tag of a host once, whoever gave it, with its sorted info entries (null when it has none). */
  tag: {
    from: (s) =>
      `(SELECT host_id, value, type, list(DISTINCT info ORDER BY info) FILTER (info IS NOT NULL) AS info FROM ${s}.tag WHERE {host_id} GROUP BY host_id, value, type) AS w`,
    host: "w.host_id",
  },
  /** Each info entry of each tag once; a tag without info has one row with a null info. */
  tag_info: {
    from: (s) => `(SELECT DISTINCT host_id, value, info FROM ${s}.tag WHERE {host_id}) AS w`,
    host: "w.host_id",
  },
} as const satisfies Record<string, Relation>;

export type RelationName = keyof typeof RELATIONS;
