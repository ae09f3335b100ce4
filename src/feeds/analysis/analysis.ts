/** Pages about a feed, a country, an autonomous system or a maintainer, made when they are asked for (spec feeds §4). */
import { aboutLater } from "../../model/errors.ts";
import { type FeedContext, knownFeeds } from "../known.ts";
import { noFeeds } from "../stored-feed.ts";
import { asnPage } from "./asn.ts";
import { countryPage } from "./country.ts";
import { feedPage } from "./feed.ts";
import { maintainerPage } from "./maintainer.ts";
import type { Markdown } from "./markdown.ts";
import { namedCountry, namedMaintainer, namedSystem, readName, withExample } from "./names.ts";
import type { AnalysisType } from "./types.ts";

/** Rows of a table: as many as fit the page, of these numbers. */
const ROWS = [50, 25, 12, 6, 3];

export interface AnalysisOptions {
  now: Date;
  /** Characters that the page may have: the fewer, the shorter its tables. */
  limit: number;
}

/**
 * The page, as markdown.
 * @throws UserError for a name that nothing has, with the nearest ones; for a name that could be a path.
 */
export async function analysis(
  ctx: FeedContext,
  type: AnalysisType,
  given: string,
  { now, limit }: AnalysisOptions,
): Promise<string> {
  if ((await knownFeeds(ctx, now)).byId.size === 0) throw noFeeds();
  const page = await aboutLater("name", () =>
    withExample(ctx, type, async () => PAGES[type](ctx, readName(given), now)),
  );
  let text = "";
  for (const most of ROWS) {
    text = page(most).source;
    if (text.length <= limit) break;
  }
  return text;
}

type Page = (most: number) => Markdown;

const PAGES: Readonly<Record<AnalysisType, (ctx: FeedContext, name: string, now: Date) => Promise<Page>>> = {
  feed: async (ctx, name, now) => feedPage(ctx, (await knownFeeds(ctx, now)).named(name), now),
  country: async (ctx, name, now) => countryPage(ctx, await namedCountry(ctx, name), now),
  asn: async (ctx, name, now) => asnPage(ctx, await namedSystem(ctx, name), now),
  maintainer: async (ctx, name, now) => maintainerPage(ctx, await namedMaintainer(ctx, name, now), now),
};
