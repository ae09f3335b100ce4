/**
 * Where the addresses of feeds lie: country, autonomous system, reserved network. One sweep over the segments and
 * the reference data gives `feed.place`, addresses by set and place, of which the rest are sums. IPv4 only.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { fromV4 } from "../../model/ip.ts";
import { geoRelations } from "../../view/geo.ts";
import { boundsOf, RESERVED_NETWORKS } from "./reserved.ts";
import { emptied, type FeedStep, rowsOf, runAll } from "./step.ts";

const LAST = 0xffff_ffff;

/** An address of the reference data as a 32-bit number. */
function v4(column: string): string {
  return `(${column} - 281470681743360)::UINTEGER`;
}

/** Networks numbered from 1 as in the table. */
const NETWORKS = RESERVED_NETWORKS.map((network, at) => {
  const { lo, hi } = boundsOf(network);
  return `(${lo}::UINTEGER, ${hi}::UINTEGER, ${at + 1}, '${network.cidr}')`;
}).join(", ");

/** What a disjoint relation (lo, hi, value) says from its starts on, and 0 behind its ends. */
function stops(relation: string, column: string, columns: readonly string[]): string {
  const cells = (value: string): string =>
    columns.map((c) => `${c === column ? value : "NULL"} AS ${c}`).join(", ");
  return `SELECT lo AS p, ${cells("value")} FROM ${relation}
    UNION ALL SELECT hi + 1, ${cells("0")} FROM ${relation} WHERE hi < ${LAST}::UINTEGER`;
}

const FACTS = ["country", "asn", "network"];

/**
 * The last value so far of a column: positions rise, so the largest pair of position and value has it. Where a range
 * ends and the next one starts, the start wins: it is larger than 0.
 */
function latest(column: string): string {
  return `(max((p::UBIGINT << 32) | ${column}::UBIGINT) OVER (ROWS UNBOUNDED PRECEDING) & ${LAST}::UBIGINT)::BIGINT AS ${column}`;
}

/** Windows run over sorted queries, as streams that do not hold the rows. */
const PLACES = [
  `CREATE OR REPLACE TEMP TABLE feed_country AS
   SELECT code, row_number() OVER (ORDER BY code) AS value FROM (SELECT DISTINCT code FROM geo_country)`,
  // What changes where in the whole of IPv4, in its order. Of stops at the same place the last one knows all.
  `CREATE OR REPLACE TEMP TABLE feed_border AS
   WITH land AS (SELECT ${v4("lo")} AS lo, ${v4("hi")} AS hi, value FROM geo_country JOIN feed_country USING (code)),
        system AS (SELECT ${v4("lo")} AS lo, ${v4("hi")} AS hi, num AS value FROM geo_as_range),
        reserved AS (SELECT lo, hi, value FROM (VALUES ${NETWORKS}) AS n(lo, hi, value, cidr)),
        stop AS (
          SELECT 0::UINTEGER AS p, ${FACTS.map((c) => `0 AS ${c}`).join(", ")}
          UNION ALL ${stops("land", "country", FACTS)}
          UNION ALL ${stops("system", "asn", FACTS)}
          UNION ALL ${stops("reserved", "network", FACTS)}
          ORDER BY p)
   SELECT p, country, asn, network
   FROM (SELECT p, lead(p) OVER () AS next, ${FACTS.map(latest).join(", ")} FROM stop)
   WHERE next IS NULL OR next > p`,
  // Kinds of places, numbered from 1: small enough to be carried through the next sweep.
  `CREATE OR REPLACE TEMP TABLE feed_place AS
   SELECT (row_number() OVER (ORDER BY network, country, asn))::INTEGER AS place, network, country, asn, n.cidr, c.code
   FROM (SELECT DISTINCT network, country, asn FROM feed_border) AS b
   LEFT JOIN (VALUES ${NETWORKS}) AS n(lo, hi, value, cidr) ON n.value = b.network
   LEFT JOIN feed_country AS c ON c.value = b.country`,
  // In a statement of its own: sorting the stops and sorting the sums would need memory at the same time.
  `CREATE OR REPLACE TEMP TABLE feed_sum AS
   WITH stop AS (
     SELECT p, NULL AS set_id, place FROM feed_border JOIN feed_place USING (country, asn, network)
     UNION ALL ${stops("(SELECT lo, hi, set_id AS value FROM feed.segment4)", "set_id", ["set_id", "place"])}
     ORDER BY p),
   piece AS (
     SELECT coalesce(lead(p) OVER (), ${LAST + 1}::BIGINT) - p AS ips, ${["set_id", "place"].map(latest).join(", ")}
     FROM stop)
   SELECT set_id, place, sum(ips)::BIGINT AS ips FROM piece WHERE ips > 0 AND set_id > 0 GROUP BY ALL`,
  emptied("place"),
  `INSERT INTO feed.place
   SELECT s.set_id, p.cidr, p.code, p.asn, s.ips
   FROM feed_sum AS s JOIN feed_place AS p USING (place)
   ORDER BY s.set_id, s.place`,
  "DROP TABLE feed_sum",
  "DROP TABLE feed_border",
  "DROP TABLE feed_place",
  "DROP TABLE feed_country",
];

const SUMS = [
  emptied("country"),
  `INSERT INTO feed.country
   SELECT feed_id, code, sum(ips)::BIGINT
   FROM feed.place JOIN feed.set_member USING (set_id) WHERE code IS NOT NULL
   GROUP BY ALL ORDER BY feed_id, code`,
  emptied("asn"),
  // Bogons come off first (spec feeds §3.9): reserved networks, and sets with a list of bogons among them.
  `INSERT INTO feed.asn
   WITH routed AS (
     FROM feed.place WHERE network IS NULL AND set_id NOT IN (
       SELECT set_id FROM feed.set_member JOIN feed.feed AS f ON f.id = feed_id
       WHERE json_contains(f.roles, '"bogons"'))),
   summed AS (
     SELECT feed_id, asn, sum(ips)::BIGINT AS ips FROM routed JOIN feed.set_member USING (set_id) GROUP BY ALL)
   SELECT s.feed_id, s.asn, n.name, s.ips FROM summed AS s LEFT JOIN geo_as_name AS n ON n.num = s.asn
   ORDER BY s.feed_id, s.asn`,
];

async function run(connection: DuckDBConnection): Promise<void> {
  const [bounds] = await rowsOf(connection, "SELECT min(lo), max(hi) FROM feed.segment4");
  const [first, last] = bounds!.map((bound) => Number(bound ?? 0));
  await geoRelations(connection, { first: fromV4(first!), last: fromV4(last!) });
  await runAll(connection, [...PLACES, ...SUMS]);
}

export const geo: FeedStep = { name: "geo", version: "1", scope: "sets", run };
