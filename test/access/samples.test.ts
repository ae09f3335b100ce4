/** Where only a part of many results is looked at, which part it is does not tell of hidden records. */
import { describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { EVERYTHING, scopeOf } from "../../src/access/scope.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { examplesOf } from "../../src/query/examples.ts";
import { askedPath, checkMember } from "../../src/query/member-check.ts";
import { findPath } from "../../src/query/path.ts";
import { structuredFields } from "../../src/query/structured.ts";
import { topvalues } from "../../src/query/topvalues.ts";
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

// In which order the database meets rows is a matter of how many there are, hidden ones among them.
describe.each(["ASC", "DESC"])("rows that come %s", (order) => {
  async function ordered(...statements: string[]): Promise<QueryContext> {
    const connection = await emptyDatabase();
    for (const statement of statements) await connection.run(`${statement} ${order}`);
    return { connection, scope: EVERYTHING };
  }

  test("make the same objects", async () => {
    const hosts = "INSERT INTO nmap.host BY NAME SELECT i AS id FROM range(1, 3) AS r(i) ORDER BY i";
    const types = "(VALUES ('mac'), ('ipv4'), ('x')) AS t(type)";
    const states = "(VALUES ('closed'), ('filtered')) AS t(state)";
    const ctx = await ordered(
      hosts,
      `INSERT INTO nmap.address BY NAME SELECT i AS host_id, type, 'v' AS value FROM range(1, 3) AS r(i), ${types} ORDER BY i, type`,
      `INSERT INTO nmap.extraport BY NAME SELECT i AS host_id, state, 9 AS total FROM range(1, 3) AS r(i), ${states} ORDER BY i, state`,
    );
    const text = async (field: string) =>
      JSON.stringify((await topvalues(ctx, "nmap", { k: "all" }, { field, limit: null })).rows);
    expect(await text("addresses")).toBe('[{"value":{"ipv4":["v"],"mac":["v"],"x":["v"]},"count":2}]');
    expect(await text("extraports")).toStartWith('[{"value":{"closed":{"total":9');
  });

  test("have the same members told where there are too many", async () => {
    const result = (from: number) =>
      `SELECT 1 AS host_id, 'x' AS key, 'x' AS id, json_group_object('m' || i, i)::VARCHAR AS data FROM range(${from}, ${from + 700}) AS r(i)`;
    const ctx = await ordered(
      "INSERT INTO nmap.host BY NAME SELECT 1 AS id ORDER BY id",
      `INSERT INTO nmap.script BY NAME FROM (${result(1000)} UNION ALL ${result(5000)}) ORDER BY data`,
    );
    const { fields, unreachable } = await structuredFields(ctx, "nmap");
    expect([fields.length, unreachable]).toEqual([1000, 400]);
    expect(fields.filter(({ path }) => path.startsWith("ports.scripts.x.m1"))).toHaveLength(700);
  });
});
