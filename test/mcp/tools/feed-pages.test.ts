/** find_feeds and fetch_analysis as a client sees them. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { Reader } from "../../../src/mcp/call.ts";
import { TOOLS } from "../../../src/mcp/catalogue.ts";
import { addFeed, feedDatabase } from "../../support/feeds.ts";
import { AS_OF, call, world } from "../world.ts";

let store: Reader;
beforeAll(async () => {
  store = await world();
});

function reader(connection: Awaited<ReturnType<typeof feedDatabase>>, feedsAsOf: string | null): Reader {
  return { read: (work) => work({ connection, empty: true, asOf: null, feedsAsOf }) };
}

/** Three hundred lists: more than one answer can hold. */
async function many(): Promise<Reader> {
  const connection = await feedDatabase();
  for (let i = 0; i < 300; i++)
    await addFeed(connection, {
      name: `list_${String(i).padStart(3, "0")}`,
      description: `A list with the number ${i}, which is described in as many words as lists usually are.`,
      info: "More is told of it here, at some length, so that not all of them fit one answer.",
    });
  return reader(connection, AS_OF);
}

describe("find_feeds", () => {
  test("answers with text only: the table, then a section each", async () => {
    const { texts, structured, isError } = await call(store, "find_feeds", { redistributable: false });
    expect({ structured, isError, blocks: texts.length }).toEqual({
      structured: undefined,
      isError: false,
      blocks: 1,
    });
    const lines = texts[0]!.split("\n");
    expect(lines[0]).toStartWith("feed|description|category|");
    expect(lines[0]).toEndWith("|processed|checked|source_date");
    expect(lines[2]).toStartWith("dshield||intrusion|primary|257|2|ipv4||false|");
    expect(lines.slice(4)).toEqual(["# dshield", "", "by Maintainer of dshield"]);
  });

  test("takes values as people write them, and nothing for nothing", async () => {
    const args = { category: "Anonymizers ", health: "", provenance: null, details: "false", limit: "5" };
    const { texts, isError } = await call(store, "find_feeds", args);
    expect(isError).toBe(false);
    expect(texts[0]!.split("\n").map((line) => line.split("|", 1)[0])).toEqual(["feed", "----", "tor_exits"]);
  });

  test("names the nearest of a value that is none", async () => {
    const { texts, isError } = await call(store, "find_feeds", { uniqueness: "very hihg" });
    expect(isError).toBe(true);
    expect(texts).toEqual([
      'argument "uniqueness" of find_feeds must be "very_high", "high", "medium", "low" or "unknown", not "very hihg" (did you mean "very_high"?)',
    ]);
  });

  test("without a match says so, and is no error", async () => {
    const { texts, isError } = await call(store, "find_feeds", { search: "no such words" });
    expect({ texts, isError }).toEqual({ texts: ["No feeds matched the given filters."], isError: false });
  });

  test("without feeds says how to get some", async () => {
    const { texts, isError } = await call(reader(await feedDatabase(), null), "find_feeds");
    expect(isError).toBe(false);
    expect(texts).toEqual([
      "No feeds matched the given filters.",
      'no feeds imported yet: run "gadwall feeds import PATH"',
    ]);
  });

  test("stays within the bound, says how to get the rest, and the rest is the rest", async () => {
    const lists = await many();
    const seen: string[] = [];
    let calls = 0;
    for (let offset = 0; offset < 300; calls++) {
      const { texts } = await call(lists, "find_feeds", { offset });
      expect(texts.join("\n").length).toBeLessThanOrEqual(30_000);
      const names = texts[0]!.match(/^# list_\d+$/gm) ?? [];
      expect(texts[0]!.match(/^list_\d+\|/gm)).toHaveLength(names.length);
      seen.push(...names);
      const next = /the same call with offset (\d+)/.exec(texts[1] ?? "")?.[1];
      expect(next === undefined).toBe(seen.length === 300);
      offset = Number(next ?? 300);
    }
    expect(new Set(seen).size).toBe(300);
    expect(calls).toBeGreaterThan(2);
    const table = await call(lists, "find_feeds", { details: false });
    expect(table.texts[1]).toStartWith("feeds 1 to ");
    expect(table.texts[1]).not.toContain("details");
  });

  test("an offset behind the end is told from no match", async () => {
    expect((await call(store, "find_feeds", { offset: 99 })).texts).toEqual([
      "Offset 99 is behind the last of 4 feeds that match.",
    ]);
  });
});

describe("fetch_analysis", () => {
  test("answers with text only", async () => {
    const { texts, structured, isError } = await call(store, "fetch_analysis", {
      type: "Feed",
      name: "DShield",
    });
    expect({ structured, isError, blocks: texts.length }).toEqual({
      structured: undefined,
      isError: false,
      blocks: 1,
    });
    expect(texts[0]).toStartWith("# dshield\n");
    expect(texts[0]).toContain("\n## Overlap with Other Feeds\n");
  });

  test("a name that nothing has is an error with the nearest ones", async () => {
    const { texts, isError } = await call(store, "fetch_analysis", { type: "feed", name: "dsheild" });
    expect(isError).toBe(true);
    expect(texts[0]).toContain("Did you mean dshield?");
  });

  test("what is refused has an example of its type that there is, and no other", async () => {
    const say = async (type: string, name: string) =>
      (await call(store, "fetch_analysis", { type, name })).texts[0];
    expect(await say("feed", "zzzzzz")).toMatch(/has the names; for example, [a-z_]+ has a page$/);
    for (const type of ["country", "asn", "maintainer"])
      expect(await say(type, "")).not.toMatch(/(?<!of )dshield/);
  });

  test("a number is a name, too", async () => {
    const { texts, isError } = await call(store, "fetch_analysis", { type: "as", name: 4242 });
    expect(isError).toBe(true);
    expect(texts[0]).toContain("AS4242");
  });
});

test("both only read", () => {
  for (const name of ["find_feeds", "fetch_analysis"]) {
    const { annotations, outputSchema } = TOOLS.get(name)!.definition;
    expect(annotations.readOnlyHint).toBe(true);
    expect(outputSchema).toBeUndefined();
  }
});
