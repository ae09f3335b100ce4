import { UsageError } from "../../model/errors.ts";
import { cellText, csvValue } from "../cell.ts";
import { defineCommand } from "../command.ts";
import { csvLine } from "../csv.ts";
import { toJson } from "../json.ts";
import { formatOf } from "../question.ts";
import { settingsOf } from "../settings.ts";
import { table } from "../table.ts";
import { lookOf, note, stdout } from "../terminal.ts";
import { NO_ID } from "../usage-message.ts";

export default defineCommand({
  command: "imports <action> [id]",
  describe: "List what was imported, or undo one import",
  builder: (yargs) =>
    yargs
      .positional("action", {
        choices: ["list", "remove"] as const,
        demandOption: true,
        describe: "What to do",
      })
      .positional("id", { type: "string", describe: "The import to remove (its number in the list)" })
      .option("output", {
        alias: "o",
        choices: ["table", "json", "jsonl", "csv"],
        requiresArg: true,
        describe: "How to write the list, or what was removed (default: table)",
      })
      .option("json", { type: "boolean", describe: "The same as -o json" }),
  async run(args) {
    if (args.action === "remove") {
      const format = formatOf(args);
      if (format !== "table" && format !== "json" && format !== "jsonl")
        throw new UsageError(`gadwall imports remove has nothing to write as ${format}: use -o json`);
      if (args.id === undefined)
        throw new UsageError(
          "say which import to remove: gadwall imports remove ID, with the number that gadwall imports list shows",
        );
      if (!/^\d{1,9}$/.test(args.id)) throw new UsageError(NO_ID);
      const { removeImport } = await import("../../load/imports.ts");
      const { db, ...options } = settingsOf(args);
      await removeImport(db, Number(args.id), options);
      if (format === "table") note(`import ${Number(args.id)} is removed`);
      else await stdout.line(toJson({ removed: Number(args.id) }));
      return 0;
    }
    if (args.id !== undefined) throw new UsageError("gadwall imports list takes no number");
    const { readStore } = await import("../read-store.ts");
    const { listImports } = await import("../../load/imports.ts");
    const rows = await readStore(args, listImports);
    const columns = [
      "id",
      "imported_at",
      "status",
      "hosts",
      "source",
      "categories",
      "path",
      "start",
      "args",
    ] as const;
    switch (formatOf(args)) {
      case "json":
        await stdout.line(toJson(rows));
        break;
      case "jsonl":
        await stdout.write(rows.map((row) => `${toJson(row)}\n`).join(""));
        break;
      case "csv":
        await stdout.write(
          [csvLine(columns), ...rows.map((row) => csvLine(columns.map((c) => csvValue(row[c]))))].join(""),
        );
        break;
      default: {
        const look = lookOf(process.stdout);
        // A terminal has room for what one looks for first; all is in -o json.
        const shown = look.width === null ? columns : columns.slice(0, columns.indexOf("start"));
        await stdout.write(
          table(
            shown.map((title) => ({ title, align: title === "id" || title === "hosts" ? "right" : "left" })),
            rows.map((row) =>
              shown.map((c) => (c === "categories" ? row[c].join(",") || "-" : cellText(row[c]))),
            ),
            look,
          ),
        );
      }
    }
    return 0;
  },
});
