import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { formatAddress, parseAddress, parseNetwork } from "../../src/model/ip.ts";
import { createSchema } from "../../src/store/ddl.ts";
import { enrich, geoRelations } from "../../src/view/geo.ts";
import { ensureGeo, SPECIAL_NETWORKS } from "../../src/view/geo-build.ts";
import { geoVersion } from "../../src/view/geo-files.ts";

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  // Normally made by the build before the tests.
  await ensureGeo();
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
  await createSchema(connection);
}, 60_000);
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});
beforeEach(async () => {
  await connection.run("DELETE FROM nmap.host");
});

/** Host rows with ids 0, 1, ...; null stands for a host without address. */
async function insertHosts(addresses: readonly (string | null)[]): Promise<void> {
  const appender = await connection.createAppender("hosts_in");
  addresses.forEach((text, id) => {
    appender.appendBigInt(BigInt(id));
    if (text === null) appender.appendNull();
    else appender.appendUHugeInt(parseAddress(text) ?? 0n);
    appender.endRow();
  });
  appender.closeSync();
  await connection.run("INSERT INTO nmap.host BY NAME SELECT id, addr FROM hosts_in");
  await connection.run("DELETE FROM hosts_in");
}
beforeAll(async () => {
  await connection.run("CREATE TEMP TABLE hosts_in (id BIGINT, addr UHUGEINT)");
});

type Found = [country: string | null, num: number | null];

async function rows(columns: string): Promise<unknown[][]> {
  return (
    await connection.runAndReadAll(`SELECT ${columns} FROM nmap.host ORDER BY id`)
  ).getRowsJS() as unknown[][];
}
async function found(): Promise<Found[]> {
  return (await rows("country_code, as_num::INTEGER")) as Found[];
}

describe("enrich", () => {
  test("well-known addresses", async () => {
    await insertHosts([
      "8.8.8.8",
      "1.1.1.1",
      "193.0.6.139",
      "2001:4860:4860::8888",
      "2001:67c:2e8:22::c100:68b",
    ]);
    await enrich(connection, "nmap", "all");
    expect(await rows("country_code, country_name, as_num, as_name")).toEqual([
      ["US", "United States", 15169n, "Google LLC"],
      ["AU", "Australia", 13335n, "Cloudflare, Inc."],
      ["NL", "Netherlands", 3333n, expect.stringContaining("RIPE")],
      ["US", "United States", 15169n, "Google LLC"],
      ["NL", "Netherlands", 3333n, expect.stringContaining("RIPE")],
    ]);
  });

  test("private, loopback and missing addresses have none, and lose what was there", async () => {
    await insertHosts(["10.0.0.1", "192.168.1.1", "172.20.0.1", "203.0.113.5", "::1", "fe80::1", null]);
    await connection.run(
      "UPDATE nmap.host SET country_code = 'XX', as_num = 1, as_name = 'x' WHERE addr IS NOT NULL",
    );
    await enrich(connection, "nmap", "all");
    expect(await rows("country_code, country_name, as_num, as_name")).toEqual(
      Array(7).fill([null, null, null, null]),
    );
  });

  test("only the hosts asked for", async () => {
    await insertHosts(["8.8.8.8", "8.8.4.4", "1.1.1.1"]);
    await enrich(connection, "nmap", { hostIdsFrom: 1 });
    expect((await found()).map(([country]) => country)).toEqual([null, "US", "AU"]);
    await enrich(connection, "nmap", { hostIdsFrom: 3 });
    expect((await found()).map(([country]) => country)).toEqual([null, "US", "AU"]);
  });

  test("both schemas, inside a transaction", async () => {
    await connection.run("BEGIN");
    await connection.run("INSERT INTO view.host BY NAME SELECT 1 AS id, $1::UHUGEINT AS addr", [
      parseAddress("8.8.8.8")?.toString() ?? null,
    ]);
    await enrich(connection, "view", "all");
    const answer = await connection.runAndReadAll("SELECT country_code FROM view.host");
    await connection.run("ROLLBACK");
    expect(answer.getRowsJS()).toEqual([["US"]]);
  });

  test("one host looked up alone gets what it gets among others", async () => {
    const addresses = [
      "1.0.0.0",
      "2.16.5.9",
      "81.2.69.142",
      "223.255.255.255",
      "2001::",
      "2a02:26f0::1",
      "2c0f:fff0::1",
    ];
    await insertHosts(addresses);
    await enrich(connection, "nmap", "all");
    const together = await found();
    const alone: Found[] = [];
    for (const address of addresses) {
      await connection.run("DELETE FROM nmap.host");
      await insertHosts([address]);
      await enrich(connection, "nmap", "all");
      alone.push(...(await found()));
    }
    expect(alone).toEqual(together);
  });
});

describe("against the CSV files as published", () => {
  const resolve = createRequire(import.meta.url).resolve;
  const source = (name: string, file: string): string =>
    readFileSync(join(dirname(resolve(`@ip-location-db/${name}/package.json`)), file), "utf8");

  interface Line {
    first: bigint;
    last: bigint;
    value: string;
  }

  /** The dotted files; the data is built from the numeric ones. */
  function* lines(text: string): Generator<Line> {
    for (const line of text.split("\n")) {
      const [first, last, value] = line.split(",", 3);
      if (value === undefined) continue;
      yield { first: parseAddress(first ?? "") ?? -1n, last: parseAddress(last ?? "") ?? -1n, value };
    }
  }

  /** For each address (ascending) the value of the smallest range round it. */
  function expected(addresses: readonly bigint[], text: string): (string | null)[] {
    const best = addresses.map(() => null as Line | null);
    for (const line of lines(text)) {
      let low = 0;
      for (let high = addresses.length; low < high; ) {
        const middle = (low + high) >> 1;
        if ((addresses[middle] ?? 0n) < line.first) low = middle + 1;
        else high = middle;
      }
      for (let i = low; i < addresses.length && (addresses[i] ?? 0n) <= line.last; i++) {
        const known = best[i];
        if (!known || line.last - line.first < known.last - known.first) best[i] = line;
      }
    }
    return best.map((line) => line?.value ?? null);
  }

  test.each(["ipv4", "ipv6"])("%s", async (family) => {
    const country = source("geo-whois-asn-country", `geo-whois-asn-country-${family}.csv`);
    const as = source("asn", `asn-${family}.csv`);
    // Edges of ranges all over the space, and their outer neighbours.
    const sample = new Set<bigint>();
    let i = 0;
    for (const { first, last } of lines(country)) {
      if (i++ % 997 === 0) for (const address of [first, last, first - 1n, last + 1n]) sample.add(address);
    }
    const special = SPECIAL_NETWORKS.flatMap((network) => parseNetwork(network) ?? []);
    const addresses = [...sample]
      .filter((address) => !special.some((range) => address >= range.first && address <= range.last))
      .sort((a, b) => (a < b ? -1 : 1));
    expect(addresses.length).toBeGreaterThan(500);
    await insertHosts(addresses.map(formatAddress));
    await enrich(connection, "nmap", "all");
    const countries = expected(addresses, country);
    const systems = expected(addresses, as);
    expect(await found()).toEqual(
      countries.map((code, n) => [code, systems[n] == null ? null : Number(systems[n])] as Found),
    );
  });
});

test("special-purpose networks are nobody's", async () => {
  for (const network of SPECIAL_NETWORKS) {
    const range = parseNetwork(network);
    if (range === null) throw new Error(network);
    await geoRelations(connection, range);
    const inside = `lo <= ${range.last}::UHUGEINT AND hi >= ${range.first}::UHUGEINT`;
    const answer = await connection.runAndReadAll(
      `SELECT lo FROM geo_country WHERE ${inside} UNION ALL SELECT lo FROM geo_as WHERE ${inside}`,
    );
    expect([network, answer.getRowsJS()]).toEqual([network, []]);
  }
});

test("the ranges are in order and disjoint, and every one has a name", async () => {
  await geoRelations(connection);
  for (const view of ["geo_country", "geo_as"]) {
    const bad = await connection.runAndReadAll(
      `SELECT count(*) FILTER (hi < lo OR lo <= before), count(*) FILTER (name IS NULL), count(*) > 500000
       FROM (SELECT *, lag(hi) OVER (ORDER BY lo) AS before FROM ${view})`,
    );
    expect(bad.getRowsJS()).toEqual([[0n, 0n, true]]);
  }
  expect(await geoVersion()).toMatch(/^country [\d.]+, as [\d.]+, recipe \d+$/);
});
