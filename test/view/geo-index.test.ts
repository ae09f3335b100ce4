/** Places from memory against those that the joins of view/geo.ts find. */
import { expect, test } from "bun:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { fromV4, MAX_ADDRESS, parseNetwork } from "../../src/model/ip.ts";
import { geoRelations } from "../../src/view/geo.ts";
import { geoIndex, placesInFiles, placesOf } from "../../src/view/geo-index.ts";
import { seeded } from "../filter/random.ts";

test("agrees with the joins, at ends of ranges and between", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await geoRelations(connection);
  const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS();
  const ends = await ask(`
    SELECT unnest([lo, hi]) FROM (FROM geo_country USING SAMPLE 150 ROWS (reservoir, 1))
    UNION ALL SELECT unnest([lo, hi]) FROM (FROM geo_as_range USING SAMPLE 150 ROWS (reservoir, 1))`);
  const random = seeded(2);
  const addresses = ends
    .flatMap(([end]) => [BigInt(end as bigint) - 1n, BigInt(end as bigint), BigInt(end as bigint) + 1n])
    .concat(
      Array.from({ length: 300 }, () => fromV4(Math.floor(random() * 2 ** 32))),
      [0n, MAX_ADDRESS],
    )
    .filter((address) => address >= 0n && address <= MAX_ADDRESS);
  await connection.run("CREATE TABLE asked (i INTEGER, addr UHUGEINT)");
  await connection.run(
    `INSERT INTO asked VALUES ${addresses.map((a, i) => `(${i}, ${a}::UHUGEINT)`).join(", ")}`,
  );
  const expected = await ask(`
    SELECT if(addr <= c.hi, c.code, NULL), if(addr <= a.hi, a.num, NULL)
    FROM asked ASOF LEFT JOIN geo_country AS c ON addr >= c.lo ASOF LEFT JOIN geo_as_range AS a ON addr >= a.lo
    ORDER BY i`);
  const index = await geoIndex();
  const found = addresses.map((address) => {
    const { country, as } = index.locate({ first: address, last: address });
    return [country?.code ?? null, as?.num ?? null];
  });
  expect(found).toEqual(expected.map(([code, num]) => [code, num === null ? null : Number(num)]) as never);
  expect(found.filter(([code]) => code !== null).length).toBeGreaterThan(300);
});

test("a network has a place when all of it has the same, in the files as in memory", async () => {
  const google = {
    country: { code: "US", name: "United States" },
    as: { num: 15_169, name: "Google LLC" },
  };
  const nowhere = { country: null, as: null };
  const networks = ["8.8.8.0/24", "0.0.0.0/0", "::/0", "10.0.0.0/8"].map((text) => parseNetwork(text)!);
  const expected = [google, nowhere, nowhere, nowhere];
  expect(await placesInFiles(networks)).toEqual(expected);
  const index = await geoIndex();
  expect(networks.map((network) => index.locate(network))).toEqual(expected);
  expect(await placesOf(networks)).toEqual(expected);
});
