import type { Json } from "../../model/json.ts";
import { addressLines } from "../addresses.ts";
import { csvValue, valueText } from "../cell.ts";
import { defineCommand } from "../command.ts";
import { csvLine } from "../csv.ts";
import { toJson } from "../json.ts";
import { type Format, formatOf, limitOf, limitOption, questionOptions } from "../question.ts";
import { note, stdout } from "../terminal.ts";

export default defineCommand({
  command: "distinct <field> [query..]",
  describe: "The different values of a field",
  builder: (yargs) =>
    limitOption(
      questionOptions(yargs, ["table", "json", "jsonl", "csv", "ip"]),
      "How many values (default: all)",
    )
      .positional("field", {
        type: "string",
        demandOption: true,
        describe: "A field path such as ports.service_product (gadwall schema lists them)",
      })
      .example("$0 distinct addr port:22 -o ip", "addresses with port 22 open, for nmap -iL"),
  async run(args) {
    const { ask, filterOf, noteWhyNothing, printExplanation } = await import("../ask.ts");
    const format = formatOf(args);
    const filter = filterOf(args);
    const options = { field: args.field, limit: limitOf(args, null) };
    if (args.explain === true) {
      const { explain } = await import("../../query/explain.ts");
      await printExplanation(explain("distinct", args.purpose, filter, options));
      return 0;
    }
    const { distinct } = await import("../../query/distinct.ts");
    await ask(args, async (context) => {
      const { values, total } = await distinct(context, args.purpose, filter, options);
      await print(args.field, values, format);
      if (format === "table" && total === 0) note("no values");
      if (values.length < total) note(`${values.length} of ${total} values; --limit 0 shows all`);
      if (total === 0) await noteWhyNothing(context, args.purpose, filter, args.field);
    });
    return 0;
  },
});

function print(field: string, values: readonly Json[], format: Format): Promise<void> {
  switch (format) {
    case "json":
      return stdout.line(toJson(values));
    case "jsonl":
      return stdout.write(values.map((value) => `${toJson(value)}\n`).join(""));
    case "csv":
      return stdout.write([csvLine([field]), ...values.map((value) => csvLine([csvValue(value)]))].join(""));
    case "ip":
      return stdout.write(addressLines(values, field));
    case "table":
      return stdout.write(values.map((value) => `${valueText(value)}\n`).join(""));
  }
}
