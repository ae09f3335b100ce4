/**
 * Looking up addresses and networks: which feeds list each, since when, which did, how much that means, and where the
 * address lies.
 */
import { UserError } from "../model/errors.ts";
import { type AddressRange, formatAddress, parseNetwork, toV4 } from "../model/ip.ts";
import { cap, clean } from "../model/text.ts";
import { type Place, placesOf } from "../view/geo-index.ts";
import { type FeedContext, type KnownFeed, type KnownFeeds, knownFeeds } from "./known.ts";
import { type Asked, type Family, LookupRows } from "./lookup-rows.ts";
import { ageFactor, weightOfFeed } from "./weight.ts";

export interface LookupOptions {
  now: Date;
  /** What was listed then; left out or null: what is listed now. */
  at?: Date | null | undefined;
}

/** A feed that lists the address, or some of the network. Times in milliseconds since 1970. */
export interface Listing {
  feed: KnownFeed;
  /** Since when without a break; of a network the part that is listed longest. Null when not known. */
  since: number | null;
  /** The first version that we have of the list had it already: it may have been listed before. */
  orEarlier: boolean;
  /** How many of the network's addresses are listed; 1 for an address. */
  addresses: bigint;
  /** Of a merge or a history derivative: inputs that list it, too. Null for lists that are made of no others. */
  inputs: readonly KnownFeed[] | null;
  /** How much it means: weight.ts. */
  weight: number;
}

/** A listing that is over. */
export interface PastListing {
  feed: KnownFeed;
  since: number | null;
  orEarlier: boolean;
  until: number;
}

export interface LookedUp extends Place {
  /** As it was asked for. */
  query: string;
  /** The address or network in canonical form, host bits cleared. */
  target: string;
  range: AddressRange;
  /** How many addresses that is. */
  addresses: bigint;
  /** Those that mean most first. */
  listings: Listing[];
  /** The latest first, 20 at most. */
  earlier: PastListing[];
  /** How many there are. */
  earlierTotal: number;
}

/** An address or network of a question. @throws UserError when it is neither. */
export function readTarget(query: string): AddressRange {
  const range = parseNetwork(query.trim());
  if (range === null)
    throw new UserError(
      `“${cap(clean(query), 60)}” is neither an address nor a network: for example 192.0.2.1, 198.51.100.0/24 or 2001:db8::/32`,
    );
  return range;
}

/** An address, or a network in CIDR notation. */
export function formatTarget({ first, last }: AddressRange): string {
  if (first === last) return formatAddress(first);
  const hostBits = (last - first).toString(2).length;
  return `${formatAddress(first)}/${(toV4(first) !== null && toV4(last) !== null ? 32 : 128) - hostBits}`;
}

/**
 * Looks up addresses and networks of both families, in the order given.
 * @throws UserError when one of them is neither.
 */
export async function lookup(
  ctx: FeedContext,
  queries: readonly string[],
  { now, at = null }: LookupOptions,
): Promise<LookedUp[]> {
  const ranges = queries.map(readTarget);
  const feeds = await knownFeeds(ctx, now);
  const places = await placesOf(ranges);
  const found: LookedUp[] = ranges.map((range, i) => ({
    query: queries[i]!,
    target: formatTarget(range),
    range,
    addresses: range.last - range.first + 1n,
    ...places[i]!,
    listings: [],
    earlier: [],
    earlierTotal: 0,
  }));
  const then = (at ?? now).getTime();
  const weights = new Map<number, number>();
  for (const family of [4, 6] as const) {
    const asked = ranges.flatMap((range, index) => askedIn(family, range, index));
    if (asked.length === 0) continue;
    const { hits, ended } = await new LookupRows(ctx.connection, feeds, family, at).find(asked);
    for (const { index, feedId, since, latest, addresses } of hits) {
      const feed = feeds.byId.get(feedId);
      if (feed === undefined) continue;
      const known = weights.get(feedId);
      const weight = known ?? weightOfFeed(feed);
      if (known === undefined) weights.set(feedId, weight);
      found[index]!.listings.push({
        feed,
        since,
        orEarlier: isFirst(feed, since),
        addresses,
        inputs: null,
        weight: Math.round(weight * ageFactor(latest, then) * 10) / 10,
      });
    }
    for (const { index, feedId, since, until, total } of ended) {
      const feed = feeds.byId.get(feedId);
      found[index]!.earlierTotal = total;
      if (feed !== undefined) {
        found[index]!.earlier.push({ feed, since, orEarlier: isFirst(feed, since), until });
      }
    }
  }
  for (const { listings } of found) explain(listings, feeds);
  return found;
}

/** What to say of questions about a time of which nothing is known; null when something is. */
export async function beforeHistory(
  ctx: FeedContext,
  { now, at = null }: LookupOptions,
): Promise<string | null> {
  if (at === null) return null;
  const firsts = [...(await knownFeeds(ctx, now)).all].flatMap(({ first }) => first ?? []);
  if (firsts.length === 0 || at.getTime() >= Math.min(...firsts)) return null;
  const oldest = new Date(Math.min(...firsts)).toISOString().slice(0, 10);
  return `nothing is known of that time: the oldest list that was imported is of ${oldest}`;
}

function askedIn(family: Family, { first, last }: AddressRange, index: number): Asked[] {
  const lo = toV4(first);
  const hi = toV4(last);
  const isV4 = lo !== null && hi !== null;
  if (isV4 !== (family === 4)) return [];
  return [isV4 ? { index, lo: BigInt(lo), hi: BigInt(hi) } : { index, lo: first, hi: last }];
}

function isFirst(feed: KnownFeed, since: number | null): boolean {
  return since !== null && feed.first !== null && since <= feed.first;
}

/** Says of which inputs a merge has it, and puts what means most first. */
function explain(listings: Listing[], feeds: KnownFeeds): void {
  if (listings.length === 0) return;
  const listed = new Set(listings.map(({ feed }) => feed.id));
  for (const listing of listings) {
    const { inputs, inputNames } = listing.feed;
    if (inputNames.length === 0) continue;
    listing.inputs = inputs.flatMap((id) => (listed.has(id) ? (feeds.byId.get(id) ?? []) : []));
  }
  listings.sort((a, b) => b.weight - a.weight || (a.feed.name < b.feed.name ? -1 : 1));
}
