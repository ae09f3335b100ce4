/**
 * What clients were granted, in the accounts file. All tokens that came of one authorization code are one grant, named
 * by the code's hash. Each function is one transaction: a grant ends as a whole, or not.
 */
import type { Database } from "bun:sqlite";
import { ACCESS_TOKEN_PREFIX, REFRESH_TOKEN_PREFIX } from "../identify.ts";
import { tokenHash } from "../token-hash.ts";

/** How long a request may be under way that would still issue a token of an ended grant. */
const ENDED_KEPT_MS = 3_600_000;
/** How long a spent refresh token is known as such: whoever has an older one has got no further with it either. */
const SPENT_KEPT_MS = 90 * 86_400_000;

interface TokenRow {
  id: string;
  clientId: string;
  grantId: string | null;
  revoked: string | null;
}

const COLUMNS = "id, clientId, authorizationCodeId as grantId, revoked";

function refreshToken(database: Database, token: string): TokenRow | null {
  if (!token.startsWith(REFRESH_TOKEN_PREFIX)) return null;
  return database
    .query<TokenRow, [string]>(`select ${COLUMNS} from oauthRefreshToken where token = ?`)
    .get(tokenHash(token.slice(REFRESH_TOKEN_PREFIX.length)));
}

function accessToken(database: Database, token: string): TokenRow | null {
  if (!token.startsWith(ACCESS_TOKEN_PREFIX)) return null;
  return database
    .query<TokenRow, [string]>(`select ${COLUMNS} from oauthAccessToken where token = ?`)
    .get(tokenHash(token.slice(ACCESS_TOKEN_PREFIX.length)));
}

function end(database: Database, grantId: string): void {
  database.run("insert into endedGrant (grantId, endedAt) values (?, ?) on conflict do nothing", [
    grantId,
    new Date().toISOString(),
  ]);
  for (const table of ["oauthAccessToken", "oauthRefreshToken"])
    database.run(`delete from ${table} where authorizationCodeId = ?`, [grantId]);
}

/** Ends the grant of an authorization code that was redeemed before: whoever comes second may have stolen it. */
export function endIfRedeemed(database: Database, code: string): boolean {
  return database
    .transaction(() => {
      const grantId = tokenHash(code);
      const issued = database
        .query(
          `select 1 from oauthAccessToken where authorizationCodeId = ?1
           union all select 1 from oauthRefreshToken where authorizationCodeId = ?1`,
        )
        .get(grantId);
      if (issued !== null) end(database, grantId);
      return issued !== null;
    })
    .immediate();
}

/** Ends the grant of a refresh token that was spent before (RFC 9700 §4.14.2). */
export function endIfSpent(database: Database, token: string): boolean {
  return database
    .transaction(() => {
      const row = refreshToken(database, token);
      if (row === null || row.revoked === null) return false;
      if (row.grantId !== null) end(database, row.grantId);
      return true;
    })
    .immediate();
}

/**
 * Revokes a token of a client: an access token alone, with a refresh token the whole grant (RFC 7009 §2.1). A token that
 * is unknown or another client's changes nothing.
 */
export function revoke(database: Database, clientId: string, token: string): void {
  database
    .transaction(() => {
      const refresh = refreshToken(database, token);
      if (refresh?.clientId === clientId && refresh.grantId !== null) end(database, refresh.grantId);
      const access = accessToken(database, token);
      if (access?.clientId === clientId)
        database.run("delete from oauthAccessToken where id = ?", [access.id]);
    })
    .immediate();
}

/** What a user let in. */
export interface Grant {
  id: string;
  /** What the client calls itself. */
  client: string;
  /** Of the newest token. */
  used_at: string;
}

/** The clients that a user let in and that can still get tokens, newest first. */
export function grantsOf(database: Database, userId: string): Grant[] {
  return database
    .query<Grant, [string, string]>(
      `select t.authorizationCodeId as id, coalesce(nullif(c.name, ''), c.clientId) as client, t.createdAt as used_at
       from oauthRefreshToken t join oauthClient c on c.clientId = t.clientId
       where t.userId = ? and t.revoked is null and t.expiresAt > ? and t.authorizationCodeId is not null
       order by t.createdAt desc, t.rowid desc`,
    )
    .all(userId, new Date().toISOString());
}

/** Ends a grant of a user; nothing happens when it is not his. */
export function endGrantOf(database: Database, userId: string, grantId: string): void {
  database
    .transaction(() => {
      const row = database
        .query("select 1 from oauthRefreshToken where userId = ? and authorizationCodeId = ?")
        .get(userId, grantId);
      if (row !== null) end(database, grantId);
    })
    .immediate();
}

/** Whether there is such a client, and it may ask for something. */
export function isClient(database: Database, clientId: string): boolean {
  return (
    database
      .query("select 1 from oauthClient where clientId = ? and coalesce(disabled, 0) = 0")
      .get(clientId) !== null
  );
}

/** Forgets what nothing depends on any more. */
export function sweepGrants(database: Database, now = Date.now()): void {
  const before = (age: number): string => new Date(now - age).toISOString();
  database.run("delete from endedGrant where endedAt <= ?", [before(ENDED_KEPT_MS)]);
  database.run("delete from oauthRefreshToken where revoked <= ?", [before(SPENT_KEPT_MS)]);
}
