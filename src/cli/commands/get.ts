import { UsageError } from "../../model/errors.ts";
import type { Purpose } from "../../model/purpose.ts";
import { addressLines } from "../addresses.ts";
import { cellText, csvValue } from "../cell.ts";
import { defineCommand } from "../command.ts";
import { csvLine } from "../csv.ts";
import { toJson } from "../json.ts";
import { passiveTable } from "../passive-table.ts";
import {
  commaList,
  type Format,
  formatOf,
  integer,
  limitOf,
  limitOption,
  questionOptions,
} from "../question.ts";
import { type HostRecord, hostReport } from "../report.ts";
import { table } from "../table.ts";
import { type Look, lookOf, note, stdout } from "../terminal.ts";
import { valueAt } from "../value-at.ts";

/** Reports are long to read; what programs read is complete. */
const STANDARD_LIMIT: Record<Format, number | null> = {
  table: 10,
  json: null,
  jsonl: null,
  csv: null,
  ip: null,
};

/** What a CSV holds when no fields are asked for. */
const HOST_CSV_FIELDS = [
  "addr",
  "hostnames.name",
  "openports.count",
  "starttime",
  "endtime",
  "source",
  "categories",
];
const PASSIVE_CSV_FIELDS = [
  "addr",
  "targetval",
  "port",
  "recontype",
  "source",
  "sensor",
  "value",
  "count",
  "firstseen",
  "lastseen",
];

export default defineCommand({
  command: "get [query..]",
  describe: "The records that a query matches",
  builder: (yargs) =>
    limitOption(
      questionOptions(yargs, ["table", "json", "jsonl", "csv", "ip"]),
      "How many records (default: 10 as table, else all; 0 for all)",
    )
      .option("skip", { type: "string", requiresArg: true, describe: "Leave out so many records first" })
      .option("sort", {
        type: "string",
        requiresArg: true,
        describe: "Fields to sort by, with commas; ~ before a field turns it round",
      })
      .option("fields", { type: "string", requiresArg: true, describe: "Only these fields, with commas" })
      .example("$0 get net:192.168.1.0/24 port:80", "hosts of a network with port 80 open")
      .example("$0 get port:22 -o ip | nmap -sV -p 22 -iL -", "scan again what has port 22 open")
      .example("$0 get --purpose passive answer:192.0.2.1", "the DNS answers that are an address"),
  async run(args) {
    const { ask, filterOf, noteWhyNothing, printExplanation } = await import("../ask.ts");
    const format = formatOf(args);
    const filter = filterOf(args);
    const asked = commaList(args.fields);
    if (format === "ip" && asked.length > 0)
      throw new UsageError("-o ip prints addresses only: leave out --fields");
    const csvFields = args.purpose === "passive" ? PASSIVE_CSV_FIELDS : HOST_CSV_FIELDS;
    const fields = format === "ip" ? ["addr"] : format === "csv" && asked.length === 0 ? csvFields : asked;
    const sort = commaList(args.sort).map((field) => (field.startsWith("~") ? `-${field.slice(1)}` : field));
    const options = {
      limit: limitOf(args, STANDARD_LIMIT[format]),
      skip: integer("skip", args.skip) ?? 0,
      ...(sort.length > 0 && { sort }),
      ...(fields.length > 0 && { fields }),
    };
    if (args.explain === true) {
      const { explain } = await import("../../query/explain.ts");
      await printExplanation(explain("get", args.purpose, filter, options));
      return 0;
    }
    const { records } = await import("../../query/get.ts");
    const { count } = await import("../../query/count.ts");
    const page = pagePrinter(format, fields, reportOf(args.purpose, asked));
    await ask(args, async (context) => {
      let shown = 0;
      for await (const batch of records(context, args.purpose, filter, options)) {
        await stdout.write(page.records(batch, shown === 0));
        shown += batch.length;
      }
      await stdout.write(page.end(shown));
      if (format === "table" && shown === 0) note("no record matches");
      if (shown === 0 && options.skip === 0) await noteWhyNothing(context, args.purpose, filter);
      if (options.limit === null || shown < options.limit) return;
      const total = await count(context, args.purpose, filter);
      const next = options.skip + shown;
      if (next < total)
        note(`${shown} of ${total} records; --limit 0 shows all, --skip ${next} the next ones`);
    });
    return 0;
  },
});

/** How batches of records become text, so that an answer of any length takes little memory. */
interface PagePrinter {
  records(batch: readonly HostRecord[], first: boolean): string;
  end(count: number): string;
}

/** How a batch of records is written for people. */
type Report = (records: readonly HostRecord[], first: boolean, look: Look) => string;

function reportOf(purpose: Purpose, asked: readonly string[]): Report {
  if (asked.length > 0) return (batch, _first, look) => fieldTable(batch, asked, look);
  if (purpose === "passive") return (batch, _first, look) => passiveTable(batch, look);
  return (batch, first, look) =>
    (first ? "" : "\n") + batch.map((record) => hostReport(record, look)).join("\n");
}

function pagePrinter(format: Format, fields: readonly string[], report: Report): PagePrinter {
  const look = lookOf(process.stdout);
  const none = (): string => "";
  switch (format) {
    case "json":
      return {
        records: (batch, first) => (first ? "[" : ",\n") + batch.map((record) => toJson(record)).join(",\n"),
        end: (count) => (count === 0 ? "[]\n" : "]\n"),
      };
    case "jsonl":
      return { records: (batch) => batch.map((record) => `${toJson(record)}\n`).join(""), end: none };
    case "csv":
      return {
        records: (batch, first) =>
          (first ? csvLine(fields) : "") +
          batch
            .map((record) => csvLine(fields.map((field) => csvValue(valueAt(record, field.split("."))))))
            .join(""),
        end: (count) => (count === 0 ? csvLine(fields) : ""),
      };
    case "ip":
      return {
        records: (batch) =>
          addressLines(
            batch.map((record) => record.addr),
            "addr",
          ),
        end: none,
      };
    case "table":
      return { records: (batch, first) => report(batch, first, look), end: none };
  }
}

/** One line a record, one column a field that was asked for. */
function fieldTable(records: readonly HostRecord[], fields: readonly string[], look: Look): string {
  return table(
    fields.map((title) => ({ title })),
    records.map((record) =>
      fields.map((field) => {
        const value = valueAt(record, field.split("."));
        return Array.isArray(value) ? value.map(cellText).join(", ") : cellText(value);
      }),
    ),
    look,
  );
}
