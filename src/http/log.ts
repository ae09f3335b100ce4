/**
 * What the server writes about its requests. Whoever is refused again and again shall not fill the disk, nor hide what
 * else happens: a minute has some lines for him, and then one that says how many were left out.
 */
import { type LogEntry, leftOutLine, logLine } from "./access-log.ts";
import { REFUSALS_LISTED } from "./limits.ts";
import type { Visit } from "./visit.ts";

const MINUTE = 60_000;
/** Users and networks that are told apart in a minute; those beyond are counted as one. */
const MOST_SUBJECTS = 1000;
const OTHERS = "others";

interface Refused {
  /** For the line about those that were left out; null for troubles of the server itself. */
  subject: { client: string; user: string | null } | null;
  listed: number;
  left: number;
}

export interface LogOptions {
  /** Lines about requests as JSON. */
  json: boolean;
  /** Writes one line. */
  tell(line: string): void;
  now?(): number;
}

export class Log {
  readonly #options: LogOptions;
  readonly #now: () => number;
  readonly #refused = new Map<string, Refused>();
  /** When the minute began. */
  #since = Number.NEGATIVE_INFINITY;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** A request that was answered: a line for each of its messages. */
  request(visit: Visit, status: number, milliseconds: number): void {
    const { client, identity, request, path, asked } = visit;
    const now = this.#now();
    const entry: LogEntry = {
      time: new Date(now),
      client,
      user: identity?.email ?? null,
      method: request.method,
      path,
      status,
      milliseconds,
      rpc: null,
      tool: null,
    };
    const messages = asked.length === 0 ? [null] : asked;
    for (const message of messages) {
      if (isRefusal(status) && !this.#isListed(visit.who, { client: visit.network, user: entry.user }, now))
        continue;
      const { json, tell } = this.#options;
      tell(logLine({ ...entry, rpc: message?.method ?? null, tool: message?.tool ?? null }, json));
    }
  }

  /** Something that is wrong with the server, which each of many requests may meet. */
  trouble(line: string): void {
    if (this.#isListed("trouble", null, this.#now())) this.#options.tell(line);
  }

  /** Says what was left out when its minute is over. */
  sweep(): void {
    if (this.#now() - this.#since >= MINUTE) this.flush();
  }

  /** Says what was left out until now. */
  flush(): void {
    const { json, tell } = this.#options;
    const now = this.#now();
    for (const { subject, left } of this.#refused.values()) {
      if (left === 0) continue;
      if (subject === null) tell(`gadwall: ${left} more lines like the last ones within a minute`);
      else tell(leftOutLine({ time: new Date(now), ...subject, refusals: left }, json));
    }
    this.#refused.clear();
    this.#since = now;
  }

  #isListed(who: string, subject: Refused["subject"], now: number): boolean {
    if (now - this.#since >= MINUTE) this.flush();
    const isKnown = this.#refused.has(who) || this.#refused.size < MOST_SUBJECTS;
    const key = isKnown ? who : OTHERS;
    let refused = this.#refused.get(key);
    if (refused === undefined) {
      refused = { subject: isKnown ? subject : { client: OTHERS, user: null }, listed: 0, left: 0 };
      this.#refused.set(key, refused);
    }
    if (refused.listed < REFUSALS_LISTED) {
      refused.listed++;
      return true;
    }
    refused.left++;
    return false;
  }
}

/** True where the request was at fault, or came too often; not for failures of the server. */
function isRefusal(status: number): boolean {
  return status === 503 || (status >= 400 && status < 500);
}
