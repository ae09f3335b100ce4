import type { Argv } from "yargs";
import { asMember, FEED_ENUMS, type FeedEnum, type FeedFilters, SORTS } from "../../../feeds/find-values.ts";
import { UsageError } from "../../../model/errors.ts";
import { didYouMean } from "../../../model/nearest.ts";
import { clean } from "../../../model/text.ts";
import { defineCommand } from "../../command.ts";
import { integer, limitOf, limitOption, once } from "../../question.ts";
import { note, stdout } from "../../terminal.ts";

const ENUMS = Object.entries(FEED_ENUMS) as [FeedEnum, readonly string[]][];

/** Words about arguments that the values do not explain. */
const ABOUT: Readonly<Record<FeedEnum, string>> = {
  category: "What it lists",
  provenance: "Where its addresses come from",
  health: "Whether it is kept up, now",
  freshness: "When its source changed last",
  cadence: "How often it changes",
  uniqueness: "How much of it no unrelated feed has",
  redistributable: "Whether its terms allow to hand it on",
  critical: "Tier of lists of critical infrastructure",
};

/** A string option for each closed set: people write values in several ways, so yargs does not check them. */
function enumOptions<T>(yargs: Argv<T>): Argv<T & Partial<Record<FeedEnum, string>>> {
  let options: Argv<unknown> = yargs;
  for (const [name, values] of ENUMS)
    options = options.option(name, {
      type: "string",
      requiresArg: true,
      describe: `${ABOUT[name]}: ${values.join(", ")}`,
    });
  return options as Argv<T & Partial<Record<FeedEnum, string>>>;
}

/** @throws UsageError naming what it may be. */
function enumValue(name: FeedEnum, given: string | undefined): string | undefined {
  const value = asMember(name, once(name, given));
  const known: readonly string[] = FEED_ENUMS[name];
  if (value === undefined || (typeof value === "string" && known.includes(value))) return value;
  throw new UsageError(
    `--${name} is one of ${known.join(", ")}, not “${clean(String(value)).slice(0, 40)}”.${didYouMean(String(value), known)}`,
  );
}

export default defineCommand({
  command: "find",
  describe: "Feeds by topic, quality, freshness and size, with what is known of each",
  builder: (yargs) =>
    limitOption(enumOptions(yargs), "How many feeds (default, and 0: all)")
      .option("search", {
        type: "string",
        requiresArg: true,
        describe: "Words that name, description, maintainer or info must all hold",
      })
      .option("maintainer", { type: "string", requiresArg: true, describe: "Part of the maintainer's name" })
      .option("license", { type: "string", requiresArg: true, describe: "The licence, all of it" })
      .option("size-min", { type: "string", requiresArg: true, describe: "At least so many addresses" })
      .option("size-max", { type: "string", requiresArg: true, describe: "At most so many addresses" })
      .option("offset", { type: "string", requiresArg: true, describe: "How many to leave out first" })
      .option("sort", {
        type: "string",
        requiresArg: true,
        describe: `A column, with - before it for the largest first (--sort=-unique_ips): ${SORTS.join(", ")}`,
      })
      .option("details", {
        type: "boolean",
        default: true,
        describe: "A section for each feed after the table",
      })
      .example("$0 feeds find --category anonymizers --no-details", "a table of them"),
  async run(args) {
    const { findFeeds } = await import("../../../feeds/find.ts");
    const { behindLast, feedTable } = await import("../../../feeds/find-table.ts");
    const { readFeeds } = await import("../../read-feeds.ts");
    const filters: FeedFilters = {
      search: once("search", args.search),
      maintainer: once("maintainer", args.maintainer),
      license: once("license", args.license),
      size_min: integer("size-min", args["size-min"]),
      size_max: integer("size-max", args["size-max"]),
      limit: limitOf(args, null) ?? undefined,
      offset: integer("offset", args.offset),
      sort: once("sort", args.sort),
    };
    for (const [name] of ENUMS) filters[name] = enumValue(name, args[name]);
    const now = new Date();
    const { rows, total, stored } = await readFeeds(args, async (reading) => ({
      ...(await findFeeds(reading, filters, now)),
      stored: reading.feedsAsOf !== null,
    }));
    const { text } = feedTable(rows, { now, details: args.details, limit: Number.POSITIVE_INFINITY });
    const { offset = 0 } = filters;
    await stdout.line(rows.length === 0 && total > 0 ? behindLast(offset, total) : text);
    if (!stored) note("no feed is stored yet: gadwall feeds import PATH");
    return 0;
  },
});
