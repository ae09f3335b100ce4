/** Where only a part of many results is looked at, which part it is does not tell of hidden records. */
import { expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { scopeOf } from "../../src/access/scope.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { examplesOf } from "../../src/query/examples.ts";
import { askedPath, checkMember } from "../../src/query/member-check.ts";
import { findPath } from "../../src/query/path.ts";
import { structuredFields } from "../../src/query/structured.ts";
import { emptyDatabase } from "../support/db.ts";

const HOSTS = 40_000;

const visible = "hash(i) % 2 = 0";

/** Hosts each with a script result, of which every second one or so may be seen; or only those. */
async function database(onlyVisible: boolean): Promise<QueryContext> {
  const connection: DuckDBConnection = await emptyDatabase();
  const rows = `range(1, ${HOSTS + 1}) AS r(i)${onlyVisible ? ` WHERE ${visible}` : ""}`;
  // As imports number them: without gaps.
  await connection.run(
    `CREATE TEMP TABLE made AS SELECT i, row_number() OVER (ORDER BY i) AS id FROM ${rows}`,
  );
  await connection.run("INSERT INTO nmap.host BY NAME SELECT id, i::UHUGEINT AS addr FROM made");
  await connection.run(
    `INSERT INTO nmap.category SELECT id, CASE WHEN ${visible} THEN 'VIS' ELSE 'HID' END FROM made`,
  );
  await connection.run(
    `INSERT INTO nmap.script BY NAME
     SELECT id AS host_id, id AS port_id, 'tcp' AS protocol, 80 AS port, 0 AS seq, 'x' AS id, 'text ' || (i % 97) AS output,
            'x' AS key, json_object('m' || (hash(i * 7) % 300), i, 'same', i)::VARCHAR AS data FROM made`,
  );
  return { connection, scope: scopeOf({ k: "category", name: { is: "VIS" } }) };
}

test("structured fields, examples and suggestions", async () => {
  const [whole, without] = [await database(false), await database(true)];
  const structured = await structuredFields(whole, "nmap");
  expect(structured.sampled).toBe(true);
  expect(structured.fields.length).toBeGreaterThan(200);
  expect(structured).toEqual(await structuredFields(without, "nmap"));

  const paths = ["ports.scripts.output", "ports.scripts.x.same", "addr"];
  const options = { each: 5, until: Number.POSITIVE_INFINITY };
  const examples = await examplesOf(whole, "nmap", paths, options);
  expect(examples.examples.get("addr")).toHaveLength(5);
  expect(examples).toEqual(await examplesOf(without, "nmap", paths, options));

  const suggested = (ctx: QueryContext): Promise<unknown> =>
    checkMember(ctx, "nmap", askedPath("nmap", findPath("nmap", "ports.scripts.x.m1000")!)).catch(
      (error) => error.message,
    );
  expect(await suggested(whole)).toContain("Did you mean");
  expect(await suggested(whole)).toEqual(await suggested(without));
});
