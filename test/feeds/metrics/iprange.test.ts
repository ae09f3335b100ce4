/**
 * Overlaps are those of FireHOL's own program: `iprange --compare` 1.0.4 of Debian gave these numbers. (Of 0.0.0.0/0
 * it counts 0 addresses: there the size is 2^32.)
 */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { overlap } from "../../../src/feeds/metrics/overlap.ts";
import { segments } from "../../../src/feeds/metrics/segments.ts";
import { rowsOf } from "../../../src/feeds/metrics/step.ts";
import { addFeed, feedDatabase } from "../../support/feeds.ts";
import { generatedLists } from "./iprange-lists.ts";

/** Two lists, their sizes, and what they have in common. */
type Pair = readonly [a: string, b: string, ipsA: number, ipsB: number, common: number];

const GENERATED: readonly Pair[] = [
  ["whole", "ends", 2 ** 32, 386, 386],
  ["whole", "wide", 2 ** 32, 545259521, 545259521],
  ["whole", "nested", 2 ** 32, 55624, 55624],
  ["whole", "small", 2 ** 32, 3448, 3448],
  ["whole", "singles", 2 ** 32, 4621, 4621],
  ["ends", "wide", 386, 545259521, 257],
  ["ends", "nested", 386, 55624, 256],
  ["ends", "small", 386, 3448, 26],
  ["ends", "singles", 386, 4621, 38],
  ["wide", "nested", 545259521, 55624, 55624],
  ["wide", "small", 545259521, 3448, 3448],
  ["wide", "singles", 545259521, 4621, 4621],
  ["nested", "small", 55624, 3448, 1456],
  ["nested", "singles", 55624, 4621, 2385],
  ["small", "singles", 3448, 4621, 251],
];

const PUBLISHED: readonly Pair[] = [
  ["firehol_level1.netset", "dshield.netset", 614049280, 5120, 5120],
  ["firehol_webserver.netset", "firehol_level1.netset", 60487780, 614049280, 321024],
  ["greensnow.ipset", "firehol_level1.netset", 4515, 614049280, 115],
  ["firehol_level2.netset", "blocklist_de.ipset", 26953, 19008, 19008],
  ["firehol_level3.netset", "dshield_30d.netset", 31303, 11776, 11776],
  ["spamhaus_drop.netset", "firehol_level1.netset", 16416768, 614049280, 16416768],
  ["blocklist_de_ssh.ipset", "blocklist_de.ipset", 9008, 19008, 9008],
  ["tor_exits_30d.ipset", "tor_exits.ipset", 1692, 1204, 1204],
  ["spamhaus_drop.netset", "et_block.netset", 16416768, 16423616, 16416768],
  ["blocklist_de.ipset", "bds_atif.ipset", 19008, 1195, 158],
  ["greensnow.ipset", "blocklist_de.ipset", 4515, 19008, 2154],
  ["maxmind_proxy_fraud.ipset", "firehol_webserver.netset", 583, 60487780, 583],
  ["stopforumspam_7d.ipset", "botscout_7d.ipset", 23666, 6073, 3133],
  ["firehol_level3.netset", "ciarmy.ipset", 31303, 15000, 15000],
  ["tor_exits.ipset", "cleantalk_30d.ipset", 1204, 23706, 6],
  ["et_tor.ipset", "dm_tor.ipset", 6024, 5666, 5436],
  ["iblocklist_isp_att.netset", "firehol_level3.netset", 55845128, 31303, 43],
  ["iblocklist_isp_att.netset", "firehol_level1.netset", 55845128, 614049280, 0],
];

async function check(pairs: readonly Pair[], read: (name: string) => readonly string[]): Promise<void> {
  const connection: DuckDBConnection = await feedDatabase();
  // Streams of several threads must keep their order, too.
  await connection.run("SET threads = 2");
  for (const name of new Set(pairs.flatMap((pair) => pair.slice(0, 2).map(String))))
    await addFeed(connection, { name }, read(name));
  for (const step of [segments, overlap]) await step.run(connection, { now: new Date(0) });
  const sizes = new Map(
    (await rowsOf(connection, "SELECT name, ips4 FROM feed.feed")).map(([name, ips]) => [name, Number(ips)]),
  );
  const common = new Map<string, number>();
  for (const [a, b, ips] of await rowsOf(
    connection,
    `SELECT a.name, b.name, common4 FROM feed.overlap
     JOIN feed.feed AS a ON a.id = feed_id JOIN feed.feed AS b ON b.id = other_id`,
  ))
    common.set(`${a} ${b}`, Number(ips));
  const found = pairs.map(([a, b]) => [a, b, sizes.get(a), sizes.get(b), common.get(`${a} ${b}`) ?? 0]);
  expect(found).toEqual(pairs.map((pair) => [...pair]));
  expect(pairs.map(([a, b]) => common.get(`${b} ${a}`) ?? 0)).toEqual(pairs.map(([, , , , both]) => both));
}

describe("overlaps as iprange counts them", () => {
  test("of generated lists", async () => {
    const lists = generatedLists();
    await check(GENERATED, (name) => lists[name]!);
  });

  const folder = join(import.meta.dir, "../../../../shared/data/firehol");
  test.skipIf(!existsSync(folder))("of published lists", async () => {
    await check(PUBLISHED, (name) =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#")),
    );
  });
});
