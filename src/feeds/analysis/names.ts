/** What fetch_analysis is asked about, as people write it: names of feeds, countries, systems, maintainers. */
import { countryCodes } from "../../filter/country.ts";
import { UserError } from "../../model/errors.ts";
import { didYouMean } from "../../model/nearest.ts";
import { cap, clean } from "../../model/text.ts";
import { type FeedContext, type KnownFeed, knownFeeds } from "../known.ts";
import { rowsOf } from "../metrics/step.ts";
import { maintainerSlug } from "../name.ts";
import type { AnalysisType } from "./types.ts";

function shown(name: string): string {
  return `"${cap(clean(name), 60)}"`;
}

/**
 * A name without the blanks around it.
 * @throws UserError for an empty one, and for one that could be a path: pages are made here, there are no files.
 */
export function readName(given: string): string {
  const name = given.trim();
  if (name === "") throw new UserError("the name is empty");
  if (/[/\\]|\.\./.test(name))
    throw new UserError(
      `${shown(name)} cannot be a name here: it holds "/", "\\" or "..", which paths are made of (of a maintainer, give the name in lower case with hyphens)`,
    );
  return name;
}

/** Whatever has the largest page of each type. */
const LARGEST: Readonly<Record<AnalysisType, string>> = {
  feed: "SELECT name FROM feed.feed ORDER BY entries DESC NULLS LAST, name LIMIT 1",
  country: "SELECT code FROM feed.country GROUP BY code ORDER BY sum(ips) DESC, code LIMIT 1",
  asn: "SELECT 'AS' || asn FROM feed.asn WHERE asn > 0 GROUP BY asn ORDER BY sum(ips) DESC, asn LIMIT 1",
  maintainer:
    "SELECT maintainer FROM feed.feed WHERE maintainer IS NOT NULL GROUP BY maintainer ORDER BY count(*) DESC, maintainer LIMIT 1",
};

/** What names look like, where none has a page. */
const FORMS: Readonly<Record<AnalysisType, string>> = {
  feed: "dshield",
  country: "GR",
  asn: "AS13335",
  maintainer: "Abuse.ch",
};

/**
 * Reads a name of that type: what refuses it, and knows no similar one, tells of one that has a page here.
 * @throws UserError
 */
export async function withExample<T>(
  ctx: FeedContext,
  type: AnalysisType,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UserError) || error.message.includes("Did you mean")) throw error;
    const [row] = await rowsOf(ctx.connection, LARGEST[type]);
    const example =
      row === undefined
        ? `a name is for example ${FORMS[type]}, but nothing of this type has a page here`
        : `for example, ${cap(clean(String(row[0])), 60)} has a page`;
    throw new UserError(`${error.message.replace(/\.$/, "")}; ${example}`, { cause: error });
  }
}

/** The one country that a code or an English name means, where feeds list addresses of it. */
export async function namedCountry(ctx: FeedContext, name: string): Promise<string> {
  const codes = countryCodes(name);
  const [code] = codes;
  if (code === undefined || codes.length > 1)
    throw new UserError(`${shown(name)} means several countries: give one`);
  const rows = await rowsOf(ctx.connection, "SELECT 1 FROM feed.country WHERE code = $1 LIMIT 1", [code]);
  if (rows.length === 0) throw new UserError(`no feed here lists an IPv4 address of the country ${code}`);
  return code;
}

const SYSTEM = /^(?:as[n\s]?\s*)?(\d{1,10})$/i;
const LAST_SYSTEM = 4_294_967_295;
/** Systems that are named when only a part of a name was given. */
const SUGGESTIONS = 3;

/** The number of an autonomous system: AS13335, as13335 or 13335, where feeds list addresses of it. */
export async function namedSystem(ctx: FeedContext, name: string): Promise<number> {
  const digits = SYSTEM.exec(name)?.[1];
  if (digits === undefined || Number(digits) > LAST_SYSTEM) {
    const near = await systemsCalled(ctx, name);
    throw new UserError(
      `${shown(name)} is no number of an autonomous system, such as AS13335 or 13335.${near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`}`,
    );
  }
  const asn = Number(digits);
  const rows = await rowsOf(ctx.connection, "SELECT 1 FROM feed.asn WHERE asn = $1 LIMIT 1", [asn]);
  if (asn === 0 || rows.length === 0)
    throw new UserError(`no feed here lists an IPv4 address that AS${asn} announces`);
  return asn;
}

/** Systems whose names hold a word, those with most addresses first. */
async function systemsCalled(ctx: FeedContext, word: string): Promise<string[]> {
  if (word.length < 3) return [];
  const rows = await rowsOf(
    ctx.connection,
    `SELECT asn, any_value(name) FROM feed.asn WHERE contains(lower(name), lower($1)) AND asn > 0
     GROUP BY asn ORDER BY max(ips) DESC, asn LIMIT ${SUGGESTIONS}`,
    [word.slice(0, 100)],
  );
  return rows.map(([asn, called]) => `AS${asn} (${cap(clean(String(called)), 60)})`);
}

export interface Maintainer {
  name: string;
  slug: string;
  feeds: readonly KnownFeed[];
}

/** A maintainer by name, whatever its case, or by slug. */
export async function namedMaintainer(ctx: FeedContext, name: string, now: Date): Promise<Maintainer> {
  const known = await knownFeeds(ctx, now);
  const all = [...known.all].filter((feed) => feed.maintainer !== null);
  const lower = name.toLowerCase();
  const slug = maintainerSlug(name);
  const called = all.filter((feed) => feed.maintainer!.trim().toLowerCase() === lower);
  // Names without a letter of ours all make the same slug: the name itself decides first.
  const feeds = called.length > 0 ? called : all.filter((feed) => maintainerSlug(feed.maintainer!) === slug);
  const [one] = feeds;
  if (one !== undefined) return { name: one.maintainer!, slug: maintainerSlug(one.maintainer!), feeds };
  const names = [...new Set(all.map((feed) => clean(feed.maintainer!)))];
  const near = didYouMean(name, names) || parts(names, lower);
  throw new UserError(
    `there is no maintainer ${shown(name)} here.${near || " find_feeds, or gadwall feeds list, has their names."}`,
  );
}

/** Names that hold the given text. */
function parts(names: readonly string[], text: string): string {
  const found = names.filter((name) => name.toLowerCase().includes(text)).slice(0, SUGGESTIONS);
  return found.length === 0 ? "" : ` Did you mean ${found.map((name) => cap(name, 60)).join(" or ")}?`;
}
