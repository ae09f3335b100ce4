/**
 * Script results that several fragments of an address brought and that add up (spec ivre §8.2): their elements
 * are united, the text is written anew. Of all other scripts the newest result stands for itself.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Order } from "./fragments.ts";
import { CERTIFICATE_RULE, certificateText, ja3ServerText, scannerText } from "./script-text.ts";

interface Union {
  ids: readonly string[];
  /** What tells elements apart, over the JSON `e`; two of one identity are one element, the newest. */
  identity: string;
  /** The text of an element; absent: the lines of all results, each once. */
  text?: string;
  /** Between the texts; default: a line break. */
  separator?: string;
}

/**
 * A scan lists all keys of a server, a sensor sees one at a time: what it saw later is added to the scan's. IVRE keeps
 * the last one only.
 */
const HOST_KEYS = "ssh-hostkey";

const UNIONS: readonly Union[] = [
  {
    ids: ["ssl-cert", "ssl-cacert"],
    identity: "e->>'sha256'",
    text: `coalesce(${certificateText("e")}, e->>'pem')`,
    separator: CERTIFICATE_RULE,
  },
  { ids: ["ssl-ja3-client"], identity: "e->>'md5'", text: "e->>'md5'" },
  {
    ids: ["ssl-ja3-server"],
    identity: "concat_ws(' ', e->>'md5', e->'client'->>'md5')",
    text: ja3ServerText("e"),
  },
  { ids: ["ssl-ja4-client"], identity: "e->>'ja4'", text: "e->>'ja4'" },
  { ids: ["http-user-agent"], identity: "e::VARCHAR", text: "e->>'$'" },
  { ids: ["http-app"], identity: "to_json([e->>'application', e->>'path'])::VARCHAR" },
  {
    ids: ["http-nuclei", "network-nuclei"],
    identity: "to_json([e->>'name', e->>'url', e->>'template', e->>'host', e->>'path'])::VARCHAR",
  },
  {
    ids: [
      "dns-check-consistency",
      "dns-domains",
      "dns-domains-mx",
      "dns-tls-rpt",
      "dns-zone-transfer",
      "http-git",
    ],
    identity: "e::VARCHAR",
  },
  { ids: [HOST_KEYS], identity: "e->>'key'" },
];

const SCANNER = "scanner";
const ELEMENT_IDS = UNIONS.flatMap((union) => union.ids);

const quoted = (ids: readonly string[]): string => ids.map((id) => `'${id}'`).join(", ");

function choose(expression: (union: Union) => string | undefined, otherwise: string): string {
  const cases = UNIONS.flatMap((union) => {
    const value = expression(union);
    return value === undefined ? [] : [`WHEN id IN (${quoted(union.ids)}) THEN ${value}`];
  });
  return `CASE ${cases.join(" ")} ELSE ${otherwise} END`;
}

const GROUP = "vid, protocol, port, id";
/** To the end: what is left open is decided by how many other rows there are. */
const NEWEST_FIRST = "last DESC, seq, identity";
/** The texts of all elements in one. */
const joined = choose(
  ({ separator }) => separator && `array_to_string(texts, ${separator})`,
  "array_to_string(texts, chr(10))",
);
const WITH_TEXT = quoted(UNIONS.filter((union) => union.text).flatMap((union) => union.ids));

/** The members of a list in the JSON, one a row. */
const facts = (kind: string, path: string): string =>
  `SELECT vid, '${kind}' AS kind, unnest(json_extract(data, '${path}')) AS item FROM several WHERE id = '${SCANNER}'`;
const ports = (kind: string): string =>
  `list_sort(list(DISTINCT try_cast(item::VARCHAR AS INTEGER)) FILTER (kind = '${kind}'))`;
const items = (kind: string): string => `list_sort(list(DISTINCT item::JSON) FILTER (kind = '${kind}'))`;
const whenAny = (list: string, value: string): string => `CASE WHEN len(${list}) > 0 THEN ${value} END`;
const portSummary = (list: string): string =>
  whenAny(list, `json_object('count', len(${list}), 'ports', ${list})`);

/**
 * Bytes of results that are united at a time: DuckDB's lists do not spill, and need a multiple of what is in them
 * (4 MB did not fit 200 MB).
 */
const BATCH_BYTES = 1024 * 1024;

/** The statements that add to `united` what those of `several(vid, rank, protocol, port, id, output, data)` make. */
const UNITE: readonly string[] = [
  // Results whose newest fragment says all that the others say stay as they are.
  `INSERT INTO united BY NAME
   WITH element AS (
     SELECT *, coalesce(${choose((union) => union.identity, "NULL")}, e::VARCHAR) AS identity
     FROM (SELECT ${GROUP}, rank, max(rank) OVER (PARTITION BY ${GROUP}) AS newest,
                  unnest(json_extract(data, '$[*]')) AS e,
                  generate_subscripts(json_extract(data, '$[*]'), 1) AS seq
           FROM several WHERE id <> '${SCANNER}')
   ), different AS (
     SELECT ${GROUP}, any_value(newest) AS newest, max(rank) AS last, min(seq) AS seq, identity,
            arg_max(e, {'rank': rank, 'early': -seq, 'text': e::VARCHAR}) AS e
     FROM element GROUP BY ${GROUP}, identity
   ), outputs AS (
     SELECT ${GROUP}, array_to_string(list(line ORDER BY first, line), chr(10)) AS output
     FROM (SELECT ${GROUP}, line, min({'age': -rank, 'seq': seq}) AS first
           FROM (SELECT ${GROUP}, rank, unnest(string_split(output, chr(10))) AS line,
                        generate_subscripts(string_split(output, chr(10)), 1) AS seq
                 FROM several WHERE id NOT IN (${WITH_TEXT}))
           GROUP BY ${GROUP}, line)
     GROUP BY ${GROUP}
   ), listed AS (
     SELECT ${GROUP}, list(text ORDER BY ${NEWEST_FIRST}) AS texts, to_json(list(e ORDER BY ${NEWEST_FIRST})) AS data
     FROM (SELECT *, ${choose((union) => union.text, "NULL")} AS text FROM different)
     GROUP BY ${GROUP} HAVING NOT bool_and(last = newest)
   )
   SELECT s.* EXCLUDE (text), coalesce(o.output, s.text) AS output
   FROM (SELECT * EXCLUDE (texts), ${joined} AS text FROM listed) AS s LEFT JOIN outputs AS o
     ON (o.vid, o.port, o.id) = (s.vid, s.port, s.id) AND o.protocol IS NOT DISTINCT FROM s.protocol`,
  `INSERT INTO united BY NAME
   WITH fact AS (
     ${facts("tcp", "$.ports.tcp.ports[*]")} UNION ALL ${facts("udp", "$.ports.udp.ports[*]")}
     UNION ALL ${facts("uri", "$.http_uris[*]")} UNION ALL ${facts("dns", "$.dns_queries[*]")}
     UNION ALL ${facts("stun", "$.stun_queries[*]")} UNION ALL ${facts("probe", "$.probes[*]")}
   ), summed AS (
     SELECT vid, ${ports("tcp")} AS tcp, ${ports("udp")} AS udp, ${items("uri")} AS uris, ${items("dns")} AS dns,
            ${items("stun")} AS stun, ${items("probe")} AS probes
     FROM fact GROUP BY vid
   ), scanner AS (
     SELECT vid, name, list_sort(list(DISTINCT probe) FILTER (probe IS NOT NULL)) AS probes
     FROM (SELECT vid, s->>'name' AS name, unnest(CASE WHEN len(p) > 0 THEN p ELSE [NULL] END) AS probe
           FROM (SELECT vid, s, json_extract(s, '$.probes[*]') AS p
                 FROM (${facts("scanner", "$.scanners[*]")}) AS f, (SELECT f.item AS s)))
     GROUP BY vid, name
   ), scanners AS (
     SELECT vid, to_json(list(json_merge_patch('{}', json_object('name', name, 'probes', probes)) ORDER BY name)) AS list
     FROM scanner GROUP BY vid
   ), made AS (
     SELECT a.vid, json_merge_patch('{}', json_object(
              'ports', ${whenAny(
                "list_concat(f.tcp, f.udp)",
                `json_object(
                'count', coalesce(len(f.tcp), 0) + coalesce(len(f.udp), 0),
                'tcp', ${portSummary("f.tcp")}, 'udp', ${portSummary("f.udp")})`,
              )},
              'http_uris', f.uris, 'dns_queries', f.dns, 'stun_queries', f.stun,
              'scanners', s.list, 'probes', f.probes)) AS data
     FROM (SELECT DISTINCT vid FROM several WHERE id = '${SCANNER}') AS a
     LEFT JOIN summed AS f USING (vid) LEFT JOIN scanners AS s USING (vid)
   )
   SELECT vid, NULL AS protocol, -1 AS port, '${SCANNER}' AS id, ${scannerText("data")} AS output, data FROM made`,
];

/**
 * Makes the temporary table `united(vid, protocol, port, id, output, data)`.
 * @param scripts the script rows of all fragments, with `vid`, `rank` and `alone`.
 */
export async function uniteScripts(
  connection: DuckDBConnection,
  scripts: string,
  order: Order,
): Promise<void> {
  const ids = order === "time" ? ELEMENT_IDS : ELEMENT_IDS.filter((id) => id !== HOST_KEYS);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE united
       (vid BIGINT, protocol VARCHAR, port INTEGER, id VARCHAR, output VARCHAR, data JSON)`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE mergeable AS
     SELECT vid, rank, protocol, port, id, output, data
     FROM (FROM ${scripts} WHERE NOT alone AND id IN (${quoted([...ids, SCANNER])}) AND data IS NOT NULL
           QUALIFY id <> '${HOST_KEYS}'
             OR rank >= coalesce(max(rank) FILTER (host_id > 0) OVER (PARTITION BY ${GROUP}), 0))
     WINDOW one_script AS (PARTITION BY ${GROUP})
     QUALIFY min(hash(data)) OVER one_script <> max(hash(data)) OVER one_script
       AND bool_and(json_type(data) = CASE WHEN id = '${SCANNER}' THEN 'OBJECT' ELSE 'ARRAY' END) OVER one_script`,
  );
  const batches = await connection.runAndReadAll(
    `SELECT min(vid), max(vid)
     FROM (SELECT vid, sum(bytes) OVER (ORDER BY vid) // ${BATCH_BYTES} AS batch
           FROM (SELECT vid, sum(strlen(data) + coalesce(strlen(output), 0)) AS bytes FROM mergeable GROUP BY vid))
     GROUP BY batch ORDER BY 1`,
  );
  for (const [from, to] of batches.getRows()) {
    await connection.run(
      "CREATE OR REPLACE TEMP TABLE several AS FROM mergeable WHERE vid BETWEEN ?::BIGINT AND ?::BIGINT",
      [String(from), String(to)],
    );
    for (const statement of UNITE) await connection.run(statement);
  }
  for (const table of ["several", "mergeable"]) await connection.run(`DROP TABLE IF EXISTS ${table}`);
}
