import { defineCommand } from "../../command.ts";
import { outputOption } from "../../feed-options.ts";
import { writeRows } from "../../rows.ts";
import { configuredAccess, settingsOf } from "../../settings.ts";

export default defineCommand({
  command: "list",
  describe: "The access filters of the configuration file and those that were set",
  builder: (yargs) => outputOption(yargs, ["table", "json", "jsonl", "csv"]),
  async run(args) {
    const { listFilters } = await import("../../../access/change.ts");
    await writeRows(
      args,
      [{ key: "who" }, { key: "filter" }, { key: "from" }, { key: "problem" }],
      listFilters(settingsOf(args).db, configuredAccess(args)),
      "no access filter is set: everybody who is let in sees everything; gadwall access set",
    );
    return 0;
  },
});
