import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { configuredAccess, settingsOf } from "../../settings.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "set <who> <filter>",
  describe: "Let somebody see only the records for which a filter holds",
  builder: (yargs) =>
    yargs
      .positional("who", {
        type: "string",
        demandOption: true,
        describe: "An e-mail address, @example.org, group:NAME, default or anonymous",
      })
      .positional("filter", {
        type: "string",
        demandOption: true,
        describe: "full, noaccess, or a query such as 'category:LAN'",
      })
      .option("json", { type: "boolean", describe: "Print what was done as JSON" }),
  async run(args) {
    const { readKey } = await import("../../../access/rules.ts");
    const { isOverruled, storeFilter } = await import("../../../access/change.ts");
    const who = readKey(args.who);
    const filter = args.filter.trim();
    const { hidden, nobody } = await storeFilter(settingsOf(args).db, who, filter);
    const overruled = isOverruled(configuredAccess(args), who);
    if (args.json === true) {
      await stdout.line(toJson({ who, filter, hidden, nobody, overruled }));
      return 0;
    }
    note(`the access filter of ${who} is ${filter}`);
    if (overruled) note(`it counts for nothing: the configuration file has another one for ${who}`);
    if (nobody) note("it is for nobody yet: there is no such user (gadwall user list)");
    if (hidden.length > 0) note(`it means nothing to ${hidden.join(" and ")}: nothing is shown of that`);
    return 0;
  },
});
