import type { Found } from "../../../plugins/load.ts";
import { oneLine } from "../../cell.ts";
import { defineCommand } from "../../command.ts";
import { outputOption } from "../../feed-options.ts";
import { pluginFiles, pluginOptions } from "../../plugins.ts";
import { type RowColumn, writeRows } from "../../rows.ts";

type Row = Omit<Found, "fatal">;

const COLUMNS: readonly RowColumn<Row>[] = [
  { key: "path" },
  { key: "access" },
  { key: "tools", text: ({ tools }) => words(tools) },
  { key: "filters", text: ({ filters }) => words(filters) },
  { key: "resources", text: ({ resources }) => words(resources) },
  { key: "importers", text: ({ importers }) => words(importers) },
  { key: "problem" },
];

export default defineCommand({
  command: "list",
  describe: "The plugins that would be loaded, what they bring, and why some are left out",
  builder: (yargs) => pluginOptions(outputOption(yargs, ["table", "json", "jsonl", "csv"])),
  async run(args) {
    const files = pluginFiles(args);
    const found =
      files === null ? [] : (await (await import("../../../plugins/load.ts")).Plugins.look(files)).found;
    const rows = found.map(({ fatal: _, ...row }): Row => row);
    await writeRows(args, COLUMNS, rows, "there is no plugin: docs/plugins.md tells how to write one");
    return found.some(({ problem }) => problem !== null) ? 1 : 0;
  },
});

function words(names: readonly string[]): string {
  return oneLine(names.join(" ")) || "-";
}
