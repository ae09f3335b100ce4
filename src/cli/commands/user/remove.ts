import { withAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { settingsOf } from "../../settings.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "remove <email>",
  describe: "Remove a user with keys, OAuth tokens and sessions",
  builder: (yargs) =>
    yargs
      .positional("email", { type: "string", demandOption: true, describe: "The user" })
      .option("json", { type: "boolean", describe: "Print what was done as JSON" }),
  async run(args) {
    const { email, isLast } = await withAccounts(args, (accounts) => {
      const { email } = accounts.getUser(args.email);
      accounts.removeUser(email);
      return { email, isLast: !accounts.hasUsers() };
    });
    const { hasFilter } = await import("../../../access/change.ts");
    if (args.json === true) await stdout.line(toJson({ removed: email }));
    else note(`user ${email} is removed`);
    if (hasFilter(settingsOf(args).db, email))
      note(
        `the access filter of ${email} stays, for whoever has this address next: gadwall access remove ${email}`,
      );
    if (isLast)
      note("no user is left: a server on this machine's loopback will let in everybody once restarted");
    return 0;
  },
});
