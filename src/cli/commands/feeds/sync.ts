import { UsageError } from "../../../model/errors.ts";
import { defineCommand } from "../../command.ts";
import { catalogueOf, catalogueOption, feedLimitsOf, unpackOptions } from "../../feed-options.ts";
import { feedReporter } from "../../feed-progress.ts";
import { toJson } from "../../json.ts";
import { settingsOf } from "../../settings.ts";
import { lookOf, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "sync [name..]",
  describe: "Download feeds from their sources (the only command that uses the network)",
  builder: (yargs) =>
    unpackOptions(catalogueOption(yargs))
      .positional("name", {
        type: "string",
        array: true,
        describe: "Feeds of the catalogue or of your feeds.yaml",
      })
      .option("all", {
        type: "boolean",
        describe: "All feeds that are stored, have a source, and were not looked at within their period",
      })
      .option("force", { type: "boolean", describe: "Also what is not due yet or did not change" })
      .option("allow-private", {
        type: "boolean",
        describe: "Also from this machine and private networks, there by http, too",
      })
      .option("quiet", { alias: "q", type: "boolean", describe: "Tell only what failed" })
      .option("json", { type: "boolean", describe: "Print what was done as one JSON object" })
      .example("$0 feeds sync spamhaus_drop tor_exits", "two feeds by name"),
  async run(args) {
    const names = args.name ?? [];
    if (args.all === true && names.length > 0) throw new UsageError("name feeds or use --all, not both");
    if (args.all !== true && names.length === 0)
      throw new UsageError(
        "say which feeds to download: gadwall feeds sync NAME…, or --all for the stored ones",
      );
    const reporter = feedReporter({
      look: lookOf(process.stderr),
      every: true,
      quiet: args.quiet === true,
      json: args.json === true,
      write: (text) => process.stderr.write(text),
      now: () => performance.now(),
    });
    const { syncFeeds } = await import("../../../feeds/sync.ts");
    const summary = await syncFeeds(
      args.all === true ? "all" : names,
      {
        db: settingsOf(args).db,
        catalogue: await catalogueOf(args),
        limits: await feedLimitsOf(args),
        force: args.force === true,
        allowPrivate: args["allow-private"] === true,
      },
      reporter,
    );
    reporter.end(summary);
    if (args.json === true) {
      const { files, imported, elapsed_ms } = summary;
      await stdout.line(toJson({ files, imported, elapsed_ms: Math.round(elapsed_ms) }));
    }
    return summary.files.some(({ status }) => status === "failed") ? 1 : 0;
  },
});
