/** Enrichment: country and autonomous system of an address, from the built-in reference data. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { type AddressRange, MAX_ADDRESS } from "../model/ip.ts";
import type { Purpose } from "../model/purpose.ts";
import { geoFiles } from "./geo-files.ts";

/** Host rows to look up: all, or those with at least this id. */
export type WhichHosts = "all" | { hostIdsFrom: number };

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Puts the two halves of the 128-bit addresses together again. */
const RANGE = `
  lo_high::UHUGEINT * 18446744073709551616::UHUGEINT + lo_low AS lo,
  hi_high::UHUGEINT * 18446744073709551616::UHUGEINT + hi_low AS hi`;

/** A condition on the halves, so that parts of the files outside the range are not even read. */
function overlapping({ first, last }: AddressRange): string {
  const high = { first: first >> 64n, last: last >> 64n };
  const low = { first: BigInt.asUintN(64, first), last: BigInt.asUintN(64, last) };
  const near = `lo_high <= ${high.last} AND hi_high >= ${high.first}`;
  if (high.first !== high.last) return near;
  return `${near} AND (lo_high < ${high.last} OR lo_low <= ${low.last})
          AND (hi_high > ${high.first} OR hi_low >= ${low.first})`;
}

const EVERYWHERE: AddressRange = { first: 0n, last: MAX_ADDRESS };

/**
 * Creates the temporary views `geo_country(lo, hi, code, name)`, `geo_as_range(lo, hi, num)`,
 * `geo_as_name(num, name)` and `geo_as(lo, hi, num, name)` over the reference data: inclusive, disjoint ranges
 * of 128-bit addresses (UHUGEINT, IPv4-mapped), for `ASOF JOIN`. They read files, so the instance must allow
 * external access.
 * @param within ranges outside of it are left out.
 */
export async function geoRelations(connection: DuckDBConnection, within = EVERYWHERE): Promise<void> {
  const files = await geoFiles();
  const views = {
    geo_country: `SELECT ${RANGE}, code, name FROM read_parquet(${literal(files.country)}) WHERE ${overlapping(within)}`,
    geo_as_range: `SELECT ${RANGE}, num FROM read_parquet(${literal(files.as)}) WHERE ${overlapping(within)}`,
    geo_as_name: `SELECT num, name FROM read_parquet(${literal(files.asName)})`,
    geo_as: "SELECT lo, hi, num, name FROM geo_as_range JOIN geo_as_name USING (num)",
  };
  for (const [name, query] of Object.entries(views)) {
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${name} AS ${query}`);
  }
}

/**
 * Sets country_code, country_name, as_num and as_name of host rows (of passive records); null where the data knows nothing, so it
 * may run again with newer data. 60 ms for a few hosts, 1 s for a million.
 */
export async function enrich(
  connection: DuckDBConnection,
  purpose: Purpose,
  which: WhichHosts,
): Promise<void> {
  const table = purpose === "passive" ? "passive.record" : `${purpose}.host`;
  const from = which === "all" ? 0 : which.hostIdsFrom;
  const bounds = await connection.runAndReadAll(`SELECT min(addr), max(addr) FROM ${table} WHERE id >= $1`, [
    from,
  ]);
  const [first, last] = (bounds.getRowsJS()[0] ?? []) as (bigint | null | undefined)[];
  if (first == null || last == null) return;
  await geoRelations(connection, { first, last });
  // Rows of the running transaction are not in the statistics: the planner takes a million hosts for one and
  // would compare each with every range.
  await connection.run("SET asof_loop_join_threshold = 0");
  // Names are joined last: their build side is then the few systems that were found.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE geo_found AS
     WITH wanted AS (SELECT id, addr FROM ${table} WHERE addr IS NOT NULL AND id >= $1),
     ranged AS (
       SELECT w.id, if(w.addr <= c.hi, c.code, NULL) AS country_code, if(w.addr <= c.hi, c.name, NULL) AS country_name,
              if(w.addr <= a.hi, a.num, NULL) AS as_num
       FROM wanted AS w
       ASOF LEFT JOIN geo_country AS c ON w.addr >= c.lo
       ASOF LEFT JOIN geo_as_range AS a ON w.addr >= a.lo)
     SELECT r.*, n.name AS as_name FROM ranged AS r LEFT JOIN geo_as_name AS n ON n.num = r.as_num`,
    [from],
  );
  await connection.run(
    `UPDATE ${table} AS h
     SET country_code = g.country_code, country_name = g.country_name, as_num = g.as_num, as_name = g.as_name
     FROM geo_found AS g WHERE g.id = h.id`,
  );
  await connection.run("DROP TABLE geo_found");
}
