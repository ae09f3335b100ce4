import { amount } from "../../model/amount.ts";
import { defineCommand } from "../command.ts";
import { toJson } from "../json.ts";
import { formatOf } from "../question.ts";
import { settingsOf } from "../settings.ts";
import { note, stdout } from "../terminal.ts";

export default defineCommand({
  command: "view <action>",
  describe: "Rebuild the view (gadwall view rebuild); imports keep it up to date by themselves",
  builder: (yargs) =>
    yargs
      .positional("action", { choices: ["rebuild"] as const, demandOption: true, describe: "What to do" })
      .option("output", {
        alias: "o",
        choices: ["table", "json"],
        requiresArg: true,
        describe: "How to write what was done (default: table, a line on standard error)",
      })
      .option("json", { type: "boolean", describe: "The same as -o json" }),
  async run(args) {
    const json = formatOf(args) === "json";
    const { rebuildView } = await import("../../view/rebuild.ts");
    const { db, ...options } = settingsOf(args);
    const hosts = await rebuildView(db, options);
    if (json) await stdout.line(toJson({ hosts }));
    else note(`the view is rebuilt: ${amount(hosts, "host")}`);
    return 0;
  },
});
