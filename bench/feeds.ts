/**
 * Feeds: import, overlap, look-ups, composition and pages, on generated lists or on a folder of real ones. FireHOL's
 * own `iprange` (a Debian package) is the baseline where it does the same; its overlaps are compared with ours.
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { catalogue } from "../src/feeds/catalogue/catalogue.ts";
import { importFeeds } from "../src/feeds/import.ts";
import { lookup } from "../src/feeds/lookup.ts";
import { Store } from "../src/store/reader.ts";
import { generateFeeds } from "./generate-feeds.ts";
import { BINARY, connect, type Environment, row, runCommand, timeCalls, timeTool } from "./measure.ts";
import { random } from "./random.ts";

export interface FeedBench {
  /** Where lists are made and databases written. */
  folder: string;
  env: Environment;
  /** A folder of lists; without one they are generated. */
  lists: string | undefined;
  feeds: number;
  lines: number;
}

const ADDRESSES = 100_000;
const NO_IPRANGE = "iprange is not installed";

/** Prints a row a measurement. */
export async function benchFeeds({ folder, env, lists, feeds, lines }: FeedBench): Promise<void> {
  const source = lists ?? join(folder, "feeds");
  if (lists === undefined) generateFeeds(source, feeds, lines);
  const files = readdirSync(source)
    .filter((name) => /\.(?:ipset|netset)$/.test(name))
    .map((name) => join(source, name));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const what = `${files.length} lists, ${(bytes / 1e6).toFixed(0)} MB`;
  const iprange = Bun.which("iprange");
  const db = join(folder, "feeds.duckdb");
  const command = [BINARY, "feeds", "import", source, "--db", db, "--quiet"];

  rmSync(db, { force: true });
  const first = runCommand(command, env);
  const union = iprange === null ? null : runCommand([iprange, ...files, "--count-unique"], env).seconds;
  row(
    `feeds import, ${what}, all metrics`,
    `${first.seconds.toFixed(2)} s`,
    union === null ? NO_IPRANGE : `iprange --count-unique ${union.toFixed(2)} s`,
    union === null ? "" : `x${(first.seconds / union).toFixed(1)}`,
  );
  const again = runCommand(command, env);
  row(
    "feeds import again, nothing changed",
    `${again.seconds.toFixed(2)} s`,
    "the import before",
    ratio(again, first),
  );
  const changed = join(folder, basename(files[0]!));
  writeFileSync(changed, `${readFileSync(files[0]!, "utf8")}\n192.0.2.1\n`.replaceAll(" 2023\n", " 2024\n"));
  const one = runCommand([...command.slice(0, 3), changed, ...command.slice(4)], env);
  row(
    "feeds import of one changed list",
    `${one.seconds.toFixed(2)} s`,
    "the first import",
    ratio(one, first),
  );
  row(
    "feeds import, peak memory",
    `${first.peakMB.toFixed(0)} MB`,
    "limit 500 MB",
    `x${(first.peakMB / 500).toFixed(2)}`,
  );

  await overlaps(folder, source, files, iprange, env);
  await lookups(db, files, env);
  await answers(db, files, env);
  compositions(db, files, iprange, env);
}

function ratio(part: { seconds: number }, whole: { seconds: number }): string {
  return `x${(part.seconds / whole.seconds).toFixed(2)}`;
}

/** Overlap of all pairs alone, in this process; and whether each is what iprange counts. */
async function overlaps(
  folder: string,
  source: string,
  files: readonly string[],
  iprange: string | null,
  env: Environment,
): Promise<void> {
  const db = join(folder, "steps.duckdb");
  rmSync(db, { force: true });
  const { steps } = await importFeeds([source], { db, catalogue: catalogue() });
  const seconds = ((steps.segments ?? 0) + (steps.overlap ?? 0)) / 1000;
  const what = "overlap of all pairs (segments, overlap)";
  if (iprange === null) return row(what, `${seconds.toFixed(2)} s`, NO_IPRANGE, "");
  const theirs = runCommand([iprange, ...files, "--compare"], env);
  row(
    what,
    `${seconds.toFixed(2)} s`,
    `iprange --compare ${theirs.seconds.toFixed(2)} s`,
    `x${(seconds / theirs.seconds).toFixed(2)}`,
  );
  const store = new Store(db);
  const rows = await store.read(async ({ connection }) =>
    (
      await connection.runAndReadAll(
        `SELECT f.name, o.name, common4::DOUBLE FROM feed.overlap
         JOIN feed.feed AS f ON f.id = feed_id JOIN feed.feed AS o ON o.id = other_id`,
      )
    ).getRowsJS(),
  );
  await store.close();
  const ours = new Map(rows.map(([a, b, common]) => [`${a} ${b}`, Number(common)]));
  const plain = (path: string): string => basename(path).replace(/\.\w+$/, "");
  let [pairs, wrong] = [0, 0];
  for (const line of theirs.stdout.trim().split("\n")) {
    const cells = line.split(",");
    const [a, b] = [plain(cells[0]!), plain(cells[1]!)];
    pairs++;
    if ((ours.get(`${a} ${b}`) ?? 0) !== Number(cells.at(-1))) wrong++;
  }
  row("overlap, pairs that differ", String(wrong), `of ${pairs} of iprange`, "");
}

/** Half of the addresses are on lists, half are any. */
function questions(files: readonly string[]): string[] {
  const next = random(3);
  const listed = files.flatMap(
    (file) =>
      readFileSync(file, "utf8")
        .match(/^[\d.]+$/gm)
        ?.slice(0, 5000) ?? [],
  );
  return Array.from({ length: ADDRESSES }, (_, i) =>
    i % 2 === 0 && listed.length > 0
      ? listed[Math.floor(next() * listed.length)]!
      : Array.from({ length: 4 }, () => Math.floor(next() * 224)).join("."),
  );
}

async function lookups(db: string, files: readonly string[], env: Environment): Promise<void> {
  const asked = questions(files);
  const one = await timeCalls(async () =>
    runCommand([BINARY, "feeds", "lookup", asked[0]!, "--db", db], env),
  );
  const version = await timeCalls(async () => runCommand([BINARY, "--version"], env));
  row(
    "feeds lookup of one address, cold",
    `${one.p50.toFixed(0)} ms`,
    `--version ${version.p50.toFixed(1)} ms`,
    `x${(one.p50 / version.p50).toFixed(1)}`,
  );
  const store = new Store(db);
  const now = new Date();
  const all = await store.read(async (reading) => {
    await lookup(reading, asked.slice(0, 100), { now });
    const started = performance.now();
    await lookup(reading, asked, { now });
    return (performance.now() - started) / 1000;
  });
  await store.close();
  const patterns = join(db, "../addresses.txt");
  writeFileSync(patterns, `${asked.join("\n")}\n`);
  const grep = runCommand(["grep", "-hFxf", patterns, ...files], { ...env, LC_ALL: "C" }).seconds;
  row(
    `lookup of ${ADDRESSES} addresses, warm`,
    `${all.toFixed(2)} s`,
    `grep -Fxf over the lists ${grep.toFixed(2)} s`,
    `x${(all / grep).toFixed(2)}`,
  );
}

/** What clients ask, beside a round trip that asks nothing. */
async function answers(db: string, files: readonly string[], env: Environment): Promise<void> {
  const client = await connect(db, env);
  const ping = await timeCalls(() => client.ping());
  const asked = questions(files);
  const name = basename(files[0]!).replace(/\.\w+$/, "");
  const calls: [string, string, Record<string, unknown>][] = [
    ["lookup_ip, 1 address", "lookup_ip", { ips: [asked[0]] }],
    ["lookup_ip, 1,000 addresses", "lookup_ip", { ips: asked.slice(0, 1000) }],
    ["find_feeds", "find_feeds", {}],
    ["fetch_analysis of a feed", "fetch_analysis", { type: "feed", name }],
    ["fetch_analysis of a country", "fetch_analysis", { type: "country", name: "US" }],
    ["compose_feeds", "compose_feeds", { expression: `${name} -private -bogons` }],
  ];
  for (const [what, tool, args] of calls) {
    const { p50, worst } = await timeTool(client, tool, args);
    row(
      what,
      `${p50.toFixed(1)} ms`,
      `ping ${ping.p50.toFixed(2)} ms; worst ${worst.toFixed(1)} ms`,
      `x${(p50 / ping.p50).toFixed(0)}`,
    );
  }
  await client.close();
}

/** The two largest lists without what both have. */
function compositions(db: string, files: readonly string[], iprange: string | null, env: Environment): void {
  const [a, b] = files.toSorted((x, y) => statSync(y).size - statSync(x).size);
  const [first, second] = [a!, b!].map((file) => basename(file).replace(/\.\w+$/, ""));
  const ours = runCommand([BINARY, "feeds", "compose", `"${first}" - "${second}"`, "--db", db], env);
  const theirs = iprange === null ? null : runCommand([iprange, a!, "--except", b!], env);
  row(
    "feeds compose, the two largest lists",
    `${(ours.seconds * 1000).toFixed(0)} ms`,
    theirs === null ? NO_IPRANGE : `iprange --except ${(theirs.seconds * 1000).toFixed(0)} ms`,
    theirs === null ? "" : ratio(ours, theirs),
  );
  // The order is the same, but not the spelling of networks, where hosts of a network stand alone.
  if (theirs !== null && theirs.stdout.trim() !== ours.stdout.trim()) console.log("  the two answers differ");
}
