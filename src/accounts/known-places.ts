/**
 * From where users signed in: strangers who try passwords for somebody's address shall not keep him out where he has been
 * before.
 */
import type { Database } from "bun:sqlite";
import { networkKey } from "../model/network.ts";

const KEPT_MS = 30 * 86_400_000;

/** Notes that a user has signed in, in whatever way. An address that cannot be read is no place. */
export function rememberPlace(database: Database, userId: string, address: string, now = Date.now()): void {
  const network = networkKey(address);
  if (network === "unknown") return;
  database.run(
    `insert into knownPlace (userId, network, seenAt) values (?, ?, ?)
     on conflict (userId, network) do update set seenAt = excluded.seenAt`,
    [userId, network, now],
  );
}

/** Whether the user with this address signed in from a network in the last 30 days. */
export function isKnownPlace(database: Database, email: string, network: string, now = Date.now()): boolean {
  return (
    database
      .query(
        `select 1 from knownPlace p join user u on u.id = p.userId
         where u.email = ? and p.network = ? and p.seenAt > ?`,
      )
      .get(email.toLowerCase(), network, now - KEPT_MS) !== null
  );
}

/** Forgets what is too old. */
export function sweepPlaces(database: Database, now = Date.now()): void {
  database.run("delete from knownPlace where seenAt <= ?", [now - KEPT_MS]);
}
