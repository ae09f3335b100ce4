import type { Listing, LookedUp } from "../../../feeds/lookup.ts";
import { amount } from "../../../model/amount.ts";
import { UsageError, UserError } from "../../../model/errors.ts";
import { cellText } from "../../cell.ts";
import { defineCommand } from "../../command.ts";
import { csvLine } from "../../csv.ts";
import { outputOption } from "../../feed-options.ts";
import { toJson } from "../../json.ts";
import { type Format, formatOf, once } from "../../question.ts";
import { distinctAddresses, wordsOf } from "../../stdin-addresses.ts";
import { table } from "../../table.ts";
import { lookOf, note, stdout } from "../../terminal.ts";

/** As many are looked up and printed at once: more are hardly faster and take memory. */
const BATCH = 10_000;

const COLUMNS = [
  "address",
  "country",
  "as",
  "feed",
  "category",
  "since",
  "health",
  "list_of",
  "weight",
  "from",
];

export default defineCommand({
  command: "lookup [address..]",
  describe: "Which feeds list addresses or networks, since when; exit code 1 when none does",
  builder: (yargs) =>
    outputOption(yargs, ["table", "json", "jsonl", "csv"])
      .positional("address", {
        type: "string",
        array: true,
        describe: "IPv4 or IPv6 addresses, networks (CIDR); none or - reads them from standard input",
      })
      .option("extract", {
        type: "boolean",
        describe: "Standard input is any text, such as a log: look up each address in it",
      })
      .option("at", {
        type: "string",
        requiresArg: true,
        describe: "What was listed then (2026-01-31, or a time in UTC) instead of now",
      })
      .option("all", { type: "boolean", describe: "Of standard input, print also what no feed lists" })
      .example("$0 feeds lookup 192.0.2.1 2001:db8::/32", "an address and a network")
      .example("$0 feeds lookup --extract < access.log", "whoever came by, if listed"),
  async run(args) {
    const { timeArgument } = await import("../../../feeds/time-argument.ts");
    const { beforeHistory, lookup, readTarget } = await import("../../../feeds/lookup.ts");
    const { readFeeds } = await import("../../read-feeds.ts");
    const options = { now: new Date(), at: timeArgument(once("at", args.at)) };
    const words = args.address ?? [];
    const piped = args.extract === true || words.length === 0 || words.includes("-");
    if (args.extract === true && words.some((word) => word !== "-"))
      throw new UsageError("--extract reads standard input: leave out the addresses");
    if (piped && process.stdin.isTTY)
      throw new UsageError("say what to look up: gadwall feeds lookup ADDRESS…, or pipe addresses into it");
    const printer = new Printer(formatOf(args), !piped || args.all === true);
    let queries = words.filter((word) => word !== "-");
    usage(() => queries.forEach(readTarget));
    const refused: string[] = [];
    if (args.extract === true) queries = await distinctAddresses(process.stdin);
    else if (piped) {
      for await (const word of wordsOf(process.stdin)) {
        if (isTarget(word, readTarget)) queries.push(word);
        else refused.push(word);
      }
    }
    const remark = await readFeeds(args, async (reading) => {
      if (!reading.feedsAsOf) note("no feeds imported yet: gadwall feeds import PATH");
      for (let at = 0; at < queries.length; at += BATCH)
        await printer.print(await lookup(reading, queries.slice(at, at + BATCH), options));
      return beforeHistory(reading, options);
    });
    await printer.end();
    if (refused.length > 0)
      note(
        `passed over, being no addresses: ${amount(refused.length, "word")} such as “${cellText(refused[0]!.slice(0, 40))}”`,
      );
    if (remark !== null) note(remark);
    if (piped || printer.listed === 0) note(`${printer.listed} of ${queries.length} listed`);
    return printer.listed > 0 ? 0 : 1;
  },
});

function isTarget(word: string, read: (word: string) => unknown): boolean {
  try {
    read(word);
    return true;
  } catch {
    return false;
  }
}

/** What is wrong on the command line itself. */
function usage(read: () => void): void {
  try {
    read();
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
}

function day(milliseconds: number | null): string {
  return milliseconds === null ? "-" : new Date(milliseconds).toISOString().slice(0, 10);
}

type Cells = (string | number | null)[];

/** Prints as it goes; a table is aligned as a whole, so that is kept until the end. */
class Printer {
  /** How many of what was looked up is listed. */
  listed = 0;
  readonly #format: Format;
  readonly #all: boolean;
  #rows: string[][] = [];
  #begun = false;

  constructor(format: Format, all: boolean) {
    this.#format = format;
    this.#all = all;
  }

  async print(found: readonly LookedUp[]): Promise<void> {
    const listed = found.filter(({ listings }) => listings.length > 0);
    this.listed += listed.length;
    const shown = this.#all ? found : listed;
    switch (this.#format) {
      case "json":
      case "jsonl": {
        const { lookedUpJson } = await import("../../../feeds/answers.ts");
        const texts = shown.map((one) => toJson(lookedUpJson(one)));
        if (this.#format === "jsonl") return stdout.write(texts.map((text) => `${text}\n`).join(""));
        if (texts.length === 0) return;
        await stdout.write(`${this.#begun ? ",\n" : "["}${texts.join(",\n")}`);
        this.#begun = true;
        return;
      }
      case "csv":
        if (!this.#begun) await stdout.write(csvLine(COLUMNS));
        this.#begun = true;
        return stdout.write(shown.flatMap(rowsOf).map(csvLine).join(""));
      default:
        this.#rows.push(...shown.flatMap(rowsOf).map((row) => row.map(cellText)));
    }
  }

  async end(): Promise<void> {
    if (this.#format === "json") await stdout.write(this.#begun ? "]\n" : "[]\n");
    if (this.#format !== "table" || this.#rows.length === 0) return;
    await stdout.write(
      table(
        COLUMNS.map((title) => ({
          title: title.replace("_", " "),
          align: title === "weight" ? "right" : "left",
        })),
        this.#rows,
        lookOf(process.stdout),
      ),
    );
  }
}

/** A row a listing; one without a feed for what is on none. */
function rowsOf(found: LookedUp): Cells[] {
  const place: Cells = [found.target, found.country?.code ?? null, systemOf(found)];
  if (found.listings.length === 0) return [[...place, ...COLUMNS.slice(3).map(() => null)]];
  return found.listings.map((listing) => [...place, ...listingCells(listing, found.addresses)]);
}

function systemOf({ as }: LookedUp): string | null {
  return as === null ? null : `AS${as.num} ${as.name ?? ""}`.trim();
}

function listingCells({ feed, since, orEarlier, addresses, inputs, weight }: Listing, of: bigint): Cells {
  const part = addresses < of ? ` (${addresses} of ${of})` : "";
  return [
    feed.name + part,
    feed.category,
    `${orEarlier ? "by " : ""}${day(since)}`,
    feed.health,
    day(feed.sourceDate),
    weight,
    inputs === null || inputs.length === 0 ? null : inputs.map(({ name }) => name).join(" "),
  ];
}
