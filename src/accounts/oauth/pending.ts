/**
 * Authorization requests that wait for somebody's consent: each under a random name that only the browser knows, which
 * finds it once. Kept in the accounts file, so that any process of the server can go on with it.
 */
import type { Database } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import { tokenHash } from "../token-hash.ts";
import { OAuthError } from "./errors.ts";

/** Asking is open to everybody: this much of it may wait. */
const MOST = 10_000;
const KIND = "consent-request:";

const keyOf = (name: string): string => KIND + tokenHash(name);

/**
 * Keeps the parameters of a request that is in order.
 * @returns its name.
 * @throws OAuthError when too many wait.
 */
export function keep(
  database: Database,
  parameters: URLSearchParams,
  seconds: number,
  now = Date.now(),
): string {
  const name = randomBytes(32).toString("base64url");
  const at = new Date(now).toISOString();
  database
    .transaction(() => {
      database.run("delete from verification where identifier glob ? and expiresAt <= ?", [`${KIND}*`, at]);
      const waiting = database
        .query<{ count: number }, [string]>(
          "select count(*) as count from verification where identifier glob ?",
        )
        .get(`${KIND}*`);
      if (waiting !== null && waiting.count >= MOST)
        throw new OAuthError("temporarily_unavailable", "Too many requests wait for consent: try later", 503);
      database.run(
        `insert into verification (id, identifier, value, expiresAt, createdAt, updatedAt)
         values (?, ?, ?, ?, ?, ?)`,
        [
          crypto.randomUUID(),
          keyOf(name),
          parameters.toString(),
          new Date(now + seconds * 1000).toISOString(),
          at,
          at,
        ],
      );
    })
    .immediate();
  return name;
}

/** The parameters of a request; null when it is unknown, answered or expired. */
export function find(database: Database, name: string): URLSearchParams | null {
  const row = database
    .query<{ value: string }, [string, string]>(
      "select value from verification where identifier = ? and expiresAt > ?",
    )
    .get(keyOf(name), new Date().toISOString());
  return row === null ? null : new URLSearchParams(row.value);
}

/** The same, and it cannot be found again: of several who try, one gets it. */
export function take(database: Database, name: string): URLSearchParams | null {
  const row = database
    .query<{ value: string; expiresAt: string }, [string]>(
      "delete from verification where identifier = ? returning value, expiresAt",
    )
    .get(keyOf(name));
  return row === null || row.expiresAt <= new Date().toISOString() ? null : new URLSearchParams(row.value);
}
