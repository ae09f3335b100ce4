import { defineCommand } from "../command.ts";
import { settingsOf } from "../settings.ts";
import { note } from "../terminal.ts";

export default defineCommand({
  command: "view <action>",
  describe: "Rebuild the view (gadwall view rebuild); imports keep it up to date by themselves",
  builder: (yargs) =>
    yargs.positional("action", { choices: ["rebuild"] as const, demandOption: true, describe: "What to do" }),
  async run(args) {
    const { rebuildView } = await import("../../view/rebuild.ts");
    const { db, geo } = settingsOf(args);
    const hosts = await rebuildView(db, { geo });
    note(`the view is rebuilt: ${hosts} hosts`);
    return 0;
  },
});
