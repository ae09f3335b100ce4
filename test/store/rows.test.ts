import { expect, test } from "bun:test";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Cell } from "../../src/store/columns.ts";
import { RowWriter } from "../../src/store/rows.ts";
import type { Columns } from "../../src/store/tables.ts";

const COLUMNS = {
  n: "INTEGER",
  big: "BIGINT",
  u: "UINTEGER",
  addr: "UHUGEINT",
  ratio: "DOUBLE",
  text: "VARCHAR",
  ok: "BOOLEAN",
  seen: "TIMESTAMP",
  data: "JSON",
} as const satisfies Columns;

const TEXTS = [
  "",
  "tcp",
  "twelve bytes",
  "thirteen byte",
  "é",
  "ééééééé",
  "日本語のタイトル",
  "a\0b",
  "\u{1f600}",
  "x".repeat(5000),
  "lone \ud800 surrogate",
];

/** Row i of a table that mixes values of every kind with NULLs in changing places. */
function cells(i: number): Cell[] {
  const values: Cell[] = [
    i % 2 === 0 ? i : -i,
    BigInt(i) * 1_000_000_007n,
    4_294_967_295 - i,
    i % 7 === 0 ? (1n << 128n) - 1n - BigInt(i) : 0xffff_0000_0000n + BigInt(i),
    i / 3,
    `${TEXTS[i % TEXTS.length]}${i % 5 === 0 ? i : ""}`,
    i % 3 === 0,
    1_700_000_000 + i + 0.25,
    JSON.stringify({ i, text: TEXTS[i % TEXTS.length] }),
  ];
  return values.map((value, column) => ((i * 31 + column * 17) % 11 === 0 ? null : value));
}

test("what is written is what is read, over several chunks and with a part of one", async () => {
  const count = 2048 * 3 + 17;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const list = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  await connection.run(`CREATE TABLE t (${list.join(", ")})`);
  const writer = await RowWriter.open(connection, "main", "t", COLUMNS);
  for (let i = 0; i < count; i++) writer.add(...cells(i));
  writer.close();
  const rows = await connection.runAndReadAll("SELECT * REPLACE (epoch(seen) AS seen) FROM t");
  expect(rows.currentRowCount).toBe(count);
  rows.getRows().forEach((row, i) => {
    const expected = cells(i).map((cell) =>
      // A lone surrogate cannot be written as UTF-8.
      typeof cell === "string" ? Buffer.from(cell).toString() : cell,
    );
    expect(row).toEqual(expected as typeof row);
  });
  // Equality by the database itself, which compares the bytes of whole cells.
  const groups = await connection.runAndReadAll("SELECT count(*) FROM (SELECT DISTINCT text FROM t)");
  const distinct = new Set(Array.from({ length: count }, (_, i) => cells(i)[5]));
  expect(Number(groups.getRows()[0]?.[0])).toBe(distinct.size);
});

test("missing cells at the end of a row are NULL", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("CREATE TABLE t (a INTEGER, b VARCHAR)");
  const writer = await RowWriter.open(connection, "main", "t", { a: "INTEGER", b: "VARCHAR" });
  writer.add(1);
  writer.add(undefined, "two");
  writer.close();
  const rows = await connection.runAndReadAll("FROM t");
  expect(rows.getRows()).toEqual([
    [1, null],
    [null, "two"],
  ]);
});

test("bytes are what they were, whatever they are", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("CREATE TABLE t (n INTEGER, b BLOB)");
  const writer = await RowWriter.open(connection, "main", "t", { n: "INTEGER", b: "BLOB" });
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
  const values = [new Uint8Array(0), Uint8Array.of(0, 255, 0xc3, 0x28), bytes, null];
  for (let i = 0; i < 2048 + 3; i++) writer.add(i, values[i % values.length]);
  writer.close();
  const rows = await connection.runAndReadAll("SELECT hex(b) FROM t ORDER BY n");
  expect(rows.getRows().flat()).toEqual(
    Array.from({ length: 2048 + 3 }, (_, i) => values[i % values.length]?.toHex().toUpperCase() ?? null),
  );
});
