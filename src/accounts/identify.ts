/** From a bearer token to who shows it: one look in the accounts file a call, so that every change counts at once. */
import type { Database } from "bun:sqlite";
import type { Identity } from "./identity.ts";
import { isKey } from "./keys.ts";
import { tokenHash } from "./token-hash.ts";
import { namesOf } from "./users.ts";

/** What OAuth tokens begin with; what follows is random. */
export const ACCESS_TOKEN_PREFIX = "gadwall_oat_";
export const REFRESH_TOKEN_PREFIX = "gadwall_ort_";
/** A key of ours or a token of any shape is shorter: the rest is not looked at. */
const LONGEST = 256;
/** When something was used is noted to the minute: a busy client shall not make every call a write. */
const NOTED_EVERY_MS = 60_000;

interface UserColumns {
  userId: string;
  email: string;
  groups: string;
  admin: number;
  lastSeenAt: string | null;
}

interface KeyColumns extends UserColumns {
  id: number;
  lastUsedAt: string | null;
}

interface TokenColumns extends UserColumns {
  resources: string | null;
  scopes: string;
}

const USER = "u.id as userId, u.email, u.groups, u.admin, u.lastSeenAt";

function identity(row: UserColumns, by: Identity["by"], scopes: readonly string[]): Identity {
  return { email: row.email, groups: namesOf(row.groups), admin: row.admin === 1, by, scopes };
}

/**
 * Notes that somebody was here. That this fails (a full disk, a file that cannot be written) is no reason to refuse
 * who was found.
 */
function note(
  database: Database,
  statement: string,
  last: string | null,
  id: string | number,
  now = Date.now(),
): void {
  if (last !== null && now - Date.parse(last) < NOTED_EVERY_MS) return;
  try {
    database.run(statement, [new Date(now).toISOString(), id]);
  } catch {
    // Told by whatever has to write.
  }
}

/** Whose key this is; null when it is wrong, revoked or expired, or its user disabled. */
export function identifyKey(database: Database, key: string): Identity | null {
  if (!isKey(key)) return null;
  const row = database
    .query<KeyColumns, [string, string]>(
      `select k.id, k.lastUsedAt, ${USER} from apiKey k join user u on u.id = k.userId
       where k.hash = ? and u.disabled = 0 and (k.expiresAt is null or k.expiresAt > ?)`,
    )
    .get(tokenHash(key), new Date().toISOString());
  if (row === null) return null;
  const now = Date.now();
  note(database, "update apiKey set lastUsedAt = ? where id = ?", row.lastUsedAt, row.id, now);
  note(database, "update user set lastSeenAt = ? where id = ?", row.lastSeenAt, row.userId, now);
  return identity(row, "key", []);
}

/**
 * For whom an OAuth access token was issued; null when it is wrong, revoked, expired, bound to a key of the client (we
 * do not check such), meant for another audience or for none, or its user or client is disabled.
 */
export function identifyToken(database: Database, token: string, audience: string): Identity | null {
  if (!token.startsWith(ACCESS_TOKEN_PREFIX) || token.length > LONGEST) return null;
  const row = database
    .query<TokenColumns, [string, string]>(
      `select t.resources, t.scopes, ${USER} from oauthAccessToken t
       join oauthClient c on c.clientId = t.clientId join user u on u.id = t.userId
       where t.token = ? and t.revoked is null and t.expiresAt > ? and t.confirmation is null
         and coalesce(c.disabled, 0) = 0 and u.disabled = 0`,
    )
    .get(tokenHash(token.slice(ACCESS_TOKEN_PREFIX.length)), new Date().toISOString());
  if (row === null || !namesOf(row.resources).includes(audience)) return null;
  note(database, "update user set lastSeenAt = ? where id = ?", row.lastSeenAt, row.userId);
  return identity(row, "oauth", namesOf(row.scopes));
}

/** The user of a browser's session, as better-auth found it; null when disabled or gone. */
export function identifyUser(database: Database, id: string): Identity | null {
  const row = database
    .query<UserColumns, [string]>(`select ${USER} from user u where u.id = ? and u.disabled = 0`)
    .get(id);
  if (row === null) return null;
  note(database, "update user set lastSeenAt = ? where id = ?", row.lastSeenAt, row.userId);
  return identity(row, "session", []);
}
