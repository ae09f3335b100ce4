/**
 * How often a password may be tried, and a link be asked for; counted before anything is looked at. E-mail addresses are
 * kept as hashes: people type passwords there.
 */
import type { Database } from "bun:sqlite";
import { networkKey } from "../model/network.ts";
import { type Attempt, type Bounds, countAttempt, forgiveAttempts } from "./attempts.ts";
import { isKnownPlace } from "./known-places.ts";
import { tokenHash } from "./token-hash.ts";

const PASSWORDS: Bounds = { pair: 10, network: 30, who: 100 };
/** As IVRE's. */
const LINKS: Bounds = { pair: 3, network: 10, who: 3 };

function attempt(kind: Attempt["kind"], email: string, address: string): Attempt {
  return { kind, who: tokenHash(email.toLowerCase()), network: networkKey(address) };
}

/**
 * Counts a try of a password. Where this user signed in lately only what is tried for him there counts: strangers who
 * use up what is left for his address, from however many networks, do not keep him out.
 * @returns 0 when it may go on, else the seconds to wait.
 */
export function countTry(database: Database, email: string, address: string, now = Date.now()): number {
  const tried = attempt("password", email, address);
  const apart = isKnownPlace(database, email, tried.network, now);
  return countAttempt(database, { ...tried, apart }, PASSWORDS, now);
}

/** This user signed in: what was tried for him from there counts no more, for the network either. */
export function forgiveTries(database: Database, email: string, address: string): void {
  forgiveAttempts(database, attempt("password", email, address));
}

/**
 * Counts that somebody asks for a link by e-mail; to be called before looking whether there is such a user.
 * @returns 0 when it may be sent, else the seconds to wait.
 */
export function countLinkRequest(
  database: Database,
  email: string,
  address: string,
  now = Date.now(),
): number {
  return countAttempt(database, attempt("link", email, address), LINKS, now);
}
