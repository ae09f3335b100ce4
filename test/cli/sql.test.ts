import { beforeAll, expect, test } from "bun:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { addAddressFunctions } from "../../src/cli/sql-functions.ts";
import { jsonOf, runSql } from "../../src/cli/sql-run.ts";
import { UserError } from "../../src/model/errors.ts";
import type { Json } from "../../src/model/json.ts";
import { emptyDatabase } from "../support/db.ts";

let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await emptyDatabase();
  addAddressFunctions(connection);
});

async function values(select: string): Promise<Json[]> {
  const result = await connection.run(select);
  const [row] = await result.getRows();
  return row!.map((value, i) => jsonOf(value, result.columnType(i)));
}

test("addresses go in as text and come out as text", async () => {
  expect(
    await values("SELECT ip('10.0.0.1'), ip('2001:DB8::1'), net_first('10.1.2.3/8'), net_last('10.1.2.3/8')"),
  ).toEqual(["10.0.0.1", "2001:db8::1", "10.0.0.0", "10.255.255.255"]);
  expect(await values("SELECT ip(NULL), ip('10.0.0.1') < ip('10.0.0.2'), [ip('::1')]")).toEqual([
    null,
    true,
    ["::1"],
  ]);
  await expect(connection.run("SELECT ip('10.0.0.0/8')")).rejects.toThrow("is a network");
  await expect(connection.run("SELECT ip('ten')")).rejects.toThrow("is no address or network");
});

test("values of all kinds have a JSON form", async () => {
  expect(
    await values(`SELECT 1::BIGINT, 9007199254740993::BIGINT, 1.5::DOUBLE, 'nan'::DOUBLE, 1.50::DECIMAL(4,2),
      TIMESTAMP '2024-01-02 03:04:05', DATE '2024-01-02', '{"a": [1]}'::JSON, {'a': [1, 2]}, MAP {'k': 1}, 'x'::BLOB, true`),
  ).toEqual([
    1,
    "9007199254740993",
    1.5,
    "NaN",
    "1.50",
    "2024-01-02T03:04:05Z",
    "2024-01-02",
    { a: [1] },
    { a: [1, 2] },
    "{'k': 1}",
    "x",
    true,
  ]);
});

const OPTIONS = { format: "table", limit: null, look: { width: null, colour: false } } as const;

test("a statement that fails or is stopped after its first rows does not look complete", async () => {
  const inner = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  const late = "SELECT CASE WHEN range = 500000 THEN 'x' ELSE '1' END::INT FROM range(900000)";
  await expect(runSql({ connection: inner, empty: false, asOf: null }, late, OPTIONS)).rejects.toThrow(
    /^the statement failed after \d+ rows, so what it gave is not all/,
  );
  await inner.run("ROLLBACK");
  const endless = "SELECT a.range FROM range(1000000000) a, range(1000000000) b";
  const running = runSql({ connection: inner, empty: false, asOf: null }, endless, OPTIONS);
  // Whenever it comes, the statement is under way.
  const stop = setInterval(() => inner.interrupt(), 20);
  await expect(running).rejects.toBeInstanceOf(UserError);
  clearInterval(stop);
  inner.closeSync();
});

const page = await Bun.file(new URL("../../docs/schema.md", import.meta.url)).text();
const blocks = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.split(/;\s*\n/));
for (const sql of blocks.filter((statement) => statement.trim() !== ""))
  test(`docs/schema.md: ${sql.trim().split("\n")[0]}`, async () => {
    await connection.run(sql);
  });
