import { UsageError } from "../../../model/errors.ts";
import { withAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { commaList } from "../../question.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "groups <email> [groups]",
  describe: "Show the groups of a user, or set them: gadwall user groups ann@example.org soc,web",
  builder: (yargs) =>
    yargs
      .positional("email", { type: "string", demandOption: true, describe: "The user" })
      .positional("groups", {
        type: "string",
        describe: "All groups, comma-separated; access filters ask them in this order",
      })
      .option("none", { type: "boolean", describe: "Take all groups away" })
      .option("json", { type: "boolean", describe: "Print the groups as JSON" }),
  async run(args) {
    const named = commaList(args.groups);
    if (args.none === true && args.groups !== undefined)
      throw new UsageError("name groups or say --none, not both");
    if (args.groups !== undefined && named.length === 0)
      throw new UsageError("no group is named: --none takes all groups away");
    const sets = args.none === true || args.groups !== undefined;
    const { email, groups } = await withAccounts(args, (accounts) =>
      sets ? accounts.setGroups(args.email, named) : accounts.getUser(args.email),
    );
    if (args.json === true) await stdout.line(toJson({ email, groups }));
    else if (sets) note(`groups of ${email}: ${groups.join(", ") || "none"}`);
    else await stdout.write(groups.map((group) => `${group}\n`).join(""));
    return 0;
  },
});
