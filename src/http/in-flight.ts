/** A bound on the requests that are answered at the same time, streams included: by all, and by one client. */
export class InFlight {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #ofOne = new Map<string, number>();
  #all = 0;

  /** @param share of `most` that one client can have. */
  constructor(most: number, share: number) {
    this.#most = most;
    this.#mostOfOne = Math.max(1, Math.floor(most * share));
  }

  /** Lets a request in: gives what to call once when it is answered, or null when there is no room. */
  enter(client: string): (() => void) | null {
    const his = this.#ofOne.get(client) ?? 0;
    if (this.#all >= this.#most || his >= this.#mostOfOne) return null;
    this.#all++;
    this.#ofOne.set(client, his + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#all--;
      const remaining = this.#ofOne.get(client)! - 1;
      if (remaining === 0) this.#ofOne.delete(client);
      else this.#ofOne.set(client, remaining);
    };
  }

  get size(): number {
    return this.#all;
  }
}
