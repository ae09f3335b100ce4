/**
 * Whether a request may come in now: not too often, and not with too many at the same time. Counted by user, and by
 * network where nobody is known: users behind one address have nothing to do with each other.
 */
import { InFlight } from "./in-flight.ts";
import { CLIENT_SHARE, MAX_BATCH, STRANGERS_SHARE } from "./limits.ts";
import { RateLimit } from "./rate-limit.ts";
import { batchTooLong, busy, tooMany } from "./refusals.ts";
import type { Visit } from "./visit.ts";

export interface AdmissionOptions {
  /** Requests a minute of one user or network; 0 for no limit. */
  rateLimit: number;
  /** Requests and streams in flight at the same time. */
  maxConnections: number;
}

export class Admission {
  readonly #limit: RateLimit;
  readonly #inFlight: InFlight;

  constructor({ rateLimit, maxConnections }: AdmissionOptions) {
    this.#limit = new RateLimit({ perMinute: rateLimit });
    this.#inFlight = new InFlight(maxConnections, { one: CLIENT_SHARE, strangers: STRANGERS_SHARE });
  }

  /** Requests in flight. */
  get size(): number {
    return this.#inFlight.size;
  }

  /**
   * Lets a request in until its visit ends, or gives its refusal.
   * @param stranger who asks should say who he is, and did not.
   */
  enter(visit: Visit, { stranger }: { stranger: boolean }): Response | null {
    const wait = this.#limit.take(visit.who);
    if (wait > 0) return tooMany(wait);
    const leave = this.#inFlight.enter(visit.who, { stranger });
    if (leave === null) return busy();
    visit.atEnd(leave);
    return null;
  }

  /**
   * Counts a request that is refused in any case; gives another refusal when there were too many of those. Apart from what
   * the same network is let in with: a web page that may not ask shall not keep out the program beside the browser.
   */
  turnAway(visit: Visit): Response | null {
    const wait = this.#limit.take(`refused ${visit.network}`);
    return wait > 0 ? tooMany(wait) : null;
  }

  /** Counts the messages of a batch, one of which has been let in with its request; gives a refusal of them all, or null. */
  batch({ who }: Visit, messages: number): Response | null {
    const longest = Math.min(MAX_BATCH, this.#limit.most);
    if (messages > longest) return batchTooLong(longest);
    // Whoever comes again needs room for the first one too.
    return messages < 2 || this.#limit.take(who, messages - 1) === 0
      ? null
      : tooMany(this.#limit.wait(who, messages), `a batch of ${messages} messages`);
  }
}
