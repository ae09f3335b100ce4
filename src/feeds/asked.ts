/**
 * Many addresses and networks as they are matched with rows of ranges that stream by. Networks nest or are disjoint, so
 * what holds an address is a chain: each network knows the smallest one around it.
 */

/** A range asked for: an address, or a network in CIDR notation. */
export interface Asked {
  index: number;
  lo: bigint;
  hi: bigint;
}

export class AskedRanges<N extends number | bigint> {
  /** In the order of first addresses; of those with the same one, wide networks first. */
  readonly #items: readonly Asked[];
  readonly #lo: readonly N[];
  readonly #hi: readonly N[];
  /** Places of the smallest networks around, -1 for none. */
  readonly #around: Int32Array;
  /** The first item that does not begin before the last row, and where that began. */
  #at = 0;
  #last: N | null = null;

  /** @param asked each range once. */
  constructor(asked: readonly Asked[], number: (n: bigint) => N) {
    const lo = asked.map((range) => number(range.lo));
    const hi = asked.map((range) => number(range.hi));
    const order = Uint32Array.from(asked.keys()).sort((a, b) => {
      if (lo[a] === lo[b]) return hi[a]! > hi[b]! ? -1 : 1;
      return lo[a]! < lo[b]! ? -1 : 1;
    });
    this.#items = Array.from(order, (place) => asked[place]!);
    this.#lo = Array.from(order, (place) => lo[place]!);
    this.#hi = Array.from(order, (place) => hi[place]!);
    this.#around = new Int32Array(asked.length);
    for (let i = 0; i < asked.length; i++) {
      let around = i - 1;
      while (around >= 0 && this.#hi[around]! < this.#lo[i]!) around = this.#around[around]!;
      this.#around[i] = around;
    }
  }

  /** What was asked for of which a row holds some. Rows in order are the fastest. */
  touched(lo: N, hi: N, found: (asked: Asked) => void): void {
    if (this.#last !== null && lo < this.#last) this.#at = this.#firstFrom(lo);
    this.#last = lo;
    const count = this.#items.length;
    while (this.#at < count && this.#lo[this.#at]! < lo) this.#at++;
    for (let i = this.#at - 1; i >= 0; i = this.#around[i]!) if (this.#hi[i]! >= lo) found(this.#items[i]!);
    for (let i = this.#at; i < count && this.#lo[i]! <= hi; i++) found(this.#items[i]!);
  }

  #firstFrom(lo: N): number {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#lo[middle]! < lo) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
