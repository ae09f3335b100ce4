import { beforeEach, expect, test } from "bun:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { parseAddress } from "../../src/model/ip.ts";
import type { Observation } from "../../src/model/passive.ts";
import { createSchema } from "../../src/store/ddl.ts";
import { deletePassive, PassiveLoader } from "../../src/store/passive-loader.ts";

let connection: DuckDBConnection;
let loader: PassiveLoader;

beforeEach(async () => {
  connection = await (await DuckDBInstance.create(":memory:")).connect();
  await createSchema(connection);
  await connection.run("CREATE TEMP TABLE touched (addr UHUGEINT)");
  loader = await PassiveLoader.open(connection);
});

function seen(partial: Partial<Observation>): Observation {
  return {
    addr: parseAddress("192.0.2.1") ?? undefined,
    recontype: "DNS_ANSWER",
    source: "A-192.0.2.53-53",
    value: "www.example.com",
    firstseen: 100,
    lastseen: 100,
    count: 1,
    ...partial,
  };
}

async function import_(id: number, ...observations: Observation[]): Promise<void> {
  for (const observation of observations) loader.add(observation);
  await loader.merge(id, ({ recontype, value }) =>
    recontype === "SSH_SERVER" ? { banner: value } : undefined,
  );
}

async function rows(sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

const RECORDS = `SELECT value, epoch(firstseen), epoch(lastseen), count::INTEGER FROM passive.record ORDER BY ALL`;

test("observations that agree in all but times and count are one record, within and across imports", async () => {
  await import_(
    1,
    seen({ lastseen: 150 }),
    seen({ firstseen: 90, count: 3 }),
    seen({ value: "other.example.com" }),
  );
  expect(await rows(RECORDS)).toEqual([
    ["other.example.com", 100, 100, 1],
    ["www.example.com", 90, 150, 4],
  ]);
  await import_(2, seen({ firstseen: 200.25, lastseen: 300.5 }));
  expect(await rows(RECORDS)).toEqual([
    ["other.example.com", 100, 100, 1],
    ["www.example.com", 90, 300.5, 5],
  ]);
  expect(await rows("SELECT count(*) = count(DISTINCT id) FROM passive.record")).toEqual([[true]]);
});

const TIMELESS = { firstseen: undefined, lastseen: undefined };

test("a time that is not known counts for nothing, within and across imports", async () => {
  const alone = seen({ ...TIMELESS, value: "alone.example.com" });
  await import_(1, seen(TIMELESS), seen({ lastseen: 150 }), seen(TIMELESS), alone);
  expect(await rows(RECORDS)).toEqual([
    ["alone.example.com", null, null, 1],
    ["www.example.com", 100, 150, 3],
  ]);
  expect(await rows("SELECT epoch(firstseen), epoch(lastseen) FROM passive.seen ORDER BY ALL")).toEqual([
    [100, 150],
    [null, null],
  ]);
  await import_(2, seen(TIMELESS), seen({ value: "alone.example.com", firstseen: 0, lastseen: 7 }));
  const both = [
    ["alone.example.com", 0, 7, 2],
    ["www.example.com", 100, 150, 4],
  ];
  expect(await rows(RECORDS)).toEqual(both);
  await import_(3, seen(TIMELESS), seen({ ...TIMELESS, value: "alone.example.com" }));
  await deletePassive(connection, 3);
  expect(await rows(RECORDS)).toEqual(both);
  // What is left of them was brought without times.
  await deletePassive(connection, 1);
  expect(await rows(RECORDS)).toEqual([
    ["alone.example.com", 0, 7, 1],
    ["www.example.com", null, null, 1],
  ]);
});

test("every member of the identity tells records apart", async () => {
  await import_(
    1,
    seen({}),
    seen({ addr: parseAddress("192.0.2.2") ?? undefined }),
    seen({ addr: undefined, targetval: "x" }),
    seen({ recontype: "DNS_BLACKLIST" }),
    seen({ source: undefined }),
    seen({ source: "" }),
    seen({ source: "undefined" }),
    seen({ value: "" }),
    seen({ sensor: "s" }),
    seen({ port: 53 }),
    // Fields that would run together in a plain concatenation.
    seen({ source: "a", value: "bc" }),
    seen({ source: "ab", value: "c" }),
  );
  expect(await rows("SELECT count(*)::INTEGER, sum(count)::INTEGER FROM passive.record")).toEqual([[12, 12]]);
});

test("infos are derived once for a new record, given ones are added", async () => {
  await import_(
    1,
    seen({ recontype: "SSH_SERVER", value: "SSH-2.0-x" }),
    seen({ recontype: "SSH_SERVER", value: "given", infos: { mine: 1 } }),
  );
  await import_(2, seen({ recontype: "SSH_SERVER", value: "SSH-2.0-x", infos: { late: true } }));
  expect(await rows("SELECT value, infos FROM passive.record ORDER BY value")).toEqual([
    ["SSH-2.0-x", '{"banner":"SSH-2.0-x","late":true}'],
    ["given", '{"banner":"given","mine":1}'],
  ]);
});

test("facts of several inputs are united, whichever comes first", async () => {
  const ssl = () =>
    seen({ recontype: "SSL_SERVER", value: "x", infos: { sha256: "x", subject: { commonName: "a" } } });
  const files = () => seen({ recontype: "SSL_SERVER", value: "x", infos: { sha256: "x", sha1: "y" } });
  const united = { sha1: "y", sha256: "x", subject: { commonName: "a" } };
  const infos = async (): Promise<unknown[]> =>
    (await rows("SELECT infos FROM passive.record")).map(([text]) => JSON.parse(String(text)));
  await import_(1, ssl(), files());
  expect(await infos()).toEqual([united]);
  await connection.run("DELETE FROM passive.record");
  await import_(2, files());
  await import_(3, ssl());
  expect(await infos()).toEqual([united]);
  await connection.run("DELETE FROM passive.record");
  await import_(4, ssl());
  await import_(5, files());
  expect(await infos()).toEqual([united]);
});

test("more different observations than are held in memory", async () => {
  const count = 120_000;
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < count; i++)
      loader.add(seen({ value: `h${i}.example.com`, firstseen: round, lastseen: round }));
  }
  await loader.merge(1, () => undefined);
  expect(
    await rows("SELECT count(*)::INTEGER, sum(count)::INTEGER, max(count)::INTEGER FROM passive.record"),
  ).toEqual([[count, 2 * count, 2]]);
  expect(await rows("SELECT count(*)::INTEGER FROM passive.seen")).toEqual([[count]]);
});

test("taking an import back leaves what the others brought", async () => {
  await import_(1, seen({}), seen({ value: "only-one.example.com" }));
  await import_(2, seen({ firstseen: 500, lastseen: 600, count: 7 }));
  await connection.run("DELETE FROM touched");
  await deletePassive(connection, 1);
  expect(await rows(RECORDS)).toEqual([["www.example.com", 500, 600, 7]]);
  expect(await rows("SELECT count(*)::INTEGER FROM passive.seen")).toEqual([[1]]);
  expect(await rows("SELECT addr FROM touched")).toEqual([[parseAddress("192.0.2.1")]]);
  await deletePassive(connection, 2);
  expect(await rows(RECORDS)).toEqual([]);
});

test("what is discarded is not merged", async () => {
  loader.add(seen({}));
  await loader.discard();
  await import_(1, seen({ value: "kept.example.com" }));
  expect(await rows("SELECT value FROM passive.record")).toEqual([["kept.example.com"]]);
});

test("facts that contradict each other are united alike, however much else comes between them", async () => {
  const of = (value: string, note: string) => seen({ value, recontype: "X", infos: { note } });
  const others = Array.from({ length: 45_000 }, (_, i) => seen({ value: `${i}.example.com` }));
  await import_(1, of("near", "b"), of("near", "a"), of("far", "b"), ...others, of("far", "a"));
  const infos = "SELECT value, infos->>'note' FROM passive.record WHERE recontype = 'X' ORDER BY ALL";
  expect(await rows(infos)).toEqual([
    ["far", "b"],
    ["near", "b"],
  ]);
  await import_(2, of("near2", "a"), of("near2", "b"), of("far2", "a"), ...others, of("far2", "b"));
  expect(await rows(infos)).toEqual([
    ["far", "b"],
    ["far2", "b"],
    ["near", "b"],
    ["near2", "b"],
  ]);
});
