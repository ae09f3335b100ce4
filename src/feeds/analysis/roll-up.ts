/** Parts that the pages of countries, autonomous systems and maintainers have in common (spec feeds §4.2 to §4.4). */
import { blocks, type Inline, link, Markdown, md, table } from "./markdown.ts";
import { type FeedShare, type GroupShare, NO_GROUP } from "./places.ts";
import { ago, count, counted, first } from "./wording.ts";

const NUMBER = "right" as const;

/** What sums and totals mean. */
export const DIFFERENT =
  "IPs are different addresses: one that several feeds list counts once. Sums count it once for each feed that lists it.";

export function summary(rows: readonly (readonly [string, number | bigint | null])[]): Markdown {
  return blocks([
    md`## Summary`,
    table(
      [{ title: "Metric" }, { title: "Value", align: NUMBER }],
      rows.flatMap(([metric, value]) => (value === null ? [] : [[metric, count(value)]])),
    ),
  ]);
}

/** A table of groups of feeds; nothing for none. */
export function groupTable(
  heading: string,
  columns: readonly string[],
  groups: readonly GroupShare[],
  { most, label }: { most: number; label: (group: GroupShare) => readonly Inline[] },
): Markdown | null {
  if (groups.length === 0) return null;
  const shown = first(groups, most);
  return blocks([
    md`## ${heading}`,
    table(
      [
        ...columns.map((title) => ({ title })),
        ...["Feeds", "IPs", "Sum"].map((title) => ({ title, align: NUMBER })),
      ],
      shown.rows.map((group) => [...label(group), count(group.feeds), count(group.ips), count(group.summed)]),
    ),
    shown.rest.length === 0
      ? null
      : new Markdown(
          `${count(shown.rest.length)} more, none with more than ${counted(shown.rest[0]!.ips, "IP")}.`,
        ),
  ]);
}

export function categoryTable(groups: readonly GroupShare[], most: number): Markdown | null {
  return groupTable("Top Categories", ["Category"], groups, { most, label: ({ name }) => [name] });
}

export function maintainerTable(
  groups: readonly GroupShare[],
  pages: ReadonlyMap<string, string>,
  most: number,
): Markdown | null {
  return groupTable("Top Maintainers", ["Maintainer"], groups, {
    most,
    label: ({ name }) => [link(name, pages.get(name) ?? null)],
  });
}

/** All feeds, a table for each category. */
export function feedsByCategory(feeds: readonly FeedShare[], now: Date, most: number): Markdown | null {
  if (feeds.length === 0) return null;
  const categories = [...Map.groupBy(feeds, ({ feed }) => feed.category ?? NO_GROUP)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return blocks([
    md`## Feeds by Category`,
    ...categories.map(([category, of]) => {
      const shown = first(of, most);
      return blocks([
        md`### ${category}`,
        table(
          [
            { title: "Feed" },
            { title: "IPs", align: NUMBER },
            { title: "Health" },
            { title: "Source changed" },
          ],
          shown.rows.map(({ feed, ips }) => [
            feed.name,
            count(ips),
            feed.health ?? "unknown",
            feed.sourceDate === null ? "" : ago(new Date(feed.sourceDate), now),
          ]),
        ),
        shown.rest.length === 0
          ? null
          : new Markdown(
              `${counted(shown.rest.length, "more feed")}, none with more than ${counted(shown.rest[0]!.ips, "IP")}.`,
            ),
      ]);
    }),
  ]);
}

const DEAD = new Set(["unmaintained", "archived", "empty", "unavailable"]);

/** How much of what a page tells is from lists that nobody keeps up; null when none is. */
export function deadFeeds(feeds: readonly FeedShare[]): Markdown | null {
  const dead = feeds.filter(({ feed }) => DEAD.has(feed.health ?? ""));
  if (dead.length === 0) return null;
  const which =
    dead.length === feeds.length
      ? "All of these feeds are"
      : `${count(dead.length)} of these ${counted(feeds.length, "feed")} ${dead.length === 1 ? "is" : "are"}`;
  return new Markdown(
    `> ${which} unmaintained, archived, empty or unavailable: what they list may long be untrue.`,
  );
}

export function sumOf(feeds: readonly FeedShare[]): number {
  return feeds.reduce((sum, { ips }) => sum + ips, 0);
}
