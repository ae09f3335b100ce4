import { amount } from "../../../model/amount.ts";
import { UsageError } from "../../../model/errors.ts";
import { withAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "password <email>",
  describe: "Set the password for the sign-in page, or take it away; sessions and OAuth tokens end",
  builder: (yargs) =>
    yargs
      .positional("email", { type: "string", demandOption: true, describe: "The user" })
      .option("password-stdin", {
        type: "boolean",
        describe: "Read the new password from standard input",
      })
      .option("remove", { type: "boolean", describe: "Take the password away" })
      .option("json", { type: "boolean", describe: "Print what was done as JSON" }),
  async run(args) {
    const removes = args.remove === true;
    if (removes === (args["password-stdin"] === true))
      throw new UsageError(
        "say --password-stdin and give the new password on standard input, or --remove to take it away",
      );
    const { passwordFrom } = await import("../../password.ts");
    const password = removes ? null : await passwordFrom(process.stdin);
    const { email, ended } = await withAccounts(args, async (accounts) => {
      const ended = await accounts.setPassword(args.email, password);
      return { ended, email: accounts.getUser(args.email).email };
    });
    if (args.json === true) await stdout.line(toJson({ email, password: !removes, ...ended }));
    else
      note(
        `the password of ${email} is ${removes ? "taken away" : "set"}: ${amount(ended.sessions, "session")} and ${amount(ended.tokens, "OAuth token")} ended; keys stay (gadwall key list ${email})`,
      );
    return 0;
  },
});
