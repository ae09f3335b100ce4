import type { Comparison } from "../../../feeds/compare.ts";
import { UsageError } from "../../../model/errors.ts";
import { type Amount, totalOf } from "../../../model/ip-amount.ts";
import { defineCommand } from "../../command.ts";
import { csvLine } from "../../csv.ts";
import { outputOption } from "../../feed-options.ts";
import { toJson } from "../../json.ts";
import { formatOf, limitOf, limitOption } from "../../question.ts";
import { table } from "../../table.ts";
import { lookOf, note, stdout } from "../../terminal.ts";

export default defineCommand({
  command: "compare <name..>",
  describe: "What two or more feeds have in common, and what each has alone",
  builder: (yargs) =>
    limitOption(
      outputOption(yargs, ["table", "json", "csv"]),
      "With -o json: networks listed of each part (default: 20)",
    )
      .positional("name", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "Their names, as gadwall feeds list shows them",
      })
      .example("$0 feeds compare spamhaus_drop dshield firehol_level1", "pair by pair"),
  async run(args) {
    const format = formatOf(args);
    const limit = limitOf(args, 20) ?? Number.MAX_SAFE_INTEGER;
    const { compare, MOST_COMPARED } = await import("../../../feeds/compare.ts");
    const different = new Set(args.name.map((name) => name.trim().toLowerCase())).size;
    if (different < 2 || different > MOST_COMPARED)
      throw new UsageError(
        `name 2 to ${MOST_COMPARED} feeds to compare, not ${different}: for example gadwall feeds compare spamhaus_drop dshield`,
      );
    const { readFeeds } = await import("../../read-feeds.ts");
    const compared = await readFeeds(args, (reading) => compare(reading, args.name, new Date()));
    const { percent } = await import("../../../feeds/analysis/wording.ts");
    const rows = rowsOf(compared, (part, whole) => {
      const all = totalOf(whole);
      return all === 0n ? "-" : percent(totalOf(part), all);
    });
    if (format === "json") {
      const { comparedJson } = await import("../../../feeds/answers.ts");
      await stdout.line(toJson(comparedJson(compared, limit)));
    } else if (format === "csv") {
      await stdout.write([csvLine(COLUMNS), ...rows.map(csvLine)].join(""));
    } else {
      await stdout.write(
        table(
          COLUMNS.map((title, i) => ({ title: title.replace("_", " "), align: i < 2 ? "left" : "right" })),
          rows,
          lookOf(process.stdout),
        ),
      );
      const { commonAmount, unionAmount, drift } = compared;
      note(
        `common to all: ${totalOf(commonAmount)} addresses; on any: ${totalOf(unionAmount)}${
          drift.length > 0 ? `; ${drift.length} points in time: -o json` : ""
        }`,
      );
    }
    return 0;
  },
});

const COLUMNS = ["feed", "with", "common", "addresses", "share", "their_share"];

/** A row a pair, and one for what each has alone. */
function rowsOf({ feeds, pairs }: Comparison, share: (part: Amount, whole: Amount) => string): string[][] {
  const sizes = new Map(feeds.map(({ feed, amount }) => [feed.name, amount]));
  return [
    ...pairs.map(({ a, b, common }) => {
      const [ours, theirs] = [sizes.get(a.name)!, sizes.get(b.name)!];
      return [a.name, b.name, text(common), text(ours), share(common, ours), share(common, theirs)];
    }),
    ...feeds.map(({ feed, amount, onlyAmount }) => [
      feed.name,
      "(alone)",
      text(onlyAmount),
      text(amount),
      share(onlyAmount, amount),
      "",
    ]),
  ];
}

function text(amount: Amount): string {
  return String(totalOf(amount));
}
