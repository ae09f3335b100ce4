/**
 * CPEs of what passive records were recognised as. They are no part of the record (spec ivre §6.2), so each
 * different greeting of the addresses to be folded is looked at again.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { recognised } from "../passive/infos.ts";
import { RowWriter } from "../store/rows.ts";
import type { Columns } from "../store/tables.ts";

const GREETING = {
  recontype: "VARCHAR",
  value: "VARCHAR",
  seq: "INTEGER",
  cpe: "VARCHAR",
} as const satisfies Columns;

/** Greetings held in memory at a time. */
const BATCH = 10_000;

/** Records of servers that greet; alias `o`. */
export const GREETS = `o.port IS NOT NULL AND (o.recontype IN ('SSH_SERVER', 'TCP_SERVER_BANNER')
  OR (o.recontype = 'HTTP_SERVER_HEADER' AND o.source = 'SERVER'))`;

/**
 * Makes the temporary table `greeting_cpe(recontype, value, seq, cpe)` for the records of a relation; `cpe` is as
 * nmap writes it (`cpe:/a:vendor:product:version`).
 */
export async function recogniseGreetings(connection: DuckDBConnection, observed: string): Promise<void> {
  const columns = Object.entries(GREETING).map(([name, type]) => `${name} ${type}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE greeting_cpe (${columns.join(", ")})`);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE greeting AS
     SELECT row_number() OVER () AS n, * FROM (SELECT DISTINCT recontype, value FROM ${observed} AS o
       WHERE ${GREETS} AND (o.infos->>'service_name') IS NOT NULL)`,
  );
  const writer = await RowWriter.open(connection, "main", "greeting_cpe", GREETING, "temp");
  for (let from = 0; ; from += BATCH) {
    const rows = await connection.runAndReadAll(
      "SELECT recontype, value FROM greeting WHERE n > $from AND n <= $to",
      { from, to: from + BATCH },
    );
    for (const [recontype, value] of rows.getRows() as [string, string][]) {
      const source = recontype === "HTTP_SERVER_HEADER" ? { source: "SERVER" } : {};
      const found = recognised({ recontype, value, ...source, firstseen: 0, lastseen: 0, count: 1 });
      found?.cpes.forEach((cpe, seq) => {
        writer.add(recontype, value, seq, cpe);
      });
    }
    if (rows.currentRowCount === 0) break;
  }
  writer.close();
  await connection.run("DROP TABLE greeting");
}
