/** The page of a country (spec feeds §4.2). */
import { countryName } from "../country-name.ts";
import { type FeedContext, knownFeeds } from "../known.ts";
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

/** @param code one that feeds list addresses of. */
export async function countryPage(
  ctx: FeedContext,
  code: string,
  now: Date,
): Promise<(most: number) => Markdown> {
  const place = { code };
  const { ips, feeds, categories, maintainers } = await readPlace(ctx, await knownFeeds(ctx, now), place);
  const systems = await readParts(ctx, place);
  const numbers = new Map(systems.map((system) => [system, system.key]));
  const pages = await readMaintainerPages(ctx);
  return (most) =>
    blocks([
      md`# ${countryName(code)}`,
      new Markdown(
        `> IPv4 addresses in ${code} that feeds here list, all feeds of this database. ${DIFFERENT}\n> Countries are those of the built-in country data, systems those of the built-in AS data.`,
      ),
      deadFeeds(feeds),
      summary([
        ["Feeds", feeds.length],
        ["Attributed IPs (different)", ips],
        ["Attributed IPs (sum over feeds)", sumOf(feeds)],
        ["Categories", categories.length],
        ["Maintainers", maintainers.length],
        ["ASNs", systems.length],
      ]),
      categoryTable(categories, most),
      maintainerTable(maintainers, pages, most),
      groupTable("Top ASNs", ["ASN", "Name"], systems, {
        most,
        label: (group) => [`AS${numbers.get(group as (typeof systems)[number])}`, group.name],
      }),
      feedsByCategory(feeds, now, most),
    ]);
}
