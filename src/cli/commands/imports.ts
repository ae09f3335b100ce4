import type { ImportRow } from "../../load/imports.ts";
import { UsageError } from "../../model/errors.ts";
import { oneLine } from "../cell.ts";
import { defineCommand } from "../command.ts";
import { toJson } from "../json.ts";
import { formatOf } from "../question.ts";
import { type RowColumn, writeRows } from "../rows.ts";
import { settingsOf } from "../settings.ts";
import { note, stdout } from "../terminal.ts";
import { NO_ID } from "../usage-message.ts";

const COLUMNS: readonly RowColumn<ImportRow>[] = [
  { key: "id", align: "right" },
  { key: "imported_at" },
  { key: "status" },
  { key: "hosts", align: "right" },
  { key: "source" },
  { key: "categories", text: ({ categories }) => oneLine(categories.join(",")) || "-" },
  { key: "path" },
  { key: "start", wide: true },
  { key: "args", wide: true },
];

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
    // An empty list says so itself.
    const rows = await readStore(args, listImports, () => false);
    await writeRows(args, COLUMNS, rows, "nothing was imported yet: gadwall import FILE");
    return 0;
  },
});
