/**
 * How often a password may be tried. Counted in the accounts file, before the password is looked at, so that neither
 * many tries at once nor a restart get round it. E-mail addresses are kept as hashes: people type passwords there.
 */
import type { Database } from "bun:sqlite";
import { formatAddress, parseAddress, toV4 } from "../model/ip.ts";
import { tokenHash } from "./token-hash.ts";

const WINDOW_MS = 15 * 60_000;

/** Tries in a window. One address alone cannot lock somebody out: its pair limit comes long before the user's. */
const LIMITS = { pair: 10, address: 30, email: 100 } as const;
type Kind = keyof typeof LIMITS;

/** The network that is counted as one: whoever has an IPv6 address has a whole /48. */
function networkOf(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === null) return "unknown";
  return toV4(parsed) === null ? formatAddress((parsed >> 80n) << 80n) : formatAddress(parsed);
}

function subjects(email: string, address: string): Readonly<Record<Kind, string>> {
  const who = tokenHash(email.toLowerCase());
  const network = networkOf(address);
  return { pair: `pair ${who} ${network}`, address: `address ${network}`, email: `email ${who}` };
}

/**
 * Counts a try.
 * @returns 0 when it may go on, else the seconds to wait.
 */
export function countTry(database: Database, email: string, address: string, now = Date.now()): number {
  const oldest = now - WINDOW_MS;
  database.run("delete from signInAttempt where since <= ?", [oldest]);
  const named = subjects(email, address);
  let wait = 0;
  for (const kind of ["address", "pair", "email"] as const) {
    const row = database
      .query<{ count: number; since: number }, [string, number]>(
        `insert into signInAttempt (subject, count, since) values (?, 1, ?)
         on conflict (subject) do update set count = count + 1 returning count, since`,
      )
      .get(named[kind], now);
    if (row !== null && row.count > LIMITS[kind])
      wait = Math.max(wait, Math.ceil((row.since + WINDOW_MS - now) / 1000));
    // What is refused here shall not count against the user as well.
    if (wait > 0) break;
  }
  return wait;
}

/** The right password was given: this user may mistype again from there. */
export function forgiveTries(database: Database, email: string, address: string): void {
  database.run("delete from signInAttempt where subject = ?", [subjects(email, address).pair]);
}
