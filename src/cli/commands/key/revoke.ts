import { withAccounts } from "../../accounts.ts";
import { oneLine } from "../../cell.ts";
import { defineCommand } from "../../command.ts";
import { toJson } from "../../json.ts";
import { note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "revoke <key>",
  describe: "Revoke an API key at once",
  builder: (yargs) =>
    yargs
      .positional("key", {
        type: "string",
        demandOption: true,
        describe: "Its number or first characters as gadwall key list shows them, or the whole key",
      })
      .option("json", { type: "boolean", describe: "Print what was done as JSON" }),
  async run(args) {
    const { id, email, name } = await withAccounts(args, (accounts) => accounts.revokeKey(args.key));
    if (args.json === true) await stdout.line(toJson({ revoked: id, email, name }));
    else note(`key ${id} of ${email} (${oneLine(name)}) is revoked`);
    return 0;
  },
});
