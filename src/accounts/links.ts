/**
 * Links with which a user signs in once, made by whoever administers the server, or sent by mail (src/mail/). Stored as
 * better-auth's magic-link plugin looks for them. A new one does not end older ones: somebody else who asks for one shall
 * not take away the one that is about to be used.
 */
import type { Database } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import { tokenHash } from "./token-hash.ts";
import { userId } from "./users.ts";

/** As long as IVRE's. */
const LIVES_MS = 900_000;

const keyOf = (token: string): string => `magic-link:${tokenHash(token)}`;

export interface Link {
  /** What the link carries; in this answer and nowhere else. */
  token: string;
  email: string;
  expires_at: string;
}

/** @throws UserError when there is no such user. */
export function createLink(database: Database, email: string): Link {
  const token = randomBytes(32).toString("base64url");
  const now = new Date().toISOString();
  const expires_at = new Date(Date.now() + LIVES_MS).toISOString();
  database
    .transaction(() => {
      // The plugin knows the address only; the identifier is there so that the link ends with what else the user has.
      const value = JSON.stringify({ type: "magic-link", email, name: userId(database, email) });
      database.run(
        `insert into verification (id, identifier, value, expiresAt, createdAt, updatedAt)
         values (?, ?, ?, ?, ?, ?)`,
        [crypto.randomUUID(), keyOf(token), value, expires_at, now, now],
      );
    })
    .immediate();
  return { token, email, expires_at };
}

/** The same for somebody who asked for it himself; null when there is no such user, or he is disabled. */
export function createRequestedLink(database: Database, email: string): Link | null {
  const known = database.query("select 1 from user where email = ? and disabled = 0").get(email) !== null;
  return known ? createLink(database, email) : null;
}

/** Whom a link would sign in; null when it is unknown, used or expired. */
export function linkUser(database: Database, token: string): string | null {
  const row = database
    .query<{ email: string }, [string, string]>(
      "select value ->> 'email' as email from verification where identifier = ? and expiresAt > ?",
    )
    .get(keyOf(token), new Date().toISOString());
  return row?.email ?? null;
}
