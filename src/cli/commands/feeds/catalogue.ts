import { amount } from "../../../model/amount.ts";
import { cellText, csvValue } from "../../cell.ts";
import { defineCommand } from "../../command.ts";
import { csvLine } from "../../csv.ts";
import { catalogueOf, catalogueOption, outputOption } from "../../feed-options.ts";
import { toJson } from "../../json.ts";
import { formatOf } from "../../question.ts";
import { table } from "../../table.ts";
import { lookOf, note, stdout } from "../../terminal.ts";

const COLUMNS = ["name", "category", "status", "frequency", "licence", "maintainer", "source_url"] as const;

export default defineCommand({
  command: "catalogue",
  describe: "The feeds that are known, whether stored or not; --check: what is not known of them",
  builder: (yargs) =>
    outputOption(catalogueOption(yargs), ["table", "json", "jsonl", "csv"]).option("check", {
      type: "boolean",
      describe: "List the facts that are missing, feed by feed",
    }),
  async run(args) {
    const feeds = [...(await catalogueOf(args)).values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { missingFacts } = await import("../../../feeds/catalogue/missing.ts");
    const { entryOf } = await import("../../../feeds/catalogue/entry.ts");
    const rows =
      args.check === true
        ? feeds
            .map((facts) => ({ name: facts.name, missing: missingFacts(facts).join(" ") }))
            .filter(({ missing }) => missing !== "")
        : feeds.map(entryOf);
    const columns: readonly string[] = args.check === true ? ["name", "missing"] : COLUMNS;
    const values = rows.map((row) => new Map(Object.entries(row)));
    switch (formatOf(args)) {
      case "json":
        await stdout.line(toJson(rows));
        break;
      case "jsonl":
        await stdout.write(rows.map((row) => `${toJson(row)}\n`).join(""));
        break;
      case "csv":
        await stdout.write(
          [csvLine(columns), ...values.map((row) => csvLine(columns.map((c) => csvValue(row.get(c)))))].join(
            "",
          ),
        );
        break;
      default:
        await stdout.write(
          table(
            columns.map((title) => ({ title, align: title === "frequency" ? "right" : "left" })),
            values.map((row) => columns.map((c) => cellText(row.get(c)))),
            lookOf(process.stdout),
          ),
        );
        if (args.check === true)
          note(
            `${rows.length} of ${amount(feeds.length, "feed")} lack a fact; what is missing was not found`,
          );
    }
    return 0;
  },
});
