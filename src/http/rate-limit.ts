/** Token buckets: as many requests a minute as allowed, all at once when nothing was asked for a minute. */

const MINUTE = 60_000;
/** Sums of fractions of milliseconds are not exact. */
const EXACT = 1e-6;

export interface RateLimitOptions {
  /** Requests a minute, and at once; 0 for no limit. */
  perMinute: number;
  /** Clients remembered at most: the longest unseen are forgotten first. */
  clients?: number;
  now?(): number;
}

export class RateLimit {
  readonly #perMinute: number;
  readonly #clients: number;
  readonly #now: () => number;
  /** When each client's bucket will be full again, in the order in which they were last seen. */
  readonly #full = new Map<string, number>();

  constructor({ perMinute, clients = 10_000, now = () => performance.now() }: RateLimitOptions) {
    this.#perMinute = perMinute;
    this.#clients = clients;
    this.#now = now;
  }

  /** Takes one request of a client: 0 when it may pass, else the whole seconds after which one may. */
  take(client: string): number {
    if (this.#perMinute === 0) return 0;
    const now = this.#now();
    const each = MINUTE / this.#perMinute;
    const spent = Math.max(0, (this.#full.get(client) ?? 0) - now);
    const missing = spent + each - MINUTE - EXACT;
    this.#full.delete(client);
    this.#full.set(client, now + spent + (missing > 0 ? 0 : each));
    if (this.#full.size > this.#clients) this.#forget(now);
    return missing > 0 ? Math.max(1, Math.ceil(missing / 1000)) : 0;
  }

  /** Clients remembered. */
  get size(): number {
    return this.#full.size;
  }

  /** Forgets clients whose bucket is full again, longest unseen first, and in any case as many as there are too many. */
  #forget(now: number): void {
    for (const [client, full] of this.#full) {
      if (this.#full.size <= this.#clients && full > now) return;
      this.#full.delete(client);
    }
  }
}
