import type { Key } from "../../../accounts/keys.ts";
import { readAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { outputOption } from "../../feed-options.ts";
import { minuteText, type RowColumn, writeRows } from "../../rows.ts";

const COLUMNS: readonly RowColumn<Key>[] = [
  { key: "id", align: "right" },
  { key: "email" },
  { key: "name" },
  { key: "start", title: "begins with" },
  { key: "state" },
  { key: "created_at", title: "created", text: ({ created_at }) => minuteText(created_at) },
  { key: "expires_at", title: "expires", text: ({ expires_at }) => minuteText(expires_at) },
  { key: "last_used_at", title: "last used", text: ({ last_used_at }) => minuteText(last_used_at) },
];

export default defineCommand({
  command: "list [email]",
  describe: "The API keys of a user, or all",
  builder: (yargs) =>
    outputOption(yargs.positional("email", { type: "string", describe: "The user (default: all users)" }), [
      "table",
      "json",
      "jsonl",
      "csv",
    ]),
  async run(args) {
    const keys = await readAccounts(args, (accounts) => accounts.listKeys(args.email ?? null), []);
    await writeRows(args, COLUMNS, keys, "there is no key: gadwall key create EMAIL --name NAME");
    return 0;
  },
});
