import type { FeedRow } from "../../../feeds/browse.ts";
import { defineCommand } from "../../command.ts";
import { outputOption } from "../../feed-options.ts";
import { type RowColumn, writeRows } from "../../rows.ts";

const COLUMNS: readonly RowColumn<FeedRow>[] = [
  { key: "name" },
  { key: "category" },
  { key: "health" },
  { key: "ips4", align: "right" },
  { key: "ranges6", align: "right" },
  { key: "entries", align: "right" },
  { key: "source_date", text: ({ source_date }) => source_date?.slice(0, 10) ?? "-" },
  { key: "official_name" },
  { key: "maintainer" },
];

export default defineCommand({
  command: "list",
  describe: "The feeds that are stored",
  builder: (yargs) => outputOption(yargs, ["table", "json", "jsonl", "csv"]),
  async run(args) {
    const { readFeeds } = await import("../../read-feeds.ts");
    const { listFeeds } = await import("../../../feeds/browse.ts");
    const rows = await readFeeds(args, ({ connection }) => listFeeds(connection, new Date()));
    await writeRows(args, COLUMNS, rows, "no feed is stored yet: gadwall feeds import PATH");
    return 0;
  },
});
