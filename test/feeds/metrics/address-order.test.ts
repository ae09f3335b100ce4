import { beforeEach, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { orderListings } from "../../../src/feeds/metrics/address-order.ts";
import { addFeed, addListings, feedDatabase } from "../../support/feeds.ts";

let connection: DuckDBConnection;
beforeEach(async () => {
  connection = await feedDatabase();
});

async function ask(sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRowsJS();
}

const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));

test("what is listed comes in the order of addresses", async () => {
  await addFeed(connection, { name: "one" }, ["10.0.0.9", "10.0.0.1", "::9", "::1"]);
  await addFeed(connection, { name: "two" }, ["10.0.0.4", "::4"]);
  await orderListings(connection);
  expect(await ask("SELECT lo & 255, feed_id FROM feed.listed4")).toEqual([
    [1, 1],
    [4, 2],
    [9, 1],
  ]);
  expect(await ask("SELECT lo::INTEGER, feed_id FROM feed.listed6")).toEqual([
    [1, 1],
    [4, 2],
    [9, 1],
  ]);
});

test("the past is put in order when enough of it is out of order", async () => {
  const id = await addFeed(connection, { name: "one" });
  const add = (...places: number[]) =>
    addListings(
      connection,
      id,
      places.flatMap((place) =>
        [`10.0.0.${place}`, `2001:db8::${place}`].map((range) => ({ range, since: day(1), until: day(2) })),
      ),
    );
  const lie = async () =>
    Promise.all(
      ["listing_past4", "listing_past6"].map(async (table) =>
        (await ask(`SELECT (lo & 255)::INTEGER FROM feed.${table}`)).map(([place]) => place),
      ),
    );
  await add(1, 5, 9, 3, 7);
  await orderListings(connection, 2);
  expect(await lie()).toEqual([
    [1, 5, 9, 3, 7],
    [1, 5, 9, 3, 7],
  ]);
  await add(8);
  const before = await ask("FROM feed.listing_past6 ORDER BY ALL");
  await orderListings(connection, 2);
  expect(await lie()).toEqual([
    [1, 3, 5, 7, 8, 9],
    [1, 3, 5, 7, 8, 9],
  ]);
  expect(await ask("FROM feed.listing_past6 ORDER BY ALL")).toEqual(before);
  // Behind what is in order nothing waits.
  await add(9);
  await orderListings(connection, 0);
  expect((await lie())[0]).toEqual([1, 3, 5, 7, 8, 9, 9]);
});
