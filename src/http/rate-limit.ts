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

  /** Requests that can ever pass at once. */
  get most(): number {
    return this.#perMinute === 0 ? Number.POSITIVE_INFINITY : this.#perMinute;
  }

  /** Takes requests of a client, all or none: 0 when they may pass, else the whole seconds after which they may. */
  take(client: string, requests = 1): number {
    if (this.#perMinute === 0) return 0;
    const now = this.#now();
    const spent = this.#spent(client, now);
    const wait = this.#missing(spent, requests);
    this.#full.delete(client);
    this.#full.set(client, now + spent + (wait > 0 ? 0 : this.#cost(requests)));
    if (this.#full.size > this.#clients) this.#forget(now);
    return wait;
  }

  /** The whole seconds after which so many requests of a client may pass; 0 for now. */
  wait(client: string, requests: number): number {
    return this.#perMinute === 0 ? 0 : this.#missing(this.#spent(client, this.#now()), requests);
  }

  /** Clients remembered. */
  get size(): number {
    return this.#full.size;
  }

  /** Milliseconds until the bucket of a client is full. */
  #spent(client: string, now: number): number {
    return Math.max(0, (this.#full.get(client) ?? 0) - now);
  }

  #cost(requests: number): number {
    return (requests * MINUTE) / this.#perMinute;
  }

  #missing(spent: number, requests: number): number {
    const missing = spent + this.#cost(requests) - MINUTE - EXACT;
    return missing > 0 ? Math.max(1, Math.ceil(missing / 1000)) : 0;
  }

  /** Forgets clients whose bucket is full again, longest unseen first, and in any case as many as there are too many. */
  #forget(now: number): void {
    for (const [client, full] of this.#full) {
      if (this.#full.size <= this.#clients && full > now) return;
      this.#full.delete(client);
    }
  }
}
