import { withAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "enable <email>",
  describe: "Let a disabled user in again, with the keys that were not revoked",
  builder: (yargs) =>
    yargs
      .positional("email", { type: "string", demandOption: true, describe: "The user" })
      .option("json", { type: "boolean", describe: "Print what was done as JSON" }),
  async run(args) {
    const { email, keys } = await withAccounts(args, (accounts) => {
      accounts.setDisabled(args.email, false);
      return accounts.getUser(args.email);
    });
    if (args.json === true) await stdout.line(toJson({ enabled: email, keys }));
    else
      note(
        keys === 0
          ? `user ${email} is enabled`
          : `user ${email} is enabled; keys work again (gadwall key list ${email})`,
      );
    return 0;
  },
});
