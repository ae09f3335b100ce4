/**
 * A bound on the requests that are answered at the same time, streams included: by all, by one user or network, and by
 * all strangers together, who shall not keep out those who belong.
 */
export interface InFlightShares {
  /** Of all, that one user or network can have. */
  one: number;
  /** Of all, that those can have together who did not say who they are where that is asked. */
  strangers: number;
}

export class InFlight {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #mostOfStrangers: number;
  readonly #ofOne = new Map<string, number>();
  #all = 0;
  #strangers = 0;

  constructor(most: number, { one, strangers }: InFlightShares) {
    this.#most = most;
    this.#mostOfOne = part(most, one);
    this.#mostOfStrangers = part(most, strangers);
  }

  /** Lets a request in: gives what to call once when it is answered, or null when there is no room. */
  enter(who: string, { stranger }: { stranger: boolean }): (() => void) | null {
    const his = this.#ofOne.get(who) ?? 0;
    if (this.#all >= this.#most || his >= this.#mostOfOne) return null;
    if (stranger && this.#strangers >= this.#mostOfStrangers) return null;
    this.#all++;
    if (stranger) this.#strangers++;
    this.#ofOne.set(who, his + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#all--;
      if (stranger) this.#strangers--;
      const remaining = this.#ofOne.get(who)! - 1;
      if (remaining === 0) this.#ofOne.delete(who);
      else this.#ofOne.set(who, remaining);
    };
  }

  get size(): number {
    return this.#all;
  }
}

/** A share of all there are; at least one. */
export function part(most: number, share: number): number {
  return Math.max(1, Math.floor(most * share));
}
