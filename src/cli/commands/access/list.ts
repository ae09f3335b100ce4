import { cellText, csvValue } from "../../cell.ts";
import { defineCommand } from "../../command.ts";
import { csvLine } from "../../csv.ts";
import { outputOption } from "../../feed-options.ts";
import { toJson } from "../../json.ts";
import { formatOf } from "../../question.ts";
import { configuredAccess, settingsOf } from "../../settings.ts";
import { table } from "../../table.ts";
import { lookOf, note, stdout } from "../../terminal.ts";

const COLUMNS = ["who", "filter", "from", "problem"] as const;

export default defineCommand({
  command: "list",
  describe: "The access filters of the configuration file and those that were set",
  builder: (yargs) => outputOption(yargs, ["table", "json", "jsonl", "csv"]),
  async run(args) {
    const { listFilters } = await import("../../../access/change.ts");
    const rows = listFilters(settingsOf(args).db, configuredAccess(args));
    switch (formatOf(args)) {
      case "json":
        await stdout.line(toJson(rows));
        break;
      case "jsonl":
        await stdout.write(rows.map((row) => `${toJson(row)}\n`).join(""));
        break;
      case "csv":
        await stdout.write(
          [csvLine(COLUMNS), ...rows.map((row) => csvLine(COLUMNS.map((c) => csvValue(row[c]))))].join(""),
        );
        break;
      default:
        if (rows.length === 0) {
          note("no access filter is set: everybody who is let in sees everything; gadwall access set");
          break;
        }
        await stdout.write(
          table(
            COLUMNS.map((title) => ({ title })),
            rows.map((row) => COLUMNS.map((c) => cellText(row[c]))),
            lookOf(process.stdout),
          ),
        );
    }
    return 0;
  },
});
