/**
 * What is found out about feeds as plain data, for agents and `-o json`: the same names everywhere, nothing that is null
 * or empty where it says nothing.
 */

import { type Amount, totalOf } from "../model/ip-amount.ts";
import type { Json } from "../model/json.ts";
import type { ComparedFeed, Comparison } from "./compare.ts";
import type { Composition } from "./compose.ts";
import { cidrsOf, rangesOf } from "./export.ts";
import type { KnownFeed } from "./known.ts";
import type { ListFormat } from "./list-formats.ts";
import type { Listing, LookedUp, NotKnown } from "./lookup.ts";
import { type AddressSet, amountOf } from "./stored.ts";

type JsonRecord = { [name: string]: Json };

/** ISO 8601, whole seconds. */
export function isoTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** A number, or a text of digits where a number would not be exact. */
export function exact(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}

function amountJson(amount: Amount): JsonRecord {
  return {
    addresses: exact(totalOf(amount)),
    ...(amount.ipv6 > 0n && { ipv4: amount.ipv4, ipv6: exact(amount.ipv6) }),
  };
}

/** Below 100 as near as a number comes. */
const ALMOST_ALL = 100 - 2 ** -46;

/** Rounded to what a percentage of a list tells: one decimal, or as many as it takes that only all is 100, and only nothing 0. */
function percent(value: number | null): number | null {
  if (value === null) return null;
  for (let decimals = 1; decimals <= 12; decimals++) {
    const rounded: number = Number(value.toFixed(decimals));
    if (rounded === value || (rounded > 0 && rounded < 100)) return rounded;
  }
  return value;
}

function share(part: Amount, whole: Amount): number | null {
  const [some, all] = [totalOf(part), totalOf(whole)];
  if (all === 0n) return null;
  const value = (Number(some) / Number(all)) * 100;
  return percent(some < all ? Math.min(value, ALMOST_ALL) : value);
}

/** What every answer about a time says of the feeds that it cannot know of. */
function notKnownJson(notKnown: NotKnown | null): JsonRecord {
  return notKnown === null ? {} : { feeds_not_known: notKnown.feeds, feeds: notKnown.of };
}

/** An address or network with its listings. */
export function lookedUpJson(found: LookedUp, notKnown: NotKnown | null = null): JsonRecord {
  const { query, target, addresses, country, as, listings, earlier, earlierTotal } = found;
  return {
    query,
    ...(target !== query && { address: target }),
    ...(addresses > 1n && { addresses: exact(addresses) }),
    country: country?.code ?? null,
    asn: as?.num ?? null,
    as_name: as?.name ?? null,
    listed_by: listings.length,
    ...notKnownJson(notKnown),
    listings: listings.map((listing) => listingJson(listing, addresses)),
    ...(earlier.length > 0 && {
      earlier: earlier.map(({ feed, since, orEarlier, until }) => ({
        feed: feed.name,
        since: isoTime(since),
        ...(orEarlier && { or_earlier: true }),
        until: isoTime(until),
      })),
      earlier_total: earlierTotal,
    }),
  };
}

/** Listings that the short form tells of. */
const SHORT_LISTINGS = 3;

/** The same where there are many of them: the weightiest listings, and how many there are. */
export function shortLookedUpJson(
  { query, country, as, listings, earlierTotal }: LookedUp,
  notKnown: NotKnown | null = null,
): JsonRecord {
  return {
    query,
    country: country?.code ?? null,
    asn: as?.num ?? null,
    listed_by: listings.length,
    ...notKnownJson(notKnown),
    listings: listings.slice(0, SHORT_LISTINGS).map(({ feed, since, orEarlier, weight }) => ({
      feed: feed.name,
      category: feed.category,
      health: feed.health,
      since: isoTime(since),
      ...(orEarlier && { or_earlier: true }),
      weight,
    })),
    ...(earlierTotal > 0 && { earlier_total: earlierTotal }),
  };
}

function listingJson({ feed, since, orEarlier, addresses, inputs, weight }: Listing, of: bigint): JsonRecord {
  return {
    feed: feed.name,
    category: feed.category,
    since: isoTime(since),
    ...(orEarlier && { or_earlier: true }),
    ...(of > 1n && { addresses: exact(addresses), whole: addresses === of }),
    provenance: feed.provenance,
    health: feed.health,
    source_date: isoTime(feed.sourceDate),
    unique_share_pct: percent(feed.exactShare ?? feed.uniqueShare),
    ...(feed.critical !== null && { critical: feed.critical }),
    ...(inputs !== null && { from: inputs.map(({ name }) => name) }),
    weight,
  };
}

/** A feed as those of an answer are told: how fresh it is, and whether it may be passed on. */
function feedJson(feed: KnownFeed): JsonRecord {
  return {
    feed: feed.name,
    category: feed.category,
    health: feed.health,
    source_date: isoTime(feed.sourceDate),
    redistributable: feed.redistributable,
  };
}

/** What a set expression makes: counts, subtractions, feeds. */
export function composedJson({
  amount,
  ranges,
  feeds,
  subtractions,
  notRedistributable,
}: Composition): JsonRecord {
  return {
    ...amountJson(amount),
    ranges: ranges.v4.lo.length + ranges.v6.lo.length,
    removed: subtractions.map(({ subtracted, removed, lists, lacking }) => ({
      subtracted,
      ...amountJson(removed),
      ...(lists !== null && { lists: [...lists] }),
      ...(lacking !== null && { lacking }),
    })),
    feeds: feeds.map(feedJson),
    not_redistributable: notRedistributable.map(({ name }) => name),
  };
}

/** Which part of a list is shown. */
export interface Part {
  format?: ListFormat;
  /** Members at most. */
  limit: number;
  skip?: number;
  /** Characters at most, as JSON. */
  room?: number;
}

/** A part of a list, and how many members all of it has. */
export function partOf(
  ranges: AddressSet,
  { format = "cidr", limit, skip = 0, room = Number.POSITIVE_INFINITY }: Part,
): { list: string[]; total: number } {
  const list: string[] = [];
  let total = 0;
  let left = room;
  for (const member of format === "range" ? rangesOf(ranges) : cidrsOf(ranges)) {
    if (total >= skip && list.length < limit && left > 0) {
      left -= member.length + 3;
      if (left > 0) list.push(member);
    }
    total++;
  }
  return { list, total };
}

/** What the lists of a comparison may take of an answer. */
const LISTS_ROOM = 20_000;

/** How several feeds compare, with at most `limit` networks of each part. */
export function comparedJson(
  { feeds, common, commonAmount, unionAmount, pairs, drift }: Comparison,
  limit: number,
): JsonRecord {
  const part = { limit, room: LISTS_ROOM / (feeds.length + 1) };
  const sizes = new Map(feeds.map(({ feed, amount }) => [feed, amount]));
  return {
    feeds: feeds.map((compared) => ({
      ...feedJson(compared.feed),
      ...amountJson(compared.amount),
      only: onlyJson(compared, part),
    })),
    common: { ...amountJson(commonAmount), ...listJson(common, part) },
    union: amountJson(unionAmount),
    pairs: pairs.map(({ a, b, common: both }) => ({
      feeds: [a.name, b.name],
      common: amountJson(both),
      share_pct: [share(both, sizes.get(a)!), share(both, sizes.get(b)!)],
    })),
    drift: drift.map(({ at, amounts, common: all }) => ({
      at: isoTime(at),
      addresses: amounts.map((amount) => (amount === null ? null : exact(totalOf(amount)))),
      common: all === null ? null : exact(totalOf(all)),
    })),
  };
}

function onlyJson({ only, onlyAmount, amount }: ComparedFeed, part: Part): JsonRecord {
  return { ...amountJson(onlyAmount), share_pct: share(onlyAmount, amount), ...listJson(only, part) };
}

function listJson(ranges: AddressSet, part: Part): JsonRecord {
  if (part.limit === 0 || totalOf(amountOf(ranges)) === 0n) return {};
  const { list, total } = partOf(ranges, part);
  return { cidrs: list, ...(total > list.length && { more_cidrs: total - list.length }) };
}
