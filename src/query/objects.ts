/**
 * Objects of the record model built in SQL, for raw paths that name a whole object (spec ivre §3.1). A merge
 * patch on an empty object drops the members that are null (RFC 7396), so absent facts stay absent.
 */
import type { Purpose } from "../model/purpose.ts";

/** The object of these members (SQL expression by name) without the null ones. */
function object(members: Readonly<Record<string, string>>): string {
  const list = Object.entries(members).map(([name, value]) => `'${name}', ${value}`);
  return `json_merge_patch('{}', json_object(${list.join(", ")}))`;
}

/** An object of the rows of a group, by name: json_group_object() puts them in as they come, which is any order. */
export function objectOf(member: string, value: string): string {
  const one = `to_json(${member}) || ':' || coalesce(to_json(${value}), 'null')`;
  return `('{' || string_agg(${one}, ',' ORDER BY ${member}) || '}')::JSON`;
}

function columns(alias: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `${alias}.${name}`]));
}

export const PORT_COLUMNS = [
  "protocol",
  "port",
  "state_state",
  "state_reason",
  "state_reason_ttl",
  "state_reason_ip",
  "service_name",
  "service_product",
  "service_version",
  "service_extrainfo",
  "service_ostype",
  "service_devicetype",
  "service_hostname",
  "service_tunnel",
  "service_method",
  "service_conf",
  "service_servicefp",
  "service_rpcnum",
  "service_lowver",
  "service_highver",
] as const;

/** A script result, alias `c`: structured output lies under its keys beside id and output. */
export const SCRIPT_OBJECT = (s: Purpose): string => {
  const own =
    "CASE WHEN c.key IS NOT NULL AND c.data IS NOT NULL THEN json_object(c.key, c.data) ELSE '{}' END";
  const lists = `SELECT u.key, list(u.data ORDER BY u.element) AS data FROM ${s}.script_more AS u WHERE u.host_id = c.host_id AND u.port_id = c.port_id AND u.seq = c.seq GROUP BY u.key`;
  const more = `coalesce((SELECT ${objectOf("l.key", "l.data")} FROM (${lists}) AS l), '{}')`;
  return `json_merge_patch(json_object('id', c.id, 'output', c.output), ${own}, ${more})`;
};

export const OS_MATCH_OBJECT = object(columns("m", ["name", "accuracy", "line"]));
export const OS_CLASS_OBJECT = object(columns("k", ["type", "vendor", "osfamily", "osgen", "accuracy"]));
export const PORTUSED_OBJECT = object({ port: "h.os_portused", state: "h.os_portused_state" });
export const TAG_OBJECT = object(columns("w", ["value", "type", "info"]));
export const INFOS_OBJECT = object(
  columns("h", ["country_code", "country_name", "city", "as_num", "as_name"]),
);

/** A hop, alias `x`; the address as digits, formatted when it is decoded. */
const HOP_OBJECT = object({
  ttl: "x.ttl",
  rtt: `coalesce(to_json(x.rtt), '"--"'::JSON)`,
  ipaddr: "x.addr::VARCHAR",
  host: "x.host",
  domains: hopDomains("x"),
});

/** The name of a hop and its parents, null without a name. */
function hopDomains(alias: string): string {
  const labels = `string_split(${alias}.host, '.')`;
  return `CASE WHEN ${alias}.host IS NOT NULL THEN [array_to_string(${labels}[i:], '.') for i in range(1, len(${labels}) + 1)] END`;
}

export const HOP = (): string => HOP_OBJECT;

export const HOSTNAME = (s: Purpose): string =>
  object({
    ...columns("n", ["name", "type"]),
    domains: `(SELECT list(d.name ORDER BY d.level DESC) FROM ${s}.domain AS d WHERE d.host_id = n.host_id AND d.hostname_seq = n.seq)`,
  });

export const CPE = (s: Purpose): string =>
  object({
    ...columns("e", ["type", "vendor", "product", "version"]),
    origins: `(SELECT list(o.origin ORDER BY o.origin) FROM ${s}.cpe_origin AS o WHERE o.host_id = e.host_id AND o.cpe_seq = e.seq)`,
  });

export const TRACE = (s: Purpose): string =>
  object({
    ...columns("t", ["protocol", "port"]),
    hops: `coalesce((SELECT to_json(list(${HOP_OBJECT} ORDER BY x.seq)) FROM ${s}.trace_hop AS x WHERE x.host_id = t.host_id AND x.trace_seq = t.seq), '[]'::JSON)`,
  });

export const PORT = (s: Purpose): string =>
  object({
    ...columns("p", PORT_COLUMNS),
    state_reason_ip: "p.state_reason_ip::VARCHAR",
    scripts: `(SELECT to_json(list(${SCRIPT_OBJECT(s)} ORDER BY c.seq)) FROM ${s}.script AS c WHERE c.host_id = p.host_id AND c.port_id = p.id)`,
    screenshot: `(SELECT any_value(ss.kind) FROM ${s}.screenshot AS ss WHERE ss.host_id = p.host_id AND ss.port_id = p.id)`,
    screenwords: `(SELECT to_json(list(sw.value ORDER BY sw.seq)) FROM ${s}.screenword AS sw WHERE sw.host_id = p.host_id AND sw.port_id = p.id)`,
  });

export const OPENPORTS_OF = (s: Purpose, protocol: string): string =>
  `CASE WHEN h.openports_${protocol} > 0 THEN json_object('count', h.openports_${protocol}, 'ports', (SELECT list(p.port ORDER BY p.port) FROM ${s}.port AS p WHERE p.host_id = h.id AND p.protocol = '${protocol}' AND p.state_state = 'open')) END`;

const REASONS = (s: Purpose): string =>
  `(SELECT ${objectOf("z.reason", "z.count")} FROM (SELECT host_id, state, reason, sum(count)::BIGINT AS count FROM ${s}.extrareason GROUP BY host_id, state, reason) AS z WHERE z.host_id = y.host_id AND z.state = y.state)`;

export const EXTRAPORT = (s: Purpose): string => object({ total: "y.total", reasons: REASONS(s) });
export const EXTRAPORT_REASONS = REASONS;
