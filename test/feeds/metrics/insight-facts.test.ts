import { afterAll, beforeAll, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { readInsightFacts } from "../../../src/feeds/metrics/insight-facts.ts";
import { refreshFeeds } from "../../../src/feeds/metrics/refresh.ts";
import { ensureGeo } from "../../../src/view/geo-build.ts";
import { addFeed, feedDatabase } from "../../support/feeds.ts";

let connection: DuckDBConnection;
beforeAll(async () => {
  await ensureGeo();
  connection = await feedDatabase();
});
afterAll(() => connection.closeSync());

test("lists of countries are nobody's peers", async () => {
  const attacks = await addFeed(connection, { name: "attacks" }, ["5.0.0.0/24"]);
  await addFeed(connection, { name: "other" }, ["5.0.0.0/25"]);
  await addFeed(connection, { name: "country_gr", category: null, legacy_category: "geolocation" }, [
    "5.0.0.0/8",
  ]);
  await addFeed(connection, { name: "country_de", category: "geolocation" }, ["6.0.0.0/8"]);
  await refreshFeeds(connection, { changed: "all", now: new Date("2026-01-02T00:00:00Z") });
  const facts = await readInsightFacts(connection, attacks);
  expect(facts?.peers.map(({ name }) => name)).toEqual(["other"]);
  expect(facts?.compared).toBe(1);
  const shares = await connection.runAndReadAll(
    "SELECT unique_share, unique_samples, exact_share FROM feed.metric WHERE feed_id = $1",
    [attacks],
  );
  expect(shares.getRowsJS()).toEqual([[50, 1, 50]]);
});

test("a list is as old as the earliest time known of it", async () => {
  const imported = new Date("2026-01-02T00:00:00Z");
  const day = (n: number): Date => new Date(Date.UTC(2025, 11, n));
  const facts = { category: "intrusion", started: imported };
  const inner = await addFeed(connection, { ...facts, name: "inner", source_date: day(9) }, ["7.0.0.0/24"]);
  await addFeed(connection, { ...facts, name: "wide", source_date: day(5) }, ["7.0.0.0/23"]);
  await addFeed(connection, { ...facts, name: "tracked", source_date: day(20), started: day(1) }, [
    "7.0.0.1",
  ]);
  await refreshFeeds(connection, { changed: "all", now: imported });
  const found = await readInsightFacts(connection, inner);
  expect(found?.started).toEqual(day(9));
  expect(found?.peers.map(({ name, started }) => [name, started]).sort()).toEqual([
    ["tracked", day(1)],
    ["wide", day(5)],
  ]);
});
