/** The page of a maintainer (spec feeds §4.4): all feeds, not only those that are kept up. */
import { type DuckDBConnection, INTEGER, LIST, listValue } from "@duckdb/node-api";
import type { FeedContext, KnownFeed } from "../known.ts";
import { halves, whole } from "../metrics/span.ts";
import { rowsOf } from "../metrics/step.ts";
import { blocks, link, Markdown, md } from "./markdown.ts";
import type { Maintainer } from "./names.ts";
import { type GroupShare, largestFirst, NO_GROUP, readMaintainerPages } from "./places.ts";
import { categoryTable, DIFFERENT, deadFeeds, feedsByCategory, summary, sumOf } from "./roll-up.ts";

/** Different addresses that any of some feeds lists. */
async function different(
  connection: DuckDBConnection,
  feeds: readonly KnownFeed[],
): Promise<{ ips4: number; ips6: bigint }> {
  const span = halves("span6");
  const result = await connection.runAndReadAll(
    `SELECT coalesce(sum(ips4), 0)::DOUBLE, coalesce(sum(ranges6), 0)::VARCHAR,
            ${whole(`sum(${span.high})`, `sum(${span.low})`)}::VARCHAR
     FROM feed.set_size
     WHERE set_id IN (SELECT set_id FROM feed.set_member WHERE list_contains($1, feed_id))`,
    [listValue(feeds.map(({ id }) => id))],
    [LIST(INTEGER)],
  );
  const [ips4, ranges6, span6] = result.getRows()[0] ?? [0, "0", "0"];
  return { ips4: Number(ips4), ips6: BigInt(String(ranges6)) + BigInt(String(span6)) };
}

export async function maintainerPage(
  ctx: FeedContext,
  maintainer: Maintainer,
  now: Date,
): Promise<(most: number) => Markdown> {
  const { connection } = ctx;
  const rows = await rowsOf(connection, "SELECT id, coalesce(ips4, 0) FROM feed.feed");
  const sizes = new Map(rows.map(([id, ips]) => [Number(id), Number(ips)]));
  const feeds = maintainer.feeds
    .map((feed) => ({ feed, ips: sizes.get(feed.id) ?? 0 }))
    .sort((a, b) => b.ips - a.ips || (a.feed.name < b.feed.name ? -1 : 1));
  const all = await different(connection, maintainer.feeds);
  const categories: GroupShare[] = [];
  for (const [name, of] of Map.groupBy(feeds, ({ feed }) => feed.category ?? NO_GROUP)) {
    const { ips4 } = await different(
      connection,
      of.map(({ feed }) => feed),
    );
    categories.push({ name, feeds: of.length, ips: ips4, summed: sumOf(of) });
  }
  largestFirst(categories);
  const page = (await readMaintainerPages(ctx)).get(maintainer.name) ?? null;
  const website = page === null ? null : link(page, page);
  return (most) =>
    blocks([
      md`# ${maintainer.name}`,
      website === null ? null : md`> ${website}`,
      new Markdown(`> All feeds here by this maintainer (\`${maintainer.slug}\`). ${DIFFERENT}`),
      deadFeeds(feeds),
      summary([
        ["Feeds", feeds.length],
        ["Unique IPs (different IPv4 addresses)", all.ips4],
        ["IPs (sum over feeds)", sumOf(feeds)],
        ["Unique IPv6 addresses", all.ips6 === 0n ? null : all.ips6],
        ["Categories", categories.length],
      ]),
      categoryTable(categories, most),
      feedsByCategory(feeds, now, most),
    ]);
}
