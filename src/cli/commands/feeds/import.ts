import { defineCommand } from "../../command.ts";
import { catalogueOf, catalogueOption, feedLimitsOf, unpackOptions } from "../../feed-options.ts";
import { feedReporter } from "../../feed-progress.ts";
import { toJson } from "../../json.ts";
import { once } from "../../question.ts";
import { settingsOf } from "../../settings.ts";
import { lookOf, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "import <path..>",
  describe: "Store lists of addresses: folders of .ipset and .netset files, single lists of any name",
  builder: (yargs) =>
    unpackOptions(catalogueOption(yargs))
      .positional("path", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "Folders (a clone of blocklist-ipsets), files (also .gz .bz2 .xz .zst), globs, or -",
      })
      .option("name", {
        type: "string",
        requiresArg: true,
        describe: "Name of the feed, for a single list (default: the name of the file)",
      })
      .option("column", {
        type: "string",
        requiresArg: true,
        describe: "Where the addresses stand: a column of CSV (number or name), a path in JSON",
      })
      .option("quiet", { alias: "q", type: "boolean", describe: "Tell only what failed" })
      .option("json", { type: "boolean", describe: "Print what was done as one JSON object" })
      .example("$0 feeds import blocklist-ipsets/", "a clone of FireHOL's repository")
      .example("$0 feeds import scanners.csv --column ip --name our_scanners", "one list of your own"),
  async run(args) {
    const reporter = feedReporter({
      look: lookOf(process.stderr),
      quiet: args.quiet === true,
      json: args.json === true,
      write: (text) => process.stderr.write(text),
      now: () => performance.now(),
    });
    const { importFeeds } = await import("../../../feeds/import.ts");
    const summary = await importFeeds(
      args.path,
      {
        db: settingsOf(args).db,
        catalogue: await catalogueOf(args),
        limits: await feedLimitsOf(args),
        name: once("name", args.name),
        column: once("column", args.column),
      },
      reporter,
    );
    reporter.end(summary);
    if (args.json === true) {
      const { files, imported, passedOver, elapsed_ms } = summary;
      await stdout.line(
        toJson({ files, imported, passed_over: passedOver, elapsed_ms: Math.round(elapsed_ms) }),
      );
    }
    return summary.files.some(({ status }) => status === "failed") ? 1 : 0;
  },
});
