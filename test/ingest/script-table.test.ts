import { expect, test } from "bun:test";
import { ScriptReader } from "../../src/ingest/script-table.ts";

test("children without a key beside ones with a key are named by position", () => {
  const reader = new ScriptReader("x", "y");
  reader.openElem(undefined);
  reader.closeElem("first");
  reader.openElem("a.b");
  reader.closeElem("named");
  reader.openElem(undefined);
  reader.closeElem("second");
  const { data, keys } = reader.finish();
  expect(JSON.stringify(data)).toBe('{"1":"first","2":"second","a_b":"named"}');
  expect([...(keys ?? [])]).toEqual([["a_b", "a.b"]]);
});
