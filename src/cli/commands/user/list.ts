import type { User } from "../../../accounts/users.ts";
import { readAccounts } from "../../accounts.ts";
import { defineCommand } from "../../command.ts";
import { outputOption } from "../../feed-options.ts";
import { minuteText, type RowColumn, writeRows } from "../../rows.ts";

const COLUMNS: readonly RowColumn<User>[] = [
  { key: "email" },
  { key: "admin", text: ({ admin }) => (admin ? "admin" : "-") },
  { key: "groups", text: ({ groups }) => groups.join(",") || "-" },
  { key: "disabled", title: "state", text: ({ disabled }) => (disabled ? "disabled" : "active") },
  { key: "password", text: ({ password }) => (password ? "set" : "-") },
  { key: "keys", align: "right" },
  { key: "created_at", title: "created", text: ({ created_at }) => minuteText(created_at) },
  { key: "last_seen_at", title: "last seen", text: ({ last_seen_at }) => minuteText(last_seen_at) },
];

export default defineCommand({
  command: "list",
  describe: "The users",
  builder: (yargs) => outputOption(yargs, ["table", "json", "jsonl", "csv"]),
  async run(args) {
    const users = await readAccounts(args, (accounts) => accounts.listUsers(), []);
    await writeRows(args, COLUMNS, users, "there is no user yet: gadwall user add EMAIL");
    return 0;
  },
});
