import { withAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { commaList } from "../../question.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "add <email>",
  describe: "Add a user; from the first one on, servers let in only users",
  builder: (yargs) =>
    yargs
      .positional("email", { type: "string", demandOption: true, describe: "An e-mail address" })
      .option("admin", { type: "boolean", describe: "An administrator" })
      .option("groups", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "Groups, comma-separated; access filters ask them in this order",
      })
      .option("password-stdin", {
        type: "boolean",
        describe: "Read a password for the sign-in page from standard input (keys need none)",
      })
      .option("json", { type: "boolean", describe: "Print the user as JSON" }),
  async run(args) {
    const { passwordFrom } = await import("../../password.ts");
    const password = args["password-stdin"] === true ? await passwordFrom(process.stdin) : null;
    const user = await withAccounts(
      args,
      (accounts) =>
        accounts.addUser(args.email, {
          admin: args.admin === true,
          groups: commaList(args.groups),
          password,
        }),
      { create: true },
    );
    if (args.json === true) await stdout.line(toJson(user));
    else note(`user ${user.email} is added; gadwall key create ${user.email} --name NAME makes an API key`);
    return 0;
  },
});
