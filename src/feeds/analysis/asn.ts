/** The page of an autonomous system (spec feeds §4.3). */
import { countryName } from "../country-name.ts";
import { type FeedContext, knownFeeds } from "../known.ts";
import { rowsOf } from "../metrics/step.ts";
import { blocks, Markdown, md } from "./markdown.ts";
import { readMaintainerPages, readParts, readPlace } from "./places.ts";
import {
  categoryTable,
  DIFFERENT,
  deadFeeds,
  feedsByCategory,
  groupTable,
  maintainerTable,
  summary,
  sumOf,
} from "./roll-up.ts";

/** @param asn one that feeds list addresses of. */
export async function asnPage(ctx: FeedContext, asn: number, now: Date): Promise<(most: number) => Markdown> {
  const place = { asn };
  const { ips, feeds, categories, maintainers } = await readPlace(ctx, await knownFeeds(ctx, now), place);
  const countries = (await readParts(ctx, place)).map((part) => ({
    ...part,
    name: `${countryName(part.key)} (${part.key})`,
  }));
  const pages = await readMaintainerPages(ctx);
  const names = await rowsOf(
    ctx.connection,
    "SELECT name FROM feed.asn WHERE asn = $1 AND name IS NOT NULL LIMIT 1",
    [asn],
  );
  const name = names[0]?.[0];
  return (most) =>
    blocks([
      typeof name === "string" ? md`# AS${asn} (${name})` : md`# AS${asn}`,
      new Markdown(
        `> IPv4 addresses announced by AS${asn} that feeds here list, without bogons, all feeds of this database. ${DIFFERENT}\n> Systems are those of the built-in AS data, countries those of the built-in country data.`,
      ),
      deadFeeds(feeds),
      summary([
        ["Feeds", feeds.length],
        ["Attributed IPs (different)", ips],
        ["Attributed IPs (sum over feeds)", sumOf(feeds)],
        ["Categories", categories.length],
        ["Maintainers", maintainers.length],
        ["Countries", countries.length],
      ]),
      groupTable("Top Countries", ["Country"], countries, { most, label: (group) => [group.name] }),
      categoryTable(categories, most),
      maintainerTable(maintainers, pages, most),
      feedsByCategory(feeds, now, most),
    ]);
}
