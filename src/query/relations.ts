/**
 * Where fields live: the relations that the catalogue's expressions are written over, one row for each element
 * that a list field unwinds to (spec ivre §3.1, §6.4).
 */
import type { Purpose } from "../model/purpose.ts";
import { EXTRAPORT, objectOf } from "./objects.ts";
import { subjectOf } from "./subject.ts";

interface Relation {
  /** The rows with the alias that expressions use; `{host_id}` or `{record_id}` where they are restricted before they are summed up. */
  table: (schema: Purpose) => string;
  /** The key of the record that a row belongs to. */
  record: string;
  /** Records without rows count as well, with one that holds nothing. */
  everyRecord?: true;
  /** The list inside whose elements this one lies, and the condition that an element is inside which. */
  parent?: { relation: string; on: string };
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
  host: { table: (s) => `${s}.host AS h`, record: "h.id" },
  /** Every host with its open ports, sorted by protocol and number. */
  openports: {
    table: (s) =>
      `(SELECT host_id, ${PORT_LIST} AS ports FROM ${protocolCodes(s)} WHERE state_state = 'open' AND {host_id} GROUP BY host_id) AS l`,
    record: "l.host_id",
    everyRecord: true,
  },
  source: { table: (s) => `${s}.source AS f`, record: "f.host_id" },
  /** All sources of a host as one sorted list. */
  sources: {
    table: (s) =>
      `(SELECT host_id, list_sort(list(value)) AS value FROM ${s}.source WHERE {host_id} GROUP BY host_id) AS f`,
    record: "f.host_id",
  },
  category: { table: (s) => `${s}.category AS g`, record: "g.host_id" },
  /** The additional addresses of a host by type, as one list each. */
  address: {
    table: (s) =>
      `(SELECT host_id, type, list(value ORDER BY value) AS value FROM ${s}.address WHERE {host_id} GROUP BY host_id, type) AS a`,
    record: "a.host_id",
  },
  addresses: {
    table: (s) =>
      `(SELECT host_id, ${objectOf("type", "value")} AS value FROM (SELECT host_id, type, list(value ORDER BY value) AS value FROM ${s}.address WHERE {host_id} GROUP BY host_id, type) GROUP BY host_id) AS a`,
    record: "a.host_id",
  },
  hostname: { table: (s) => `${s}.hostname AS n`, record: "n.host_id" },
  domain: {
    table: (s) => `${s}.domain AS d`,
    record: "d.host_id",
    parent: { relation: "hostname", on: "d.host_id = n.host_id AND d.hostname_seq = n.seq" },
  },
  port: { table: (s) => `${s}.port AS p`, record: "p.host_id" },
  script: {
    table: (s) => `${s}.script AS c`,
    record: "c.host_id",
    parent: { relation: "port", on: "c.host_id = p.host_id AND c.port_id = p.id" },
  },
  /** Words that IVRE read in a picture of a port. */
  screenword: {
    table: (s) => `${s}.screenword AS sw`,
    record: "sw.host_id",
    parent: { relation: "port", on: "sw.host_id = p.host_id AND sw.port_id = p.id" },
  },
  screenshot: {
    table: (s) => `${s}.screenshot AS ss`,
    record: "ss.host_id",
    parent: { relation: "port", on: "ss.host_id = p.host_id AND ss.port_id = p.id" },
  },
  os_match: { table: (s) => `${s}.os_match AS m`, record: "m.host_id" },
  os_class: { table: (s) => `${s}.os_class AS k`, record: "k.host_id" },
  /** Each operating system of a host once, however many classes or matches name it. */
  os: {
    table: (s) =>
      `(SELECT DISTINCT host_id, vendor, osfamily, osgen FROM ${s}.os_class WHERE {host_id}) AS k`,
    record: "k.host_id",
  },
  cpe: { table: (s) => `${s}.cpe AS e`, record: "e.host_id" },
  cpe_origin: {
    table: (s) => `${s}.cpe_origin AS o`,
    record: "o.host_id",
    parent: { relation: "cpe", on: "o.host_id = e.host_id AND o.cpe_seq = e.seq" },
  },
  trace: { table: (s) => `${s}.trace AS t`, record: "t.host_id" },
  trace_hop: {
    table: (s) => `${s}.trace_hop AS x`,
    record: "x.host_id",
    parent: { relation: "trace", on: "x.host_id = t.host_id AND x.trace_seq = t.seq" },
  },
  hop_domain: {
    table: (s) =>
      `(SELECT host_id, trace_seq, seq, ${PARENTS("host")} AS name FROM ${s}.trace_hop WHERE host IS NOT NULL) AS xd`,
    record: "xd.host_id",
    parent: {
      relation: "trace_hop",
      on: "xd.host_id = x.host_id AND xd.trace_seq = x.trace_seq AND xd.seq = x.seq",
    },
  },
  extraport: { table: (s) => `${s}.extraport AS y`, record: "y.host_id" },
  extraports: {
    table: (s) =>
      `(SELECT y.host_id, ${objectOf("y.state", EXTRAPORT(s))} AS value FROM ${s}.extraport AS y WHERE {host_id} GROUP BY y.host_id) AS ys`,
    record: "ys.host_id",
  },
  /** The reasons of one state added up over protocols. */
  extrareason: {
    table: (s) =>
      `(SELECT host_id, state, reason, sum(count)::BIGINT AS count FROM ${s}.extrareason WHERE {host_id} GROUP BY host_id, state, reason) AS z`,
    record: "z.host_id",
  },
  /** Each tag of a host once, whoever gave it, with its sorted info entries (null when it has none). */
  tag: {
    table: (s) =>
      `(SELECT host_id, value, type, list(DISTINCT info ORDER BY info) FILTER (info IS NOT NULL) AS info FROM ${s}.tag WHERE {host_id} GROUP BY host_id, value, type) AS w`,
    record: "w.host_id",
  },
  /** Each info entry of each tag once; a tag without info has one row with a null info. */
  tag_info: {
    table: (s) => `(SELECT DISTINCT host_id, value, type, info FROM ${s}.tag WHERE {host_id}) AS wi`,
    record: "wi.host_id",
    parent: {
      relation: "tag",
      on: "wi.host_id = w.host_id AND wi.value = w.value AND wi.type IS NOT DISTINCT FROM w.type",
    },
  },
  /** Passive records. */
  record: { table: () => "passive.record AS r", record: "r.id" },
  /** Passive records with the names that DNS says, each with its parents as one list. */
  record_names: {
    table: () =>
      `(SELECT record_id, ${namesOf("origin <> 'target'")} AS domain, ${namesOf("origin = 'target'")} AS target FROM passive.domain WHERE origin IN ('answer', 'blacklist', 'target') AND {record_id} GROUP BY record_id) AS n`,
    record: "n.record_id",
    everyRecord: true,
  },
  /** Names that passive records say, with their parents, by where they say them. */
  passive_domain: { table: () => "passive.domain AS d", record: "d.record_id" },
  infos_domain: { table: () => infosList("domain", ["answer", "blacklist"]), record: "i.record_id" },
  infos_domaintarget: { table: () => infosList("domaintarget", ["target"]), record: "i.record_id" },
  infos_san: { table: () => infosList("san"), record: "i.record_id" },
} as const satisfies Record<string, Relation>;

export type RelationName = keyof typeof RELATIONS;

/** The list inside whose elements a relation's lie, and the condition that one is inside the other; null for none. */
export function parentOf(relation: RelationName): { relation: RelationName; on: string } | null {
  const entry: Relation = RELATIONS[relation];
  return entry.parent ? { relation: entry.parent.relation as RelationName, on: entry.parent.on } : null;
}

/** What follows FROM, and the key of the record that a row belongs to. */
export function standAlone(purpose: Purpose, relation: RelationName): { from: string; record: string } {
  const { table, record, everyRecord }: Relation = RELATIONS[relation];
  if (!everyRecord) return { from: table(purpose), record };
  const { from, id } = subjectOf(purpose);
  return { from: `${from} LEFT JOIN ${table(purpose)} ON ${record} = ${id}`, record: id };
}
