/**
 * Folding the CPEs of an address (spec ivre §8.2): all there are, each once, with all places where it was found. By
 * time, the place of a service that was switched off is none any more (looked-again.ts), and a CPE that was found
 * nowhere else goes with it.
 */
import { remembered } from "./fold-ports.ts";
import { type Fragments, fragmentsOf, type Order, type Rows } from "./fragments.ts";

const NAME = "vid, type, vendor, product, version";

/** The port in the place of a CPE: `ports.port:80`, `ports{port:80, scripts.id:http-server-header}`. */
const PORT = "try_cast(regexp_extract(origin, '^ports[.{]port:([0-9]{1,5})(?:,|$)', 1) AS INTEGER)";

/**
 * The statements that make `lost_origin(host_id, cpe_seq, origin)` and `lost_cpe(host_id, seq)`. A place names no
 * protocol: it is lost when the fragment has no port of this number that still counts.
 */
function findLost(rows: Rows, fragments: Fragments): readonly string[] {
  return [
    `CREATE OR REPLACE TEMP TABLE lost_origin AS
     WITH port_of AS (
       SELECT f.host_id, p.port, bool_or(${remembered("f", "p")}) AS counts
       FROM (FROM fragment SEMI JOIN forgotten USING (vid)) AS f JOIN ${rows("port")} AS p USING (host_id)
       GROUP BY ALL
     )
     SELECT o.host_id, o.cpe_seq, o.origin
     FROM (SELECT host_id, cpe_seq, origin, ${PORT} AS port FROM ${fragments("cpe_origin")}) AS o
     JOIN port_of AS p USING (host_id, port) WHERE NOT p.counts`,
    `CREATE OR REPLACE TEMP TABLE lost_cpe AS
     SELECT o.host_id, o.cpe_seq AS seq FROM ${fragments("cpe_origin")} AS o
     SEMI JOIN lost_origin AS l ON (l.host_id, l.cpe_seq) = (o.host_id, o.cpe_seq)
     LEFT JOIN lost_origin AS g ON (g.host_id, g.cpe_seq, g.origin) = (o.host_id, o.cpe_seq, o.origin)
     GROUP BY ALL HAVING bool_and(g.origin IS NOT NULL)`,
  ];
}

/**
 * The statements that fill `view.cpe` and `view.cpe_origin`.
 * @param rows the rows of a host table of all sources.
 */
export function foldCpes(rows: Rows, order: Order): readonly string[] {
  const fragments = fragmentsOf(rows);
  const byTime = order === "time";
  const cpes = byTime
    ? `(FROM ${fragments("cpe")} AS c ANTI JOIN lost_cpe USING (host_id, seq))`
    : fragments("cpe");
  const origins = byTime
    ? `(FROM ${fragments("cpe_origin")} AS o ANTI JOIN lost_origin USING (host_id, cpe_seq, origin))`
    : fragments("cpe_origin");
  return [
    ...(byTime ? findLost(rows, fragments) : []),
    `CREATE OR REPLACE TEMP TABLE cpe_fold AS
   SELECT *, row_number() OVER (PARTITION BY vid ORDER BY first) - 1 AS seq
   FROM (SELECT ${NAME}, min({'rank': rank, 'seq': seq}) AS first FROM ${cpes} GROUP BY ${NAME})`,
    `INSERT INTO view.cpe BY NAME
   SELECT vid AS host_id, seq, type, vendor, product, version FROM cpe_fold ORDER BY vid, seq`,
    `INSERT INTO view.cpe_origin
   SELECT DISTINCT o.vid, k.seq, o.origin
   FROM ${origins} AS o
   JOIN ${cpes} AS c ON c.vid = o.vid AND c.rank = o.rank AND c.host_id = o.host_id AND c.seq = o.cpe_seq
   JOIN cpe_fold AS k
     ON (k.vid, k.type, k.vendor, k.product, k.version) = (c.vid, c.type, c.vendor, c.product, c.version)
   ORDER BY ALL`,
  ];
}
