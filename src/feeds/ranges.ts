/**
 * Ranges of addresses, both ends included: sorting, merging, set algebra. IPv4 in typed arrays of 32-bit integers,
 * IPv6 in 128-bit ones. "Merged" means sorted, disjoint and not adjacent.
 */

export interface Ranges4 {
  lo: Uint32Array;
  hi: Uint32Array;
}

export interface Ranges6 {
  lo: readonly bigint[];
  hi: readonly bigint[];
}

/** Either of them, for what does not depend on the family. */
interface Ranges<N> {
  lo: ArrayLike<N>;
  hi: ArrayLike<N>;
}

/** How many IPv6 addresses some ranges hold: `span + BigInt(ranges)`, which is up to 2^128. */
export interface Size6 {
  ranges: number;
  /** The sum of `hi - lo`. */
  span: bigint;
}

/** Merges ranges in any order; the same arrays when they are merged already. */
export function merge4(ranges: Ranges4): Ranges4 {
  const { lo, hi } = isSorted(ranges.lo) ? ranges : sort4(ranges);
  const count = lo.length;
  let apart = 1;
  while (apart < count && lo[apart]! > hi[apart - 1]! + 1) apart++;
  if (apart >= count) return { lo, hi };
  const mergedLo = lo.slice();
  const mergedHi = hi.slice();
  // Ranges before `apart` stay; it and the rest are folded onto the last one kept.
  let last = apart - 1;
  for (let i = apart; i < count; i++) {
    if (lo[i]! <= mergedHi[last]! + 1) {
      if (hi[i]! > mergedHi[last]!) mergedHi[last] = hi[i]!;
    } else {
      last++;
      mergedLo[last] = lo[i]!;
      mergedHi[last] = hi[i]!;
    }
  }
  return { lo: mergedLo.slice(0, last + 1), hi: mergedHi.slice(0, last + 1) };
}

/** The same for IPv6. */
export function merge6(ranges: Ranges6): Ranges6 {
  const order = Array.from(ranges.lo.keys());
  if (!isSorted(ranges.lo)) {
    order.sort((a, b) => {
      const [x, y] = [ranges.lo[a]!, ranges.lo[b]!];
      return x < y ? -1 : x > y ? 1 : 0;
    });
  }
  const lo: bigint[] = [];
  const hi: bigint[] = [];
  for (const i of order) {
    const last = hi.length - 1;
    if (last >= 0 && ranges.lo[i]! <= hi[last]! + 1n) {
      if (ranges.hi[i]! > hi[last]!) hi[last] = ranges.hi[i]!;
    } else {
      lo.push(ranges.lo[i]!);
      hi.push(ranges.hi[i]!);
    }
  }
  return { lo, hi };
}

/** Addresses of merged ranges: exact, as there are 2^32 at most. */
export function count4({ lo, hi }: Ranges4): number {
  let sum = 0;
  for (let i = 0; i < lo.length; i++) sum += hi[i]! - lo[i]! + 1;
  return sum;
}

/** Addresses of merged IPv6 ranges. */
export function count6({ lo, hi }: Ranges6): Size6 {
  let span = 0n;
  for (let i = 0; i < lo.length; i++) span += hi[i]! - lo[i]!;
  return { ranges: lo.length, span };
}

/** How many networks (CIDRs) write merged IPv4 ranges down, at least: the "subnets" of a FireHOL header. */
export function networks4({ lo, hi }: Ranges4): number {
  let networks = 0;
  for (let i = 0; i < lo.length; i++) {
    let at = lo[i]!;
    const end = hi[i]! + 1;
    while (at < end) {
      const aligned = at === 0 ? 2 ** 32 : 2 ** (31 - Math.clz32(at & -at));
      let size = Math.min(aligned, 2 ** 32);
      while (size > end - at) size /= 2;
      at += size;
      networks++;
    }
  }
  return networks;
}

type Wanted = (inA: boolean, inB: boolean) => boolean;
const OPERATIONS = {
  union: (a, b) => a || b,
  intersection: (a, b) => a && b,
  difference: (a, b) => a && !b,
} as const satisfies Record<string, Wanted>;

export type Operation = keyof typeof OPERATIONS;

/** Set algebra over merged IPv4 ranges; the result is merged. */
export function combine4(operation: Operation, a: Ranges4, b: Ranges4): Ranges4 {
  const { lo, hi } = combine<number>(
    OPERATIONS[operation],
    a,
    b,
    (n) => n + 1,
    (n) => n - 1,
  );
  return { lo: Uint32Array.from(lo), hi: Uint32Array.from(hi) };
}

/** Set algebra over merged IPv6 ranges; the result is merged. */
export function combine6(operation: Operation, a: Ranges6, b: Ranges6): Ranges6 {
  return combine<bigint>(
    OPERATIONS[operation],
    a,
    b,
    (n) => n + 1n,
    (n) => n - 1n,
  );
}

/** Walks over all places where a range of either begins or has just ended. */
function combine<N extends number | bigint>(
  wanted: Wanted,
  a: Ranges<N>,
  b: Ranges<N>,
  next: (n: N) => N,
  before: (n: N) => N,
): { lo: N[]; hi: N[] } {
  const walkA = new Walk(a, next);
  const walkB = new Walk(b, next);
  const lo: N[] = [];
  const hi: N[] = [];
  let open = false;
  for (;;) {
    const x: N | null = walkA.next;
    const y: N | null = walkB.next;
    let at: N | null = x;
    if (x === null || (y !== null && y < x)) at = y;
    if (at === null) return { lo, hi };
    if (x === at) walkA.step();
    if (y === at) walkB.step();
    const now = wanted(walkA.inside, walkB.inside);
    if (now && !open) lo.push(at);
    if (!now && open) hi.push(before(at));
    open = now;
  }
}

/** Goes along the ends of merged ranges. */
class Walk<N extends number | bigint> {
  inside = false;
  /** Where the next change is; null after the last one. */
  next: N | null;
  #index = 0;
  readonly #ranges: Ranges<N>;
  readonly #after: (n: N) => N;

  constructor(ranges: Ranges<N>, after: (n: N) => N) {
    this.#ranges = ranges;
    this.#after = after;
    this.next = ranges.lo[0] ?? null;
  }

  step(): void {
    this.inside = !this.inside;
    if (this.inside) this.next = this.#after(this.#ranges.hi[this.#index]!);
    else this.next = this.#ranges.lo[++this.#index] ?? null;
  }
}

function isSorted<N extends number | bigint>(values: ArrayLike<N>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false;
  return true;
}

const RADIX_BITS = 11;
const RADIX = 1 << RADIX_BITS;

/** By `lo`: a radix sort, as sorting pairs by a comparison function takes five times as long. */
function sort4(ranges: Ranges4): Ranges4 {
  const count = ranges.lo.length;
  let from: Ranges4 = ranges;
  let spare: Ranges4 | null = null;
  for (let shift = 0; shift < 32; shift += RADIX_BITS) {
    const into = spare ?? { lo: new Uint32Array(count), hi: new Uint32Array(count) };
    const starts = new Uint32Array(RADIX + 1);
    for (let i = 0; i < count; i++) starts[((from.lo[i]! >>> shift) & (RADIX - 1)) + 1]!++;
    for (let i = 1; i <= RADIX; i++) starts[i]! += starts[i - 1]!;
    for (let i = 0; i < count; i++) {
      const place = starts[(from.lo[i]! >>> shift) & (RADIX - 1)]!++;
      into.lo[place] = from.lo[i]!;
      into.hi[place] = from.hi[i]!;
    }
    // What came in is never written to.
    spare = from === ranges ? null : from;
    from = into;
  }
  return from;
}
