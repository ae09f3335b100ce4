/**
 * Where fields live: the relations that the catalogue's expressions are written over, one row for each element
 * that a list field unwinds to (spec ivre §3.1, §6.4).
 */
import type { Purpose } from "../model/purpose.ts";
import { EXTRAPORT } from "./objects.ts";

interface Relation {
  /** What follows FROM, with the alias that expressions use; `{host_id}` or `{record_id}` where rows are restricted before they are summed up. */
  from: (schema: Purpose) => string;
  /** The key of the record that a row belongs to. */
  record: string;
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
export function protocolCodes(s: Purpose): string {
  return `${s}.port JOIN (SELECT protocol, (row_number() OVER (ORDER BY protocol))::INTEGER AS code FROM (SELECT DISTINCT protocol FROM ${s}.port WHERE protocol IS NOT NULL)) USING (protocol)`;
}

/** A list made with PORT_LIST together with the names of the protocols, by rank. */
export function portListOf(s: Purpose): (list: string) => string {
  return (list) =>
    `{ports: ${list}, names: (SELECT list(protocol ORDER BY protocol) FROM (SELECT DISTINCT protocol FROM ${s}.port WHERE protocol IS NOT NULL))}`;
}

/** Records whose domains are derived names (SQL list). */
export const NAMED_KINDS = "'DNS_ANSWER', 'DNS_BLACKLIST'";

/**
 * A list among the extras of passive records, one row an element; a value that is no list is one element.
 * Names that DNS says are not there but in `passive.domain`, by origin.
 */
function infosList(member: string, origins: readonly string[] = []): string {
  const type = `json_type(infos, '$.${member}')`;
  const lists = `SELECT id AS record_id, unnest(CASE ${type} WHEN 'ARRAY' THEN infos->>'$.${member}[*]' ELSE [infos->>'$.${member}'] END) AS value FROM passive.record WHERE ${type} IS NOT NULL`;
  if (origins.length === 0) return `(${lists}) AS i`;
  const names = origins.map((origin) => `'${origin}'`).join(", ");
  return `(SELECT record_id, name AS value FROM passive.domain WHERE origin IN (${names}) UNION ALL ${lists} AND recontype NOT IN (${NAMED_KINDS})) AS i`;
}

/** A record's names, the longest first. Sorted as structs: ordered aggregates take ten times as long. */
function namesOf(where: string): string {
  return `list_transform(list_reverse_sort(list(struct_pack(level := level, name := name)) FILTER (${where})), lambda x: x.name)`;
}

export const RELATIONS = {
  host: { from: (s) => `${s}.host AS h`, record: "h.id" },
  /** Every host with its open ports, sorted by protocol and number; null when it has none. */
  openports: {
    from: (s) =>
      `${s}.host AS h LEFT JOIN (SELECT host_id, ${PORT_LIST} AS ports FROM ${protocolCodes(s)} WHERE state_state = 'open' AND {host_id} GROUP BY host_id) AS l ON l.host_id = h.id`,
    record: "h.id",
  },
  source: { from: (s) => `${s}.source AS f`, record: "f.host_id" },
  /** All sources of a host as one sorted list. */
  sources: {
    from: (s) =>
      `(SELECT host_id, list_sort(list(value)) AS value FROM ${s}.source WHERE {host_id} GROUP BY host_id) AS f`,
    record: "f.host_id",
  },
  category: { from: (s) => `${s}.category AS g`, record: "g.host_id" },
  /** The additional addresses of a host by type, as one list each. */
  address: {
    from: (s) =>
      `(SELECT host_id, type, list(value ORDER BY value) AS value FROM ${s}.address WHERE {host_id} GROUP BY host_id, type) AS a`,
    record: "a.host_id",
  },
  addresses: {
    from: (s) =>
      `(SELECT host_id, json_group_object(type, value) AS value FROM (SELECT host_id, type, list(value ORDER BY value) AS value FROM ${s}.address WHERE {host_id} GROUP BY host_id, type) GROUP BY host_id) AS a`,
    record: "a.host_id",
  },
  hostname: { from: (s) => `${s}.hostname AS n`, record: "n.host_id" },
  domain: { from: (s) => `${s}.domain AS d`, record: "d.host_id" },
  port: { from: (s) => `${s}.port AS p`, record: "p.host_id" },
  script: { from: (s) => `${s}.script AS c`, record: "c.host_id" },
  os_match: { from: (s) => `${s}.os_match AS m`, record: "m.host_id" },
  os_class: { from: (s) => `${s}.os_class AS k`, record: "k.host_id" },
  /** Each operating system of a host once, however many classes or matches name it. */
  os: {
    from: (s) => `(SELECT DISTINCT host_id, vendor, osfamily, osgen FROM ${s}.os_class WHERE {host_id}) AS k`,
    record: "k.host_id",
  },
  cpe: { from: (s) => `${s}.cpe AS e`, record: "e.host_id" },
  cpe_origin: { from: (s) => `${s}.cpe_origin AS o`, record: "o.host_id" },
  trace: { from: (s) => `${s}.trace AS t`, record: "t.host_id" },
  trace_hop: { from: (s) => `${s}.trace_hop AS x`, record: "x.host_id" },
  hop_domain: {
    from: (s) =>
      `(SELECT host_id, ${PARENTS("host")} AS name FROM ${s}.trace_hop WHERE host IS NOT NULL) AS x`,
    record: "x.host_id",
  },
  extraport: { from: (s) => `${s}.extraport AS y`, record: "y.host_id" },
  extraports: {
    from: (s) =>
      `(SELECT y.host_id, json_group_object(y.state, ${EXTRAPORT(s)}) AS value FROM ${s}.extraport AS y WHERE {host_id} GROUP BY y.host_id) AS ys`,
    record: "ys.host_id",
  },
  /** The reasons of one state added up over protocols. */
  extrareason: {
    from: (s) =>
      `(SELECT host_id, state, reason, sum(count)::BIGINT AS count FROM ${s}.extrareason WHERE {host_id} GROUP BY host_id, state, reason) AS z`,
    record: "z.host_id",
  },
  /** Each tag of a host once, whoever gave it, with its sorted info entries (null when it has none). */
  tag: {
    from: (s) =>
      `(SELECT host_id, value, type, list(DISTINCT info ORDER BY info) FILTER (info IS NOT NULL) AS info FROM ${s}.tag WHERE {host_id} GROUP BY host_id, value, type) AS w`,
    record: "w.host_id",
  },
  /** Each info entry of each tag once; a tag without info has one row with a null info. */
  tag_info: {
    from: (s) => `(SELECT DISTINCT host_id, value, info FROM ${s}.tag WHERE {host_id}) AS w`,
    record: "w.host_id",
  },
  /** Passive records. */
  record: { from: () => "passive.record AS r", record: "r.id" },
  /** Passive records with the names that DNS says, each with its parents as one list. */
  record_names: {
    from: () =>
      `passive.record AS r LEFT JOIN (SELECT record_id, ${namesOf("origin <> 'target'")} AS domain, ${namesOf("origin = 'target'")} AS target FROM passive.domain WHERE origin IN ('answer', 'blacklist', 'target') AND {record_id} GROUP BY record_id) AS n ON n.record_id = r.id`,
    record: "r.id",
  },
  /** Names that passive records say, with their parents, by where they say them. */
  passive_domain: { from: () => "passive.domain AS d", record: "d.record_id" },
  infos_domain: { from: () => infosList("domain", ["answer", "blacklist"]), record: "i.record_id" },
  infos_domaintarget: { from: () => infosList("domaintarget", ["target"]), record: "i.record_id" },
  infos_san: { from: () => infosList("san"), record: "i.record_id" },
} as const satisfies Record<string, Relation>;

export type RelationName = keyof typeof RELATIONS;
