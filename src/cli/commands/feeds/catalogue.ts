import { amount } from "../../../model/amount.ts";
import type { Json } from "../../../model/json.ts";
import { defineCommand } from "../../command.ts";
import { catalogueOf, catalogueOption, outputOption } from "../../feed-options.ts";
import { formatOf } from "../../question.ts";
import { type RowColumn, writeRows } from "../../rows.ts";
import { note } from "../../terminal.ts";

const COLUMNS: readonly RowColumn<Record<string, Json>>[] = [
  { key: "name" },
  { key: "category" },
  { key: "status" },
  { key: "frequency", align: "right" },
  { key: "licence" },
  { key: "maintainer" },
  { key: "source_url" },
];

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
    if (args.check !== true) {
      const { entryOf } = await import("../../../feeds/catalogue/entry.ts");
      await writeRows(args, COLUMNS, feeds.map(entryOf), "the catalogue is empty");
      return 0;
    }
    const { missingFacts } = await import("../../../feeds/catalogue/missing.ts");
    const rows = feeds
      .map((facts) => ({ name: facts.name, missing: missingFacts(facts).join(" ") }))
      .filter(({ missing }) => missing !== "");
    await writeRows(args, [{ key: "name" }, { key: "missing" }], rows, "no fact is missing");
    if (formatOf(args) === "table")
      note(`${rows.length} of ${amount(feeds.length, "feed")} lack a fact; what is missing was not found`);
    return 0;
  },
});
