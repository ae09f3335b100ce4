import { UsageError } from "../../model/errors.ts";
import { defineCommand } from "../command.ts";
import { limitsOf, parseTag } from "../import-options.ts";
import { importReporter } from "../import-progress.ts";
import { toJson } from "../json.ts";
import { loadedPlugins, pluginOptions } from "../plugins.ts";
import { commaList, once } from "../question.ts";
import { settingsOf } from "../settings.ts";
import { lookOf, stdout } from "../terminal.ts";

export default defineCommand({
  command: "import <path..>",
  describe: "Store scan files; the view is brought up to date at once",
  builder: (yargs) =>
    pluginOptions(yargs)
      .positional("path", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "Files (nmap XML, also .gz .bz2 .xz .zst), folders, globs, or - for standard input",
      })
      .option("source", {
        type: "string",
        requiresArg: true,
        describe: "Name of the place the scan was made from",
      })
      .option("sensor", {
        type: "string",
        requiresArg: true,
        describe: "Name of the sensor, for passive observations",
      })
      .option("ignore", {
        type: "string",
        requiresArg: true,
        describe: "File with networks whose observations are left out (docs/inputs.md)",
      })
      .option("category", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "Categories, with commas",
      })
      .option("tag", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "Tag for every host: VALUE[:TYPE[:INFO]]; may be repeated",
      })
      .option("quiet", { alias: "q", type: "boolean", describe: "No progress" })
      .option("json", { type: "boolean", describe: "Print what was done as one JSON object" })
      .option("test", { type: "boolean", describe: "Print the records as JSON lines and store nothing" })
      .option("force", {
        type: "boolean",
        describe: "Import again what is stored already, replacing its records",
      })
      .option("max-depth", limit("How deep a document may nest"))
      .option("max-attribute", limit("How many characters one tag or text may have"))
      .option("max-host-size", limit("How many characters one host may have"))
      .option("max-hosts", limit("How many hosts one file may have"))
      .option("max-size", limit("How many bytes one file may have when unpacked"))
      .option("max-ratio", limit("How many times bigger a file may get when unpacked"))
      .example(
        "$0 import scan.xml more/*.xml --source office --category LAN",
        "three words about where it comes from",
      ),
  async run(args) {
    if (args.test === true && args.json === true)
      throw new UsageError("--test prints the records themselves: leave out --json");
    const { DEFAULT_LIMITS } = await import("../../ingest/limits.ts");
    const ignore = once("ignore", args.ignore);
    const { readIgnore } = await import("../../load/ignore.ts");
    const options = {
      ...settingsOf(args),
      source: once("source", args.source),
      sensor: once("sensor", args.sensor),
      ignore: ignore === undefined ? undefined : readIgnore(ignore),
      categories: [...new Set(commaList(args.category))].sort(),
      tags: (args.tag ?? []).map(parseTag),
      test: args.test === true,
      force: args.force === true,
      limits: limitsOf(args, DEFAULT_LIMITS),
      formats: (await loadedPlugins(args))?.formats,
    };
    const reporter = importReporter({
      look: lookOf(process.stderr),
      quiet: args.quiet === true,
      json: args.json === true,
      write: (text) => process.stderr.write(text),
      now: () => performance.now(),
    });
    const { importFiles } = await import("../../load/import.ts");
    const summary = await importFiles(args.path, options, reporter);
    reporter.end(summary);
    if (args.json === true) await stdout.line(toJson(jsonSummary(summary)));
    return summary.files.some(({ status }) => status === "failed") ? 1 : 0;
  },
});

/** Exactly the promised members, whatever the pipeline adds to its results. */
function jsonSummary(summary: {
  files: readonly {
    path: string;
    format: string | null;
    sha256: string | null;
    status: string;
    hosts: number;
    observations: number;
    message: string | null;
  }[];
  hosts: number;
  observations: number;
  elapsed_ms: number;
}) {
  return {
    files: summary.files.map(({ path, format, sha256, status, hosts, observations, message }) => ({
      path,
      format,
      sha256,
      status,
      hosts,
      observations,
      message,
    })),
    hosts: summary.hosts,
    observations: summary.observations,
    elapsed_ms: Math.round(summary.elapsed_ms),
  };
}

function limit(describe: string) {
  return { type: "string", requiresArg: true, describe, group: "Limits:" } as const;
}
