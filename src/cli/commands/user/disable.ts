import { amount } from "../../../model/amount.ts";
import { withAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "disable <email>",
  describe: "Shut a user out at once: keys, OAuth tokens and sessions",
  builder: (yargs) =>
    yargs
      .positional("email", { type: "string", demandOption: true, describe: "The user" })
      .option("json", { type: "boolean", describe: "Print what was done as JSON" }),
  async run(args) {
    const { user, ended } = await withAccounts(args, (accounts) => {
      const ended = accounts.setDisabled(args.email, true);
      return { ended, user: accounts.getUser(args.email) };
    });
    if (args.json === true) await stdout.line(toJson({ disabled: user.email, keys: user.keys, ...ended }));
    else
      note(
        `user ${user.email} is disabled: ${amount(user.keys, "key")} refused until gadwall user enable, ${amount(ended.sessions, "session")} and ${amount(ended.tokens, "OAuth token")} ended`,
      );
    return 0;
  },
});
