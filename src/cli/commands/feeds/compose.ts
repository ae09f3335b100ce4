import { usage } from "../../../model/errors.ts";
import { totalOf } from "../../../model/ip-amount.ts";
import { defineCommand } from "../../command.ts";
import { exportOptions, formatOption } from "../../feed-export.ts";
import { once } from "../../question.ts";
import { note } from "../../terminal.ts";
import { writeList } from "../../write-list.ts";

export default defineCommand({
  command: "compose <expression..>",
  describe: "Put feeds together: names with | & - as separate words, ( ), -private -bogons -critical",
  builder: (yargs) =>
    exportOptions(yargs)
      .positional("expression", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "In quotes, or the shell takes | & and parentheses for itself",
      })
      .example("$0 feeds compose 'firehol_level1 | dshield -private' --format nft", "for a firewall")
      .example("$0 feeds compose '(blocklist_de | greensnow) - tor_exits'", "either, but no Tor exits"),
  async run(args) {
    const expression = args.expression.join(" ");
    const format = formatOption(args);
    const { readFeeds } = await import("../../read-feeds.ts");
    const { compose } = await import("../../../feeds/compose.ts");
    const { parseExpression } = await import("../../../feeds/expression.ts");
    usage(() => parseExpression(expression));
    const { exportList } = await import("../../../feeds/export.ts");
    const composed = await readFeeds(args, (reading) => compose(reading, expression, new Date()));
    const name = once("name", args.name) ?? "gadwall";
    await writeList(exportList(composed.ranges, format, name), once("file", args.file));
    for (const { subtracted, removed, lists, lacking } of composed.subtractions) {
      if (lacking !== null) note(`${subtracted}: ${lacking}`);
      const more = lists !== null && lists.length > 0 ? ` (with ${lists.join(" ")})` : "";
      note(`${subtracted} removed ${totalOf(removed)} addresses${more}`);
    }
    note(`${totalOf(composed.amount)} addresses`);
    if (composed.notRedistributable.length > 0)
      note(
        `not to be passed on: the terms of ${composed.notRedistributable.map((feed) => feed.name).join(" ")} forbid it`,
      );
    return 0;
  },
});
