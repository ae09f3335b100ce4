import { expect, test } from "bun:test";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Json } from "../../src/model/json.ts";
import { jsonText } from "../../src/store/json-text.ts";

const HALVES: [Json, Json][] = [
  ["a\ud800b", "a\ufffdb"],
  [{ "k\udfff": ["\ud83d\ude00", "\ude00\ud83d"] }, { "k\ufffd": ["😀", "\ufffd\ufffd"] }],
  ["\\ud800", "\\ud800"],
  ["\\\\\ud800\\", "\\\\\ufffd\\"],
  ["\\udead \n \u0000 \ud7ff \ue000", "\\udead \n \u0000 \ud7ff \ue000"],
  [{ plain: [1, null, true, "ü"] }, { plain: [1, null, true, "ü"] }],
];

test.each(HALVES)("%j", (data, expected) => {
  expect(JSON.parse(jsonText(data)!)).toEqual(expected);
});

test("nothing is NULL", () => {
  expect(jsonText(undefined)).toBeNull();
});

test("DuckDB takes every one of them", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  for (const [data] of HALVES) {
    const rows = await connection.runAndReadAll("SELECT json_valid(?)", [jsonText(data)]);
    expect(rows.getRows()).toEqual([[true]]);
  }
  connection.closeSync();
});
