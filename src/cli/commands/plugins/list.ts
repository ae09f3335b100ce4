import type { Found } from "../../../plugins/load.ts";
import { cellText, csvValue } from "../../cell.ts";
import { defineCommand } from "../../command.ts";
import { csvLine } from "../../csv.ts";
import { outputOption } from "../../feed-options.ts";
import { toJson } from "../../json.ts";
import { pluginFiles, pluginOptions } from "../../plugins.ts";
import { formatOf } from "../../question.ts";
import { table } from "../../table.ts";
import { lookOf, note, stdout } from "../../terminal.ts";

const COLUMNS = ["path", "access", "tools", "filters", "resources", "importers", "problem"] as const;

export default defineCommand({
  command: "list",
  describe: "The plugins that would be loaded, what they bring, and why some are left out",
  builder: (yargs) => pluginOptions(outputOption(yargs, ["table", "json", "jsonl", "csv"])),
  async run(args) {
    const files = pluginFiles(args);
    const found =
      files === null ? [] : (await (await import("../../../plugins/load.ts")).Plugins.look(files)).found;
    const rows = found.map(({ fatal: _, ...row }) => row);
    switch (formatOf(args)) {
      case "json":
        await stdout.line(toJson(rows));
        break;
      case "jsonl":
        await stdout.write(rows.map((row) => `${toJson(row)}\n`).join(""));
        break;
      case "csv":
        await stdout.write([csvLine(COLUMNS), ...rows.map((row) => csvLine(cells(row, csvValue)))].join(""));
        break;
      default:
        if (rows.length === 0) note("there is no plugin: docs/plugins.md tells how to write one");
        else
          await stdout.write(
            table(
              COLUMNS.map((title) => ({ title })),
              rows.map((row) => cells(row, cellText)),
              lookOf(process.stdout),
            ),
          );
    }
    return found.some(({ problem }) => problem !== null) ? 1 : 0;
  },
});

function cells<T>(row: Omit<Found, "fatal">, written: (value: string | boolean | null) => T): T[] {
  return COLUMNS.map((column) => {
    const value = row[column];
    return written(Array.isArray(value) ? value.join(" ") || null : value);
  });
}
