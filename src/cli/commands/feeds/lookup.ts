import type { Listing, LookedUp, NotKnown } from "../../../feeds/lookup.ts";
import { amount } from "../../../model/amount.ts";
import { UsageError, usage } from "../../../model/errors.ts";
import { cellText } from "../../cell.ts";
import { defineCommand } from "../../command.ts";
import { csvLine } from "../../csv.ts";
import { outputOption } from "../../feed-options.ts";
import { toJson } from "../../json.ts";
import { type Format, formatOf, once } from "../../question.ts";
import { distinctAddresses, wordsOf } from "../../stdin-addresses.ts";
import { fit, TableInParts } from "../../table.ts";
import { lookOf, note, stdout } from "../../terminal.ts";

/** A table's first rows, which decide how wide its columns are. */
const FIRST_ROWS = 1000;
/** Names of systems may be long; a table shows so much of them. */
const SYSTEM_WIDTH = 32;

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
    const { lookupAll, notKnownThen, readTarget } = await import("../../../feeds/lookup.ts");
    const { readFeeds } = await import("../../read-feeds.ts");
    const now = new Date();
    const options = { now, at: usage(() => timeArgument(once("at", args.at), now)) };
    const words = args.address ?? [];
    const piped = args.extract === true || words.length === 0 || words.includes("-");
    if (args.extract === true && words.some((word) => word !== "-"))
      throw new UsageError("--extract reads standard input: gadwall feeds lookup --extract < FILE");
    if (piped && process.stdin.isTTY)
      throw new UsageError("say what to look up: gadwall feeds lookup ADDRESS…, or pipe addresses into it");
    const printer = new Printer(formatOf(args), !piped || args.all === true);
    const named = words.filter((word) => word !== "-");
    usage(() => named.forEach(readTarget));
    const refused = { words: 0, first: "" };
    const targets = async function* (): AsyncGenerator<string> {
      yield* named;
      if (args.extract === true) yield* await distinctAddresses(process.stdin);
      else if (piped) {
        for await (const word of wordsOf(process.stdin)) {
          if (isTarget(word, readTarget)) yield word;
          else if (refused.words++ === 0) refused.first = word.slice(0, 40);
        }
      }
    };
    let asked = 0;
    const notKnown = await readFeeds(args, async (reading) => {
      if (!reading.feedsAsOf) note("no feeds imported yet: gadwall feeds import PATH");
      const missing = await notKnownThen(reading, options);
      for await (const found of lookupAll(reading, targets(), options)) {
        asked += found.length;
        await printer.print(found, missing);
      }
      return missing;
    });
    await printer.end();
    if (refused.words > 0)
      note(
        `passed over, being no addresses: ${amount(refused.words, "word")} such as “${cellText(refused.first)}”`,
      );
    if (notKnown !== null) note(notKnown.sentence);
    if (piped || printer.listed === 0) note(`${printer.listed} of ${asked} listed`);
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

function day(milliseconds: number | null): string {
  return milliseconds === null ? "-" : new Date(milliseconds).toISOString().slice(0, 10);
}

type Cells = (string | number | null)[];

/** Prints as it goes; a table's first rows are kept until there are enough to say how wide its columns are. */
class Printer {
  /** How many of what was looked up is listed. */
  listed = 0;
  readonly #format: Format;
  readonly #all: boolean;
  readonly #table = new TableInParts(
    COLUMNS.map((title) => ({
      title: title.replace("_", " "),
      align: title === "weight" ? "right" : "left",
    })),
    lookOf(process.stdout),
  );
  #rows: string[][] = [];
  #begun = false;

  constructor(format: Format, all: boolean) {
    this.#format = format;
    this.#all = all;
  }

  async print(found: readonly LookedUp[], notKnown: NotKnown | null): Promise<void> {
    const listed = found.filter(({ listings }) => listings.length > 0);
    this.listed += listed.length;
    const shown = this.#all ? found : listed;
    switch (this.#format) {
      case "json":
      case "jsonl": {
        const { lookedUpJson } = await import("../../../feeds/answers.ts");
        const texts = shown.map((one) => toJson(lookedUpJson(one, notKnown)));
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
        for (const one of shown) for (const row of rowsOf(one)) this.#rows.push(cellsOf(row));
        if (this.#begun || this.#rows.length >= FIRST_ROWS) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length > 0) await stdout.write(this.#table.part(rows));
    this.#begun = true;
  }

  async end(): Promise<void> {
    if (this.#format === "json") await stdout.write(this.#begun ? "]\n" : "[]\n");
    if (this.#format === "table") await this.#flush();
  }
}

function cellsOf(row: Cells): string[] {
  return row.map((cell, i) => (COLUMNS[i] === "as" ? fit(cellText(cell), SYSTEM_WIDTH) : cellText(cell)));
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
