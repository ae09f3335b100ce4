import { cellText, csvValue } from "../../cell.ts";
import { defineCommand } from "../../command.ts";
import { csvLine } from "../../csv.ts";
import { outputOption } from "../../feed-options.ts";
import { toJson } from "../../json.ts";
import { formatOf } from "../../question.ts";
import { table } from "../../table.ts";
import { lookOf, note, stdout } from "../../terminal.ts";

const COLUMNS = [
  "name",
  "category",
  "health",
  "ips4",
  "ranges6",
  "entries",
  "source_date",
  "official_name",
  "maintainer",
] as const;
const NUMBERS: ReadonlySet<string> = new Set(["ips4", "ranges6", "entries"]);

export default defineCommand({
  command: "list",
  describe: "The feeds that are stored",
  builder: (yargs) => outputOption(yargs, ["table", "json", "jsonl", "csv"]),
  async run(args) {
    const { readFeeds } = await import("../../read-feeds.ts");
    const { listFeeds } = await import("../../../feeds/browse.ts");
    const rows = await readFeeds(args, ({ connection }) => listFeeds(connection, new Date()));
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
          note("no feed is stored yet: gadwall feeds import PATH");
          break;
        }
        await stdout.write(
          table(
            COLUMNS.map((title) => ({
              title: title.replace("_", " "),
              align: NUMBERS.has(title) ? "right" : "left",
            })),
            rows.map((row) =>
              COLUMNS.map((c) => (c === "source_date" ? (row[c]?.slice(0, 10) ?? "-") : cellText(row[c]))),
            ),
            lookOf(process.stdout),
          ),
        );
    }
    return 0;
  },
});
