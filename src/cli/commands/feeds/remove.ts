import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { settingsOf } from "../../settings.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "remove <name>",
  describe: "Remove a feed with all its history",
  builder: (yargs) =>
    yargs
      .positional("name", {
        type: "string",
        demandOption: true,
        describe: "Its name, as gadwall feeds list shows it",
      })
      .option("json", { type: "boolean", describe: "Print what was done as JSON" }),
  async run(args) {
    const { removeFeed } = await import("../../../feeds/remove.ts");
    const removed = await removeFeed(args.name, { db: settingsOf(args).db });
    if (args.json === true) await stdout.line(toJson({ removed }));
    else note(`feed ${removed} is removed`);
    return 0;
  },
});
