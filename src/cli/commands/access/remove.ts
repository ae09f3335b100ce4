import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { settingsOf } from "../../settings.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "remove <who>",
  describe: "Remove an access filter that was set",
  builder: (yargs) =>
    yargs
      .positional("who", {
        type: "string",
        demandOption: true,
        describe: "Whose, as gadwall access list shows it",
      })
      .option("json", { type: "boolean", describe: "Print what was done as JSON" }),
  async run(args) {
    const { readKey } = await import("../../../access/rules.ts");
    const { removeFilter } = await import("../../../access/change.ts");
    const who = readKey(args.who);
    removeFilter(settingsOf(args).db, who);
    if (args.json === true) await stdout.line(toJson({ removed: who }));
    else note(`the access filter of ${who} is removed`);
    return 0;
  },
});
