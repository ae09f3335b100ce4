/** Putting feeds together by a set expression: what it holds, and what each subtraction took away. */
import { UserError } from "../model/errors.ts";
import { parseNetwork, toV4 } from "../model/ip.ts";
import { type Amount, less } from "../model/ip-amount.ts";
import { type Expression, type Preset, parseExpression } from "./expression.ts";
import { type FeedContext, type KnownFeed, type KnownFeeds, knownFeeds } from "./known.ts";
import { RESERVED_NETWORKS } from "./metrics/reserved.ts";
import { merge4, merge6 } from "./ranges.ts";
import { type AddressSet, amountOf, combine, NOTHING, storedRanges } from "./stored.ts";

/** What one minus sign did, where it stands. */
export interface Subtraction {
  /** What was subtracted, as it is written. */
  subtracted: string;
  /** Addresses that are gone because of it. */
  removed: Amount;
  /** For a preset: the lists that it took beside fixed networks. */
  lists: readonly string[] | null;
  /** Of a preset that takes lists where there are none: what that means; null otherwise. */
  lacking: string | null;
}

export interface Composition {
  ranges: AddressSet;
  amount: Amount;
  /** The feeds named and those that presets brought, in the order of the expression. */
  feeds: KnownFeed[];
  /** In the order in which they were done. */
  subtractions: Subtraction[];
  /** Feeds whose terms do not allow passing the result on; those with unknown terms. */
  notRedistributable: KnownFeed[];
  termsUnknown: KnownFeed[];
}

const PRIVATE = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
];

/** IPv6 outside global unicast (RFC 4291), and what is set aside in it. */
const BOGONS_6 = ["::/3", "4000::/2", "8000::/1", "2001:db8::/32", "3fff::/20"];

const FIXED: Readonly<Record<Preset, readonly string[]>> = {
  private: PRIVATE,
  bogons: [...RESERVED_NETWORKS.map(({ cidr }) => cidr), ...BOGONS_6],
  critical: [],
};

const LACKING: Readonly<Record<Preset, string | null>> = {
  private: null,
  bogons: "no list here has the role bogons: only the reserved networks were subtracted",
  critical: "no list here has a critical tier: nothing was subtracted",
};

const LISTS: Readonly<Record<Preset, (feed: KnownFeed) => boolean>> = {
  private: () => false,
  bogons: ({ roles }) => roles.includes("bogons"),
  critical: ({ critical }) => critical !== null,
};

/**
 * Evaluates a set expression over what feeds list now.
 * @throws UserError when it cannot be read or names a feed that is not there.
 */
export async function compose(ctx: FeedContext, text: string, now: Date): Promise<Composition> {
  const expression = parseExpression(text);
  const feeds = await knownFeeds(ctx, now);
  const work = new Evaluation(ctx, feeds, text);
  const ranges = await work.evaluate(expression);
  const named = [...work.used];
  return {
    ranges,
    amount: amountOf(ranges),
    feeds: named,
    subtractions: work.subtractions,
    notRedistributable: named.filter(({ redistributable }) => redistributable === false),
    termsUnknown: named.filter(({ redistributable }) => redistributable === null),
  };
}

class Evaluation {
  readonly used = new Set<KnownFeed>();
  readonly subtractions: Subtraction[] = [];
  readonly #ctx: FeedContext;
  readonly #feeds: KnownFeeds;
  readonly #text: string;

  constructor(ctx: FeedContext, feeds: KnownFeeds, text: string) {
    this.#ctx = ctx;
    this.#feeds = feeds;
    this.#text = text;
  }

  async evaluate(expression: Expression): Promise<AddressSet> {
    switch (expression.k) {
      case "feed":
        return storedRanges(this.#ctx.connection, [this.#named(expression).id]);
      case "preset":
        return this.#preset(expression.preset);
      case "union": {
        // A chain of names is read and merged at once.
        const names = unionOf(expression);
        if (names !== null)
          return storedRanges(this.#ctx.connection, [...new Set(names.map((name) => this.#named(name).id))]);
        return combine("union", await this.evaluate(expression.left), await this.evaluate(expression.right));
      }
      case "intersection":
        return combine(
          "intersection",
          await this.evaluate(expression.left),
          await this.evaluate(expression.right),
        );
      case "difference": {
        const { left, right } = expression;
        const before = await this.evaluate(left);
        const after = combine("difference", before, await this.evaluate(right));
        const lists = right.k === "preset" ? this.#lists(right.preset).map(({ name }) => name) : null;
        this.subtractions.push({
          subtracted: this.#text.slice(right.start, right.end),
          removed: less(amountOf(before), amountOf(after)),
          lists,
          lacking: right.k === "preset" && lists?.length === 0 ? LACKING[right.preset] : null,
        });
        return after;
      }
    }
  }

  #named({ name, start }: Expression & { k: "feed" }): KnownFeed {
    try {
      const feed = this.#feeds.named(name);
      this.used.add(feed);
      return feed;
    } catch (error) {
      if (!(error instanceof UserError) || this.#feeds.byId.size === 0) throw error;
      throw new UserError(`the set expression at character ${start + 1}: ${error.message}`);
    }
  }

  #lists(preset: Preset): KnownFeed[] {
    return [...this.#feeds.all].filter(LISTS[preset]);
  }

  async #preset(preset: Preset): Promise<AddressSet> {
    const lists = this.#lists(preset);
    const fixed = setOf(FIXED[preset]);
    if (lists.length === 0) return fixed;
    const listed = await storedRanges(
      this.#ctx.connection,
      lists.map(({ id }) => id),
    );
    return combine("union", fixed, listed);
  }
}

/** The names of a union of nothing but names. */
function unionOf(expression: Expression): (Expression & { k: "feed" })[] | null {
  const names: (Expression & { k: "feed" })[] = [];
  let left: Expression = expression;
  while (left.k === "union") {
    if (left.right.k !== "feed") return null;
    names.unshift(left.right);
    left = left.left;
  }
  return left.k === "feed" ? [left, ...names] : null;
}

function setOf(networks: readonly string[]): AddressSet {
  if (networks.length === 0) return NOTHING;
  const ranges = networks.map((network) => parseNetwork(network)!);
  const v4 = ranges.filter(({ first }) => toV4(first) !== null);
  const v6 = ranges.filter(({ first }) => toV4(first) === null);
  return {
    v4: merge4({
      lo: Uint32Array.from(v4, ({ first }) => toV4(first)!),
      hi: Uint32Array.from(v4, ({ last }) => toV4(last)!),
    }),
    v6: merge6({ lo: v6.map(({ first }) => first), hi: v6.map(({ last }) => last) }),
  };
}
