import { expect, test } from "bun:test";
import { catalogue } from "../../../src/feeds/catalogue/catalogue.ts";
import { entryOf } from "../../../src/feeds/catalogue/entry.ts";
import { readUserFeeds } from "../../../src/feeds/catalogue/read.ts";

test("what is written as entries is read as the same facts", () => {
  const feeds = [...catalogue().values()].map(entryOf);
  const again = readUserFeeds(JSON.stringify({ feeds }), "feeds.yaml", new Map());
  expect(again).toEqual(new Map(catalogue()));
});
