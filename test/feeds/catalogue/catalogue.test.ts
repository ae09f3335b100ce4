import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOGUE_FILES, catalogue } from "../../../src/feeds/catalogue/catalogue.ts";
import { type FeedFacts, madeOf } from "../../../src/feeds/catalogue/facts.ts";
import { missingFacts } from "../../../src/feeds/catalogue/missing.ts";
import { isMadeOfItself } from "../../../src/feeds/catalogue/read.ts";
import { CATEGORIES, FIELD_NAMES } from "../../../src/feeds/catalogue/vocabulary.ts";
import { HEADER_LINES, parseHeader } from "../../../src/feeds/parse/header.ts";

const feeds = [...catalogue().values()];

/** Feeds of which something holds, as "name: what". */
function where(told: (feed: FeedFacts) => string | false): string[] {
  return feeds.flatMap((feed) => told(feed) || []).filter((text) => text !== "");
}

test("every category has its file, and nothing is lost between them", () => {
  expect(Object.keys(CATALOGUE_FILES)).toEqual([...CATEGORIES]);
  const names = Object.values(CATALOGUE_FILES).flatMap(
    (path) => readFileSync(path, "utf8").match(/^ {2}- name: .*$/gm) ?? [],
  );
  expect(new Set(names).size).toBe(names.length);
  expect(feeds.length).toBe(names.length);
  expect(feeds.length).toBeGreaterThan(600);
});

describe("files are written in one way", () => {
  test.each(Object.entries(CATALOGUE_FILES))("%s", (category, path) => {
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    const entries = (Bun.YAML.parse(text) as { feeds: Record<string, unknown>[] }).feeds;
    const names = entries.map((entry) => entry.name);
    expect(names).toEqual(names.toSorted());
    for (const entry of entries) {
      expect(entry.category).toBe(category);
      expect(Object.keys(entry)).toEqual(FIELD_NAMES.filter((field) => field in entry));
    }
  });
});

describe("every feed", () => {
  test("has the facts that none may lack", () => {
    const needed = new Set([
      "official_name",
      "maintainer",
      "maintainer_url",
      "description",
      "category",
      "provenance",
      "hash",
    ]);
    expect(
      where((feed) => missingFacts(feed).filter((field) => needed.has(field)).length > 0 && feed.name),
    ).toEqual([]);
  });

  test("has a plain name, and one sentence about it", () => {
    expect(where((feed) => !/^[a-z][a-z0-9_]*$/.test(feed.name) && feed.name)).toEqual([]);
    const sentence = /^[A-Z](?:(?![.!?] [A-Z]).)*\.$/;
    expect(
      where((feed) => (!sentence.test(feed.description!) || feed.description!.length > 110) && feed.name),
    ).toEqual([]);
  });

  test("says nothing is unknown: facts that are not known are left out", () => {
    const texts = (feed: FeedFacts) =>
      [feed.officialName, feed.maintainer, feed.description, feed.licence].join(" ");
    expect(where((feed) => /\bunknown\b/i.test(texts(feed)) && feed.name)).toEqual([]);
  });

  test("has addresses without ports and fragments, and secure where the same server is elsewhere", () => {
    const urls = (feed: FeedFacts) => [feed.sourceUrl, feed.maintainerUrl].filter((url) => url !== null);
    const secure = new Set(
      feeds
        .flatMap(urls)
        .filter((url) => url.startsWith("https:"))
        .map((url) => new URL(url).host),
    );
    const bad = (text: string) => {
      const url = new URL(text);
      return url.port !== "" || url.hash !== "" || (url.protocol === "http:" && secure.has(url.host));
    };
    expect(where((feed) => urls(feed).some(bad) && feed.name)).toEqual([]);
  });

  test("has steps when it has a source", () => {
    // Its answers are to single questions.
    const stepless = ["xforce_bccs"];
    expect(where((feed) => feed.sourceUrl !== null && feed.parse.length === 0 && feed.name)).toEqual(
      stepless,
    );
    expect(
      where(
        (feed) => feed.sourceUrl === null && feed.parse.length > 0 && feed.status === "active" && feed.name,
      ),
    ).toEqual([]);
  });

  test("of fixed ranges has them in its family", () => {
    const misplaced = (feed: FeedFacts) =>
      feed.ranges.some((range) => range.includes(":") !== (feed.family === "v6"));
    expect(where((feed) => feed.family !== "both" && misplaced(feed) && feed.name)).toEqual([]);
  });
});

describe("between feeds", () => {
  test("provenance, parent and merge agree", () => {
    expect(
      where((feed) => (feed.provenance === "secondary_retention") !== (feed.parent !== null) && feed.name),
    ).toEqual([]);
    expect(
      where((feed) => (feed.provenance === "secondary_merge") !== feed.include.length > 0 && feed.name),
    ).toEqual([]);
    const named = (feed: FeedFacts) => feed.name === `${feed.parent}_${feed.windowMinutes! / 1440}d`;
    expect(where((feed) => feed.parent !== null && !named(feed) && feed.name)).toEqual([]);
  });

  test("what a feed is made of is there, and not the feed itself", () => {
    const all = catalogue();
    expect(where((feed) => madeOf(feed).some((name) => !all.has(name)) && feed.name)).toEqual([]);
    expect(where((feed) => isMadeOfItself(feed.name, all) && feed.name)).toEqual([]);
    expect(where((feed) => feed.successor !== null && !all.has(feed.successor) && feed.name)).toEqual([]);
  });

  test("nothing is redistributable that is made of what is not", () => {
    const forbidden = (name: string) => catalogue().get(name)?.redistributable === false;
    expect(
      where((feed) => feed.redistributable === true && madeOf(feed).some(forbidden) && feed.name),
    ).toEqual([]);
  });
});

const folder = join(import.meta.dir, "../../../../shared/data/firehol");
const files = existsSync(folder) ? readdirSync(folder).sort() : [];

describe.skipIf(files.length === 0)("lists that FireHOL published", () => {
  const lists = files.map((file) => {
    const lines = readFileSync(join(folder, file), "latin1").split("\n", HEADER_LINES);
    const head = lines.slice(
      0,
      lines.findIndex((line) => !line.startsWith("#")),
    );
    return { file, head, header: parseHeader(head)!, facts: catalogue().get(file.replace(/\.\w+$/, "")) };
  });

  test("are all in the catalogue, with every fact but the licence and source", () => {
    const known = ["licence", "source_url", "status"];
    const lacking = lists.filter(
      ({ facts }) => facts === undefined || missingFacts(facts).some((field) => !known.includes(field)),
    );
    expect(lacking.map(({ file }) => file)).toEqual([]);
  });

  test("have facts that agree with their headers", () => {
    const differ = (of: (list: (typeof lists)[number]) => boolean) =>
      lists.filter(of).map(({ file }) => file);
    expect(differ(({ header, facts }) => header.hash !== facts?.hash)).toEqual([]);
    expect(differ(({ header, facts }) => header.category !== facts?.legacyCategory)).toEqual([]);
    expect(differ(({ header, facts }) => header.maintainer !== facts?.maintainer)).toEqual([]);
    expect(differ(({ header, facts }) => header.aggregation !== facts?.windowMinutes)).toEqual([]);
    // What is polled more or less often by now.
    expect(differ(({ header, facts }) => header.frequency !== facts?.frequency)).toHaveLength(10);
  });

  test("have descriptions in our own words", () => {
    const words = (text: string) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    const copied = lists.flatMap(({ head, facts }) => {
      const theirs = ` ${words(head.slice(6).join(" ").replaceAll("#", " ")).join(" ")} `;
      const ours = words(facts?.description ?? "");
      const runs = ours.map((_, i) => ours.slice(i, i + 6)).filter((run) => run.length === 6);
      return runs.map((run) => run.join(" ")).filter((run) => theirs.includes(` ${run} `));
    });
    expect(copied).toEqual([]);
  });
});
