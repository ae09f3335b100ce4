import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { listFeeds, showFeed } from "../../src/feeds/browse.ts";
import { catalogue } from "../../src/feeds/catalogue/catalogue.ts";
import { readUserFeeds } from "../../src/feeds/catalogue/read.ts";
import { everListed } from "../../src/feeds/ever-listed.ts";
import { type FeedImportOptions, importFeeds } from "../../src/feeds/import.ts";
import { DEFAULT_FEED_LIMITS } from "../../src/feeds/parse/limits.ts";
import { removeFeed } from "../../src/feeds/remove.ts";
import { Store } from "../../src/store/reader.ts";

const FIXTURES = resolve(import.meta.dir, "../../fixtures/feeds");
const NOW = new Date("2026-03-25T12:00:00Z");
/** When the files of the fixtures were written, as far as they show. */
const WRITTEN = new Date("2026-03-24T00:00:00Z");

let folder: string;
let db: string;
let round = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-feeds-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  db = join(folder, `${++round}.duckdb`);
});

function run(paths: readonly string[], options: Partial<FeedImportOptions> = {}) {
  return importFeeds(paths, { db, catalogue: catalogue(), now: NOW, ...options });
}

async function ask(sql: string): Promise<unknown[][]> {
  const store = new Store(db);
  try {
    return await store.read(
      async ({ connection }) => (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][],
    );
  } finally {
    await store.close();
  }
}

/** A file of its own folder, so that its name can be that of a feed. */
function file(name: string, content: string | Uint8Array): string {
  const inside = join(folder, String(round), String(Math.random()).slice(2));
  mkdirSync(inside, { recursive: true });
  const path = join(inside, name);
  writeFileSync(path, content);
  return path;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr"];

/** A list with a header whose source changed on a day of 2026. */
function published(month: number, day: number, lines: readonly string[]): string {
  const date = `Mon ${MONTHS[month - 1]} ${String(day).padStart(2)} 00:00:00 UTC 2026`;
  return `#\n# changing\n#\n# ipv4 hash:net ipset\n#\n# Maintainer      : Example Org\n# Source File Date: ${date}\n# Category        : attacks\n# This File Date  : ${date}\n#\n${lines.join("\n")}\n`;
}

const LISTINGS = `
  SELECT lo, hi, strftime(since, '%m-%d'), strftime(until, '%m-%d') FROM ${everListed(4)} ORDER BY since, lo, until`;

test("a folder: lists, what is published about them, and what is none of ours", async () => {
  const fixtures = join(folder, "fixtures");
  cpSync(FIXTURES, fixtures, { recursive: true });
  for (const name of readdirSync(fixtures)) utimesSync(join(fixtures, name), WRITTEN, WRITTEN);
  const summary = await run([fixtures]);
  const told = summary.files.map(({ path, status, mismatch, skipped }) => ({
    file: path.slice(fixtures.length + 1),
    status,
    ...(mismatch === null ? {} : { mismatch }),
    ...(Object.keys(skipped).length === 0 ? {} : { skipped }),
  }));
  expect(told.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toMatchSnapshot();
  // plain.txt, refused.txt and utf16.txt have no names of lists.
  expect(summary.passedOver).toBe(3);
  expect(
    await ask(
      `SELECT name, maintainer, category, legacy_category, provenance, parent, include, exclude, hash, frequency,
              entries, cidrs, ips4, ranges6, span6, source_date, processed, started
       FROM feed.feed ORDER BY name`,
    ),
  ).toMatchSnapshot();
  expect(
    await ask(
      `SELECT name, "at", added, removed, ips, c.entries, origin FROM feed.change AS c JOIN feed.feed AS f ON f.id = feed_id
       WHERE name = 'example_networks' ORDER BY "at"`,
    ),
  ).toMatchSnapshot();
});

test("rows of artifacts that are none are counted and shown", async () => {
  const list = file("one.ipset", "10.0.0.1\n");
  const past = file("one_history.csv", "DateTime,Entries,UniqueIPs\n1763011025,2,385\nx,1\u001b,2\n");
  expect((await run([list, past])).files[1]).toMatchObject({
    status: "facts",
    skipped: { row: 1 },
    examples: [{ line: 3, reason: "row", text: "x,1\ufffd,2" }],
  });
});

test("dates of artifacts that are none are told", async () => {
  const about = file("one.json", JSON.stringify({ name: "one", ips: 1, updated: 999_999, checked: 0 }));
  const { files } = await run([file("one.ipset", "10.0.0.1\n"), about]);
  expect(files.find(({ status }) => status === "facts")!.mismatch).toBe(
    "dates that are none: updated 999999",
  );
});

test("facts about a feed without a list are of no use", async () => {
  const about = file("alone.json", JSON.stringify({ name: "alone", ips: 1, updated: 1_700_000_000_000 }));
  expect((await run([about])).files).toMatchObject([
    { status: "unused", message: "there is no list of this feed" },
  ]);
  const list = file("alone.ipset", "10.0.0.1\n");
  expect((await run([about, list])).files.map(({ status }) => status)).toEqual(["facts", "imported"]);
  expect((await run([about])).files).toMatchObject([{ status: "facts" }]);
});

describe("versions", () => {
  test("ranges are listed from the source's date on, and parts that stay keep theirs", async () => {
    await run([file("changing.netset", published(1, 1, ["10.0.0.0/24", "10.0.2.0/24"]))]);
    const second = await run([file("changing.netset", published(2, 1, ["10.0.0.0/25", "10.0.1.0/24"]))]);
    expect(second.files[0]).toMatchObject({ status: "imported", first: false, added: 256, removed: 384 });
    await run([file("changing.netset", published(3, 1, ["10.0.0.0/24", "10.0.1.0/24"]))]);
    const at = 0x0a00_0000;
    expect(await ask(LISTINGS)).toEqual([
      [at, at + 127, "01-01", null],
      [at + 128, at + 255, "01-01", "02-01"],
      [at + 512, at + 767, "01-01", "02-01"],
      [at + 256, at + 511, "02-01", null],
      [at + 128, at + 255, "03-01", null],
    ]);
    // Lines and merged ranges are those of the current version only.
    expect(await ask("SELECT seq, lo, hi FROM feed.line4 ORDER BY seq")).toEqual([
      [0, at, at + 255],
      [1, at + 256, at + 511],
    ]);
    expect(await ask("SELECT lo, hi FROM feed.range4")).toEqual([[at, at + 511]]);
    expect(
      await ask(`SELECT strftime("at", '%m-%d'), added, removed, ips FROM feed.change ORDER BY "at"`),
    ).toEqual([
      ["01-01", null, null, "512"],
      ["02-01", "256", "384", "384"],
      ["03-01", "128", "0", "512"],
    ]);
  });

  test("several lists of one feed come in the order of their dates", async () => {
    const newer = file("changing.netset", published(2, 1, ["10.0.0.2"]));
    const older = file("changing.netset", published(1, 1, ["10.0.0.1"]));
    const summary = await run([newer, older]);
    expect(summary.files.map(({ path, status }) => [path, status])).toEqual([
      [older, "imported"],
      [newer, "imported"],
    ]);
    expect(await ask(LISTINGS)).toEqual([
      [0x0a00_0001, 0x0a00_0001, "01-01", "02-01"],
      [0x0a00_0002, 0x0a00_0002, "02-01", null],
    ]);
  });

  test("the same content again is no version, but its dates count", async () => {
    await run([file("changing.netset", published(1, 1, ["10.0.0.0/24"]))]);
    const again = await run([file("changing.netset", published(2, 1, ["10.0.0.128/25", "10.0.0.0/25"]))]);
    expect(again.files[0]!.status).toBe("current");
    expect(await ask("SELECT count(*) FROM feed.version")).toEqual([["1"]]);
    expect(await ask("SELECT strftime(source_date, '%m-%d') FROM feed.feed")).toEqual([["02-01"]]);
    expect(await ask(LISTINGS)).toEqual([[0x0a00_0000, 0x0a00_00ff, "01-01", null]]);
  });

  test("an import that changes nothing publishes nothing", async () => {
    const path = file("changing.netset", published(1, 1, ["10.0.0.1"]));
    await run([path]);
    const before = statSync(db).ino;
    const again = await run([path]);
    expect(again.files[0]!.status).toBe("current");
    expect(statSync(db).ino).toBe(before);
  });

  test("an older list becomes history, and the newer one stays the current one", async () => {
    await run([file("changing.netset", published(3, 1, ["10.0.0.2", "10.0.0.3"]))]);
    const older = file("changing.netset", published(1, 1, ["10.0.0.1", "10.0.0.2"]));
    const { files, imported } = await run([older]);
    expect(files[0]).toMatchObject({
      status: "history",
      added: null,
      message: "it is what was listed from 2026-01-01T00:00:00Z to 2026-03-01T00:00:00Z",
    });
    expect(imported).toBe(0);
    expect(await ask("SELECT lo & 255 FROM feed.range4 ORDER BY lo")).toEqual([[2]]);
    expect(await ask("SELECT strftime(source_date, '%m-%d') FROM feed.feed")).toEqual([["03-01"]]);
    expect(await ask(LISTINGS)).toEqual([
      [0x0a00_0001, 0x0a00_0001, "01-01", "03-01"],
      [0x0a00_0002, 0x0a00_0002, "01-01", null],
      [0x0a00_0003, 0x0a00_0003, "03-01", null],
    ]);
    expect((await run([older])).files[0]).toMatchObject({
      status: "older",
      message: "it is older than the list of 2026-03-01T00:00:00Z, and what it says is stored already",
    });
    const other = file("changing.netset", published(1, 1, ["10.0.0.9"]));
    expect((await run([other])).files[0]).toMatchObject({
      status: "older",
      message: "it is older than the list of 2026-03-01T00:00:00Z, and another list of its date is stored",
    });
  });

  test("lists that come in any order tell the same history", async () => {
    const lists = [
      published(1, 1, ["10.0.0.0/28", "2001:db8::/64"]),
      published(1, 9, ["10.0.0.4-10.0.0.40", "2001:db8::/63"]),
      published(2, 1, ["10.0.0.0/30", "10.0.1.0/24"]),
      published(3, 1, ["10.0.0.0/27", "2001:db8:0:1::/64"]),
    ];
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2],
    ];
    const told: unknown[] = [];
    for (const order of orders) {
      db = join(folder, `${++round}.duckdb`);
      for (const i of order) await run([file("changing.netset", lists[i]!)]);
      told.push([
        await ask(
          `SELECT lo + i AS address, since, until FROM ${everListed(4)}, range(hi - lo + 1) AS r(i) ORDER BY ALL`,
        ),
        await ask(`SELECT lo, hi, since, until FROM ${everListed(6)} ORDER BY ALL`),
        await ask(`SELECT "at", added, removed, entries FROM feed.version ORDER BY "at"`),
        await ask(`SELECT "at", added, removed, ips, entries FROM feed.change ORDER BY "at"`),
        await ask("SELECT entries, ips4, source_date FROM feed.feed"),
        await ask("SELECT lo, hi FROM feed.range4 ORDER BY lo"),
      ]);
    }
    for (const other of told.slice(1)) expect(other).toEqual(told[0]);
  });

  test("a list that came between two times of the current one", async () => {
    await run([file("changing.netset", published(1, 1, ["10.0.0.1"]))]);
    await run([file("changing.netset", published(3, 1, ["10.0.0.1"]))]);
    const { files } = await run([file("changing.netset", published(2, 1, ["10.0.0.2"]))]);
    expect(files[0]).toMatchObject({ status: "history", added: 1, removed: 1 });
    expect(await ask(LISTINGS)).toEqual([
      [0x0a00_0001, 0x0a00_0001, "01-01", "02-01"],
      [0x0a00_0002, 0x0a00_0002, "02-01", "03-01"],
      [0x0a00_0001, 0x0a00_0001, "03-01", null],
    ]);
    expect(
      await ask(
        "SELECT strftime(v.\"at\", '%m-%d') FROM feed.feed JOIN feed.version AS v ON v.id = version_id",
      ),
    ).toEqual([["03-01"]]);
    expect(await ask("SELECT count(*) FROM feed.version")).toEqual([["3"]]);
    const later = await run([file("changing.netset", published(4, 1, ["10.0.0.2"]))], {
      now: new Date("2026-04-02T00:00:00Z"),
    });
    expect(later.files[0]).toMatchObject({ status: "imported", added: 1, removed: 1 });
  });

  test("other content of the same date counts from the import on, and newer dates come after it", async () => {
    await run([file("changing.netset", published(2, 1, ["10.0.0.1"]))]);
    await run([file("changing.netset", published(2, 1, ["10.0.0.2"]))]);
    const later = new Date("2026-03-26T00:00:00Z");
    const { files } = await run([file("changing.netset", published(3, 1, ["10.0.0.3"]))], { now: later });
    expect(files[0]!.status).toBe("imported");
    expect(await ask(LISTINGS)).toEqual([
      [0x0a00_0001, 0x0a00_0001, "02-01", "03-25"],
      [0x0a00_0002, 0x0a00_0002, "03-25", "03-26"],
      [0x0a00_0003, 0x0a00_0003, "03-26", null],
    ]);
  });

  test("a list that was emptied closes everything", async () => {
    await run([file("changing.netset", published(1, 1, ["10.0.0.1"]))]);
    const { files } = await run([file("changing.netset", published(2, 1, []))]);
    expect(files[0]).toMatchObject({ status: "imported", entries: 0, removed: 1 });
    expect(await ask(LISTINGS)).toEqual([[0x0a00_0001, 0x0a00_0001, "01-01", "02-01"]]);
  });

  test("two lists of one date in one import clash; dates that differ make them versions", async () => {
    const [one, two] = [published(1, 1, ["10.0.0.1"]), published(1, 1, ["10.0.0.2"])];
    const paths = [file("changing.netset", one), file("changing.netset", two), file("changing.ipset", one)];
    const { files } = await run(paths);
    expect(files.map(({ status, message }) => [status, message])).toEqual([
      ["imported", null],
      [
        "failed",
        `${paths[0]} is another list of changing of the same date, and it cannot be told which is the newer one; import the right one alone`,
      ],
      ["current", null],
    ]);
    const plain = [
      file("plain.txt", "10.0.0.1\n"),
      file("plain.txt", "10.0.0.2\n"),
      file("plain.txt", "10.0.0.3\n"),
    ];
    const day = (n: number) => new Date(`2026-03-0${n}T00:00:00Z`);
    for (const [i, date] of [day(2), day(1), day(2)].entries()) utimesSync(plain[i]!, date, date);
    expect((await run(plain)).files.map(({ path, status }) => [path, status])).toEqual([
      [plain[1]!, "imported"],
      [plain[0]!, "imported"],
      [plain[2]!, "failed"],
    ]);
  });

  test("what comes and goes of IPv6 is told", async () => {
    const told = ({ files }: Awaited<ReturnType<typeof run>>) =>
      files.map(({ added, removed, added6, removed6 }) => [added, removed, added6, removed6]);
    await run([file("changing.netset", published(1, 1, ["2001:db8::/32"]))]);
    const third = await run([file("changing.netset", published(3, 1, ["2001:db9::/32", "2001:dc0::/32"]))]);
    expect(told(third)).toEqual([[0, 0, 2, 1]]);
    const second = await run([file("changing.netset", published(2, 1, ["2001:db8::/32", "2001:dc0::/32"]))]);
    expect(told(second)).toEqual([[0, 0, 1, 0]]);
    expect(await ask(`SELECT added6, removed6 FROM feed.version ORDER BY "at"`)).toEqual([
      [null, null],
      ["1", "0"],
      ["1", "1"],
    ]);
  });

  test("dates that are none, or not believed, are told", async () => {
    const header = (source: string, written: string): string =>
      `# x\n# ipv4 hash:ip ipset\n# Source File Date: ${source}\n# This File Date  : ${written}\n10.0.0.1\n`;
    const dates = [
      ["Tue Feb 31 00:00:00 UTC 2026", "999999"],
      ["Thu Jan  1 00:00:00 UTC 1970", "Thu Jan  1 00:00:00 UTC 2099"],
      ["", "unknown"],
    ] as const;
    const told: (string | null)[] = [];
    for (const [i, [source, written]] of dates.entries())
      told.push((await run([file(`dates${i}.ipset`, header(source, written))])).files[0]!.mismatch);
    expect(told).toEqual([
      `the header's date "Tue Feb 31 00:00:00 UTC 2026" cannot be read; the header's date "999999" cannot be read`,
      "the header's date 1970-01-01T00:00:00Z is before 2000, and not believed; the header's date 2099-01-01T00:00:00Z is in the future, and not believed",
      null,
    ]);
  });

  test("a source date in the future is none", async () => {
    await run([file("changing.netset", published(4, 20, ["10.0.0.1"]))]);
    expect(await ask("SELECT source_date FROM feed.feed")).toEqual([[null]]);
    expect(await ask(LISTINGS)).toEqual([[0x0a00_0001, 0x0a00_0001, "03-25", null]]);
  });
});

describe("single files", () => {
  test("any name is a list; what was written when dates it", async () => {
    const path = file("our scanners.txt", "10.0.0.1\n2001:db8::/32 # net\nexample.com\n");
    const written = new Date("2026-03-01T00:00:00Z");
    utimesSync(path, written, written);
    expect((await run([path])).files[0]).toMatchObject({
      status: "failed",
      message: expect.stringContaining("the name of this file cannot be that of a feed (letters, digits,"),
    });
    const { files } = await run([path], { name: "scanners" });
    expect(files[0]).toMatchObject({ feed: "scanners", ips4: 1, ranges6: 1, skipped: { host_name: 1 } });
    expect(await ask("SELECT span6, source_date, strftime(processed, '%m-%d') FROM feed.feed")).toEqual([
      [String(2n ** 96n - 1n), null, "03-01"],
    ]);
  });

  test("what a pattern finds was named; a folder has lists by their names only", async () => {
    const path = file("one.txt", "10.0.0.1\n");
    writeFileSync(join(path, "../two.txt"), "10.0.0.2\n");
    const inside = join(path, "..");
    expect((await run([inside])).passedOver).toBe(2);
    const { files } = await run([join(inside, "*.txt")]);
    expect(files.map(({ feed, status }) => [feed, status])).toEqual([
      ["one", "imported"],
      ["two", "imported"],
    ]);
  });

  test("JSON with a name is a list, and of another shape it does not empty the stored one", async () => {
    const about = file("b.json", JSON.stringify({ hosts: [{ ip: "10.0.0.3" }] }));
    expect((await run([about])).files[0]).toMatchObject({
      status: "failed",
      message:
        "it is not about a feed; if it is a list, say where the addresses stand with --column, or name the feed with --name",
    });
    // A folder may hold any JSON.
    expect((await run([join(about, "..")])).files[0]).toMatchObject({ status: "unused" });
    expect((await run([about], { name: "b" })).files[0]).toMatchObject({ status: "failed" });
    await run([about], { column: "hosts[*].ip" });
    expect((await run([about], { column: "ip" })).files[0]).toMatchObject({
      status: "failed",
      message: expect.stringContaining("there is nothing at ip in this JSON"),
    });
    expect(await ask("SELECT ips4 FROM feed.feed")).toEqual([["1"]]);
  });

  test.each([
    [
      "objects",
      { prefixes: [{ ip: "10.0.0.3" }] },
      "prefixes[*]",
      "a JSON value that is no text: line 1 ({ip})",
    ],
    ["a list", { prefixes: [{ ip: "10.0.0.3" }] }, "prefixes", "line 1 ([…])"],
    ["an empty list", { prefixes: [] }, "prefixes", "line 1 ([])"],
    ["null", { prefixes: null }, "prefixes", "line 1 (null)"],
    ["numbers", { prefixes: [1, 2] }, "prefixes[*]", "2 hold a JSON value that is no text: line 1 (1)"],
    ["lists", { prefixes: [["10.0.0.3"]] }, "prefixes[*]", "no text"],
    ["blanks", { prefixes: ["", " "] }, "prefixes[*]", "2 hold no address"],
  ])("a path in JSON that leads to %s does not empty the stored list", async (_, json, column, told) => {
    await run([file("b.txt", "10.0.0.1\n")]);
    const { files } = await run([file("b.json", JSON.stringify(json))], { column });
    expect(files[0]!.status).toBe("failed");
    expect(files[0]!.message).toStartWith("there is no address in it: ");
    expect(files[0]!.message).toContain(told);
    expect(await ask("SELECT ips4 FROM feed.feed")).toEqual([["1"]]);
  });

  test("a list of several columns that is a list of one fails, and lines without the column are counted", async () => {
    const plain = file("plain.txt", "10.0.0.1\n10.0.0.2\n");
    expect((await run([plain], { column: "3" })).files[0]).toMatchObject({
      status: "failed",
      message: expect.stringContaining(
        "there is no column 3 in it: 2 lines left out (2 hold no such column: line 1 (10.0.0.1))",
      ),
      skipped: { no_column: 2 },
      examples: [
        { line: 1, reason: "no_column", text: "10.0.0.1" },
        { line: 2, reason: "no_column", text: "10.0.0.2" },
      ],
    });
    const short = file("short.csv", "when,ip\n1,10.0.0.1\n10.0.0.2\n2,\n");
    expect((await run([short], { column: "ip" })).files[0]).toMatchObject({
      ips4: 1,
      skipped: { no_column: 1, other: 1 },
    });
  });

  test("the whole address space in pieces is refused", async () => {
    const paths = [
      file("halves.txt", "0.0.0.0/1\n128.0.0.0-255.255.255.255\n"),
      file("halves6.txt", "::/1\n8000::/1\n"),
      file("half.txt", "0.0.0.0/1\n128.0.0.0-255.255.255.254\n"),
    ];
    const { files } = await run(paths);
    expect(files.map(({ status }) => status)).toEqual(["failed", "failed", "imported"]);
    expect(files[0]!.message).toBe("together its lines are the whole address space, which is no list");
  });

  test("names that differ by case only, and names with two dots", async () => {
    const { files } = await run([
      file("vv.txt", "10.0.0.1\n"),
      file("VV.txt", "10.0.0.2\n"),
      file("a..b.txt", "10.0.0.1\n"),
    ]);
    expect(files.map(({ status, message }) => [status, message])).toEqual([
      ["imported", null],
      [
        "failed",
        "there is a feed vv, and names may not differ by upper and lower case only; if this is a list of it, import it with --name vv",
      ],
      ["failed", expect.stringContaining("and no .. in it); name the feed with --name")],
    ]);
    await expect(run([file("x.txt", "10.0.0.1\n")], { name: "x\ny" })).rejects.toThrow(
      "--name x y: the name",
    );
    await expect(run([""])).rejects.toThrow("a path is empty");
  });

  test("a cap that is passed is told without the name of the file", async () => {
    const { files } = await run([file("x.txt", "10.0.0.1\n10.0.0.2\n")], {
      limits: { ...DEFAULT_FEED_LIMITS, maxLines: 1 },
    });
    expect(files[0]!.message).toBe(
      "more than 1 line, which is more than a list may have; split it into several lists",
    );
  });

  test("the first line left out for each reason is told", async () => {
    const { files } = await run([file("odd.txt", "10.0.0.1\nexample.com\n010.0.0.1\nexample.net\n")]);
    expect(files[0]).toMatchObject({
      skipped: { host_name: 2, octal: 1 },
      examples: [
        { line: 2, reason: "host_name", text: "example.com" },
        { line: 3, reason: "octal", text: "010.0.0.1" },
        { line: 4, reason: "host_name", text: "example.net" },
      ],
    });
  });

  test("a column of CSV, a path in JSON, compressed", async () => {
    const csv = file("a.csv", gzipSync("when,ip\n1,10.0.0.1\n2,10.0.0.2\n"));
    const json = file("b.json", JSON.stringify({ hosts: [{ ip: "10.0.0.3" }] }));
    expect((await run([csv], { column: "ip" })).files[0]).toMatchObject({ feed: "a", ips4: 2 });
    expect((await run([json], { column: "hosts[*].ip" })).files[0]).toMatchObject({ feed: "b", ips4: 1 });
  });

  test("what fails is told, and does not stop the others or touch what is stored", async () => {
    await run([file("page.ipset", "10.0.0.1\n")]);
    const page = file("page.ipset", "<html>\n<p>Moved\n");
    const damaged = file("damaged.ipset.gz", gzipSync("10.0.0.1\n".repeat(1000)).subarray(0, 40));
    const bomb = file("bomb.ipset.gz", gzipSync(Buffer.alloc(200_000, "\n")));
    const good = file("good.ipset", "10.0.0.9\n");
    const { files } = await run([page, damaged, bomb, join(folder, "missing"), good], {
      limits: { ...DEFAULT_FEED_LIMITS, maxSize: 100_000 },
    });
    const byStatus = files.map(({ path, status, message }) => [
      path.slice(path.lastIndexOf("/") + 1),
      status,
      message,
    ]);
    expect(byStatus.toSorted()).toEqual([
      ["bomb.ipset.gz", "failed", expect.stringContaining("more than 100000 bytes")],
      ["damaged.ipset.gz", "failed", expect.stringContaining("ends early")],
      ["good.ipset", "imported", null],
      ["missing", "failed", "there is no such file"],
      ["page.ipset", "failed", expect.stringContaining("there is no address in it: 2 lines left out")],
    ]);
    expect(await ask("SELECT name, ips4 FROM feed.feed ORDER BY name")).toEqual([
      ["good", "1"],
      ["page", "1"],
    ]);
  });

  test("--name is for one list", async () => {
    const paths = [file("a.ipset", "10.0.0.1\n"), file("b.ipset", "10.0.0.1\n")];
    await expect(run(paths, { name: "c" })).rejects.toThrow("--name names one list");
    await expect(run(paths.slice(1), { name: "../c" })).rejects.toThrow("the name of a feed has letters");
  });
});

test("the header wins over the catalogue, which fills in the rest, also when it grows", async () => {
  const path = file("changing.netset", published(1, 1, ["10.0.0.1"]));
  await run([path]);
  expect(await ask("SELECT maintainer, category, legacy_category, license FROM feed.feed")).toEqual([
    ["Example Org", null, "attacks", null],
  ]);
  const text =
    "feeds:\n  - name: changing\n    category: scanners\n    maintainer: Somebody\n    licence: MIT\n";
  await run([path], { catalogue: readUserFeeds(text, "feeds.yaml", catalogue()) });
  expect(await ask("SELECT maintainer, category, legacy_category, license FROM feed.feed")).toEqual([
    ["Example Org", "scanners", "attacks", "MIT"],
  ]);
});

test("a feed is listed, shown and removed with all that is derived of it", async () => {
  await run([file("one.ipset", "10.0.0.1\n10.0.0.2\n"), file("two.ipset", "10.0.0.2\n")]);
  const store = new Store(db);
  await store.read(async ({ connection }) => {
    expect((await listFeeds(connection, NOW)).map(({ name, ips4 }) => [name, ips4])).toEqual([
      ["one", 2],
      ["two", 1],
    ]);
    const { feed, metrics, versions } = await showFeed(connection, "one", NOW);
    expect([feed.ips4, metrics.exact_unique, versions.length]).toEqual([2, 1, 1]);
    await expect(showFeed(connection, "onne", NOW)).rejects.toThrow(
      'there is no feed "onne" here. Did you mean one?',
    );
  });
  await store.close();
  expect(await removeFeed("Two", { db, now: NOW })).toBe("two");
  await expect(removeFeed("two", { db })).rejects.toThrow('there is no feed "two" here.');
  expect(await ask("SELECT name, exact_unique FROM feed.feed JOIN feed.metric ON id = feed_id")).toEqual([
    ["one", "2"],
  ]);
  for (const table of [
    "version",
    "line4",
    "range4",
    "listing4",
    "listing_past4",
    "listed4",
    "set_member",
    "overlap",
    "change",
  ])
    expect([
      table,
      await ask(`SELECT count(*) FROM feed.${table} WHERE feed_id NOT IN (SELECT id FROM feed.feed)`),
    ]).toEqual([table, [["0"]]]);
});
