import { UsageError, UserError } from "../../model/errors.ts";
import type { Json } from "../../model/json.ts";
import { addressLines } from "../addresses.ts";
import { csvValue, valueText } from "../cell.ts";
import { defineCommand } from "../command.ts";
import { csvLine } from "../csv.ts";
import { toJson } from "../json.ts";
import { type Format, formatOf, limitOf, limitOption, questionOptions, sumOption } from "../question.ts";
import { bar, table } from "../table.ts";
import { type Look, lookOf, note, stdout } from "../terminal.ts";

const STANDARD_LIMIT = 10;
const BAR_WIDTH = 30;

interface Row {
  value: Json;
  count: number;
}

export default defineCommand({
  command: "topvalues <field> [query..]",
  describe: "The most common values of a field",
  builder: (yargs) =>
    limitOption(
      sumOption(questionOptions(yargs, ["table", "json", "jsonl", "csv", "ip"])),
      `How many values (default ${STANDARD_LIMIT}; 0 for all)`,
    )
      .positional("field", {
        type: "string",
        demandOption: true,
        describe: "What to count: service, product:443, os, country … (gadwall schema lists them)",
      })
      .option("with", {
        type: "string",
        array: true,
        requiresArg: true,
        nargs: 1,
        describe:
          "A further field, whose values are counted together with those of the first; may be repeated",
      })
      .example("$0 topvalues product:443 country:DE", "the products on port 443 in Germany")
      .example("$0 topvalues port:open --with product", "which product on which port")
      .example("$0 topvalues domains:2 --purpose passive --sum", "the domains most often resolved"),
  async run(args) {
    const { ask, filterOf, noteWhyNothing, printExplanation } = await import("../ask.ts");
    const format = formatOf(args);
    const filter = filterOf(args);
    const fields = [args.field, ...(args.with ?? [])];
    if (format === "ip" && fields.length > 1)
      throw new UsageError("-o ip prints addresses only: leave out --with");
    const field = fields.length > 1 ? fields : args.field;
    const options = { field, limit: limitOf(args, STANDARD_LIMIT), sum: args.sum };
    if (args.explain === true) {
      const { explain } = await import("../../query/explain.ts");
      await printExplanation(explain("topvalues", args.purpose, filter, options));
      return 0;
    }
    const { topvalues } = await import("../../query/topvalues.ts");
    await ask(args, async (context) => {
      const { rows, total } = await topvalues(context, args.purpose, filter, options).catch(unnamed);
      await print(fields, rows, format);
      if (format === "table" && total === 0) note("no values");
      if (rows.length < total) note(`${rows.length} of ${total} values; --limit 0 shows all`);
      if (total === 0) await noteWhyNothing(context, args.purpose, filter, field);
    });
    return 0;
  },
});

function print(fields: readonly string[], rows: readonly Row[], format: Format): Promise<void> {
  const objects = rows.map(({ value, count }) => ({ value, count }));
  switch (format) {
    case "json":
      return stdout.line(toJson(objects));
    case "jsonl":
      return stdout.write(objects.map((row) => `${toJson(row)}\n`).join(""));
    case "csv":
      return stdout.write(
        [
          csvLine([...fields, "count"]),
          ...rows.map(({ value, count }) => csvLine([...cellsOf(fields, value).map(csvValue), count])),
        ].join(""),
      );
    case "ip":
      return stdout.write(
        addressLines(
          rows.map(({ value }) => value),
          fields[0]!,
        ),
      );
    case "table":
      return stdout.write(barTable(fields, rows, lookOf(process.stdout)));
  }
}

/** The sentence quotes the field; the tools' argument for several is no option here. */
function unnamed(error: unknown): never {
  if (error instanceof UserError) error.argument = null;
  throw error;
}

/** What stands in a row: of several fields the value of each. */
function cellsOf(fields: readonly string[], value: Json): readonly Json[] {
  return fields.length > 1 && Array.isArray(value) ? value : [value];
}

/** Counts, on a terminal with bars beside them, and values. */
function barTable(fields: readonly string[], rows: readonly Row[], look: Look): string {
  const most = Math.max(0, ...rows.map(({ count }) => count));
  const width = look.width === null ? null : Math.min(BAR_WIDTH, Math.floor(look.width / 3));
  return table(
    [
      { title: "count", align: "right" },
      ...(width === null ? [] : [{ title: "" }]),
      ...fields.map((title) => ({ title })),
    ],
    rows.map(({ value, count }) => [
      String(count),
      ...(width === null ? [] : [bar(count, most, width)]),
      ...cellsOf(fields, value).map(valueText),
    ]),
    look,
  );
}
