import { defineCommand } from "../../command.ts";
import { exportOptions, formatOption } from "../../feed-export.ts";
import { once } from "../../question.ts";
import { note } from "../../terminal.ts";
import { writeList } from "../../write-list.ts";

export default defineCommand({
  command: "export <feed>",
  describe: "Write one feed as CIDRs, ranges, addresses, for ipset or nft, or as JSON",
  builder: (yargs) =>
    exportOptions(yargs)
      .positional("feed", {
        type: "string",
        demandOption: true,
        describe: "Its name, as gadwall feeds list shows it",
      })
      .example("$0 feeds export spamhaus_drop --format ipset | ipset restore", "into the kernel"),
  async run(args) {
    const format = formatOption(args);
    const { readFeeds } = await import("../../read-feeds.ts");
    const { knownFeeds } = await import("../../../feeds/known.ts");
    const { storedRanges } = await import("../../../feeds/stored.ts");
    const { exportList } = await import("../../../feeds/export.ts");
    const { feed, ranges } = await readFeeds(args, async (reading) => {
      const named = (await knownFeeds(reading, new Date())).named(args.feed);
      return { feed: named, ranges: await storedRanges(reading.connection, [named.id]) };
    });
    await writeList(
      exportList(ranges, format, once("name", args.name) ?? feed.name),
      once("file", args.file),
    );
    if (feed.redistributable === false) note(`${feed.name} is not to be passed on: its terms forbid it`);
    return 0;
  },
});
