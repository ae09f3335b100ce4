import { withAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { once } from "../../question.ts";
import { minuteText } from "../../rows.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "create <email>",
  describe: "Make an API key; it is shown this once and only its hash is kept",
  builder: (yargs) =>
    yargs
      .positional("email", { type: "string", demandOption: true, describe: "The user it is for" })
      .option("name", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "What will use it, such as laptop",
      })
      .option("expires", {
        type: "string",
        requiresArg: true,
        describe: "How long it lives: 12h, 90d, 4w, 1y (default: until it is revoked)",
      })
      .option("json", { type: "boolean", describe: "Print the key and what is known of it as JSON" }),
  async run(args) {
    const name = once("name", args.name) as string;
    const expires = once("expires", args.expires) ?? null;
    const created = await withAccounts(args, (accounts) => accounts.createKey(args.email, name, expires));
    if (args.json === true) {
      await stdout.line(toJson(created));
      return 0;
    }
    await stdout.line(created.key);
    const end =
      created.expires_at === null ? "does not expire" : `expires ${minuteText(created.expires_at)} UTC`;
    note(`key ${created.id} of ${created.email} ${end}; it is not shown again`);
    return 0;
  },
});
