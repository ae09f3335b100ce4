/**
 * Looking up addresses and networks: which feeds list each, since when, which did, how much that means, and where the
 * address lies.
 */
import { amount } from "../model/amount.ts";
import { UserError } from "../model/errors.ts";
import { type AddressRange, formatAddress, parseNetwork, toV4 } from "../model/ip.ts";
import { cap, clean } from "../model/text.ts";
import { type Place, placesOf } from "../view/geo-index.ts";
import type { Asked } from "./asked.ts";
import { type FeedContext, type KnownFeed, type KnownFeeds, knownFeeds } from "./known.ts";
import { type EndedHit, type Family, type Hit, LookupRows } from "./lookup-rows.ts";
import { ageFactor, weightOfFeed } from "./weight.ts";

export interface LookupOptions {
  now: Date;
  /** What was listed then; left out or null: what is listed now. */
  at?: Date | null | undefined;
}

/** A feed that lists the address, or some of the network. Times in milliseconds since 1970. */
export interface Listing {
  feed: KnownFeed;
  /** Since when without a break; of a network the part that is listed longest. */
  since: number;
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
  since: number;
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
  options: LookupOptions,
): Promise<LookedUp[]> {
  const found: LookedUp[] = [];
  for await (const batch of lookupAll(ctx, queries, options)) found.push(...batch);
  return found;
}

/** As many are matched with the listings at once: for each such round all listings are read. */
const ROUND = 100_000;
/** As many are put into words at once, so memory holds few of the many words. */
const BATCH = 10_000;

/**
 * The same in batches, for any number of queries that may come one after the other.
 * @throws UserError when one of a batch, or of those before it, is neither address nor network.
 */
export async function* lookupAll(
  ctx: FeedContext,
  queries: readonly string[] | AsyncIterable<string>,
  { now, at = null }: LookupOptions,
): AsyncGenerator<LookedUp[]> {
  const feeds = await knownFeeds(ctx, now);
  const weights = new Map([...feeds.all].map((feed) => [feed.id, weightOfFeed(feed)]));
  const then = (at ?? now).getTime();
  for await (const round of rounds(queries)) {
    const targets = new Targets(round);
    const hits: Hit[] = [];
    const ended: EndedHit[] = [];
    for (const [family, asked] of targets.byFamily()) {
      if (asked.length === 0) continue;
      const found = await new LookupRows(ctx.connection, family, at).find(asked);
      for (const hit of found.hits) hits.push(hit);
      for (const hit of found.ended) ended.push(hit);
    }
    const hitsOf = grouped(hits, targets.ranges.length);
    const endedOf = grouped(ended, targets.ranges.length);
    for (let first = 0; first < round.length; first += BATCH) {
      const batch = targets.places.slice(first, first + BATCH);
      const ranges = Array.from(batch, (place) => targets.ranges[place]!);
      const geo = await placesOf(ranges);
      yield ranges.map((range, i): LookedUp => {
        const earlier = endedOf(batch[i]!);
        return {
          query: round[first + i]!,
          target: formatTarget(range),
          range,
          addresses: range.last - range.first + 1n,
          ...geo[i]!,
          listings: listingsOf(hitsOf(batch[i]!), feeds, weights, then),
          earlier: earlier.flatMap(({ feedId, since, until }) => {
            const feed = feeds.byId.get(feedId);
            return feed === undefined ? [] : [{ feed, since, orEarlier: isFirst(feed, since), until }];
          }),
          earlierTotal: earlier[0]?.total ?? 0,
        };
      });
    }
  }
}

async function* rounds(
  queries: readonly string[] | AsyncIterable<string>,
): AsyncGenerator<readonly string[]> {
  if (!(Symbol.asyncIterator in queries)) {
    for (let from = 0; from < queries.length; from += ROUND) yield queries.slice(from, from + ROUND);
    return;
  }
  let round: string[] = [];
  for await (const query of queries) {
    round.push(query);
    if (round.length < ROUND) continue;
    yield round;
    round = [];
  }
  if (round.length > 0) yield round;
}

/** What is asked several times, however it is written, is looked up once. */
class Targets {
  readonly ranges: AddressRange[] = [];
  /** For each query the place of its range. */
  readonly places: Uint32Array;

  constructor(queries: readonly string[]) {
    const known = new Map<string | bigint, number>();
    this.places = new Uint32Array(queries.length);
    queries.forEach((query, i) => {
      const range = readTarget(query);
      const key = range.first === range.last ? range.first : `${range.first} ${range.last}`;
      let place = known.get(key);
      if (place === undefined) {
        place = this.ranges.push(range) - 1;
        known.set(key, place);
      }
      this.places[i] = place;
    });
  }

  byFamily(): [Family, Asked[]][] {
    const v4: Asked[] = [];
    const v6: Asked[] = [];
    this.ranges.forEach(({ first, last }, index) => {
      const lo = toV4(first);
      const hi = first === last ? lo : toV4(last);
      if (lo !== null && hi !== null) v4.push({ index, lo: BigInt(lo), hi: BigInt(hi) });
      else v6.push({ index, lo: first, hi: last });
    });
    return [
      [4, v4],
      [6, v6],
    ];
  }
}

/** Items by their index, in the order in which they are there. */
function grouped<T extends { index: number }>(
  items: readonly T[],
  count: number,
): (index: number) => readonly T[] {
  const ends = new Uint32Array(count + 1);
  for (const { index } of items) ends[index + 1]!++;
  for (let i = 1; i <= count; i++) ends[i]! += ends[i - 1]!;
  const starts = ends.slice();
  const sorted: T[] = new Array(items.length);
  for (const item of items) sorted[starts[item.index]!++] = item;
  return (index) => sorted.slice(ends[index], ends[index + 1]);
}

/** Feeds that a question about a time cannot know of. */
export interface NotKnown {
  /** Those whose oldest version is later. */
  feeds: number;
  /** All that have a version. */
  of: number;
  /** The same in words. */
  sentence: string;
}

/** What is not known of the time that was asked about; null when every feed has a version that old. */
export async function notKnownThen(
  ctx: FeedContext,
  { now, at = null }: LookupOptions,
): Promise<NotKnown | null> {
  if (at === null) return null;
  let [feeds, of, oldest] = [0, 0, Number.POSITIVE_INFINITY];
  for (const { first } of (await knownFeeds(ctx, now)).all) {
    if (first === null) continue;
    of++;
    oldest = Math.min(oldest, first);
    if (first > at.getTime()) feeds++;
  }
  if (feeds === 0) return null;
  const day = new Date(oldest).toISOString().slice(0, 10);
  const sentence =
    feeds === of
      ? `nothing is known of that time: the oldest list that was imported is of ${day}`
      : `${feeds} of ${amount(of, "feed")} ${feeds === 1 ? "has" : "have"} no version that old and ${feeds === 1 ? "is" : "are"} not in the answer; the oldest list of all is of ${day}`;
  return { feeds, of, sentence };
}

function isFirst(feed: KnownFeed, since: number): boolean {
  return feed.first !== null && since <= feed.first;
}

/** What means most comes first; of a merge it is said which of its inputs have it. */
function listingsOf(
  hits: readonly Hit[],
  feeds: KnownFeeds,
  weights: ReadonlyMap<number, number>,
  then: number,
): Listing[] {
  if (hits.length === 0) return [];
  const listed = new Set(hits.map(({ feedId }) => feedId));
  const listings = hits.flatMap(({ feedId, since, latest, addresses }): Listing[] => {
    const feed = feeds.byId.get(feedId);
    if (feed === undefined) return [];
    const has = feed.inputs.flatMap((id) => (listed.has(id) ? (feeds.byId.get(id) ?? []) : []));
    return [
      {
        feed,
        since,
        orEarlier: isFirst(feed, since),
        addresses,
        inputs: feed.inputNames.length === 0 ? null : has,
        weight: Math.round(weights.get(feedId)! * ageFactor(latest, then) * 10) / 10,
      },
    ];
  });
  return listings.sort((a, b) => b.weight - a.weight || (a.feed.name < b.feed.name ? -1 : 1));
}
