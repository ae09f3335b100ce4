import { ANALYSIS_TYPES, asAnalysisType } from "../../../feeds/analysis/types.ts";
import { UsageError } from "../../../model/errors.ts";
import { didYouMean } from "../../../model/nearest.ts";
import { clean } from "../../../model/text.ts";
import { defineCommand } from "../../command.ts";
import { stdout } from "../../terminal.ts";

export default defineCommand({
  command: "analysis <type> <name..>",
  describe:
    "A page about a feed, or about what feeds list of a country, an autonomous system, by a maintainer",
  builder: (yargs) =>
    yargs
      .positional("type", {
        type: "string",
        demandOption: true,
        describe: ANALYSIS_TYPES.join(", "),
      })
      .positional("name", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "dshield; GR or Greece; AS13335; a maintainer's name",
      })
      .example("$0 feeds analysis country Greece", "what feeds list there"),
  async run(args) {
    const type = ANALYSIS_TYPES.find((known) => known === asAnalysisType(args.type));
    if (type === undefined)
      throw new UsageError(
        `“${clean(args.type).slice(0, 40)}” is not one of ${ANALYSIS_TYPES.join(", ")}.${didYouMean(args.type, ANALYSIS_TYPES)}`,
      );
    const { analysis } = await import("../../../feeds/analysis/analysis.ts");
    const { readFeeds } = await import("../../read-feeds.ts");
    const options = { now: new Date(), limit: Number.POSITIVE_INFINITY };
    await stdout.line(
      await readFeeds(args, (reading) => analysis(reading, type, args.name.join(" "), options)),
    );
    return 0;
  },
});
