/** API keys in the accounts file: random, shown once, stored as a hash. */
import type { Database } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import { UserError } from "../model/errors.ts";
import { tokenHash } from "./token-hash.ts";
import { userId } from "./users.ts";

export const KEY_PREFIX = "gadwall_";
const KEY_BYTES = 32;
/** The prefix and 32 bytes in base64url. */
const KEY = /^gadwall_[A-Za-z0-9_-]{43}$/;
/** So much of a key is stored as it is, to tell keys apart: 36 of 256 bits. */
const START_LENGTH = KEY_PREFIX.length + 6;

export interface Key {
  id: number;
  email: string;
  name: string;
  /** Its first characters. */
  start: string;
  state: "active" | "expired" | "user disabled";
  created_at: string;
  expires_at: string | null;
  /** To the minute. */
  last_used_at: string | null;
}

interface Row {
  id: number;
  email: string;
  name: string;
  start: string;
  disabled: number;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

const SELECT = `select k.id, u.email, k.name, k.start, u.disabled, k.createdAt, k.expiresAt, k.lastUsedAt
  from apiKey k join user u on u.id = k.userId`;

function keyOf(row: Row): Key {
  const expired = row.expiresAt !== null && row.expiresAt <= new Date().toISOString();
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    start: row.start,
    state: row.disabled === 1 ? "user disabled" : expired ? "expired" : "active",
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    last_used_at: row.lastUsedAt,
  };
}

/** Whether a text has the shape of a key; not whether there is such a key. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

/**
 * Makes a key. Its text exists nowhere but in the answer.
 * @throws UserError when there is no such user, or it has a key of this name.
 */
export function createKey(
  database: Database,
  email: string,
  name: string,
  expiresAt: Date | null,
): Key & { key: string } {
  const key = KEY_PREFIX + randomBytes(KEY_BYTES).toString("base64url");
  return database
    .transaction(() => {
      const { changes, lastInsertRowid } = database.run(
        `insert into apiKey (userId, name, hash, start, createdAt, expiresAt) values (?, ?, ?, ?, ?, ?)
         on conflict (userId, name) do nothing`,
        [
          userId(database, email),
          name,
          tokenHash(key),
          key.slice(0, START_LENGTH),
          new Date().toISOString(),
          expiresAt?.toISOString() ?? null,
        ],
      );
      if (changes === 0)
        throw new UserError(
          `${email} has a key of this name already: take another name, or see gadwall key list ${email} and revoke that one`,
        );
      const row = database
        .query<Row, [number]>(`${SELECT} where k.id = ?`)
        .get(Number(lastInsertRowid)) as Row;
      return { ...keyOf(row), key };
    })
    .immediate();
}

/**
 * The keys of a user, or all.
 * @throws UserError when there is no such user.
 */
export function listKeys(database: Database, email: string | null): Key[] {
  const order = "order by u.email, k.id";
  const rows =
    email === null
      ? database.query<Row, []>(`${SELECT} ${order}`).all()
      : database.query<Row, [string]>(`${SELECT} where u.id = ? ${order}`).all(userId(database, email));
  return rows.map(keyOf);
}

/**
 * Revokes the key that a number, the whole key or its first characters name.
 * @returns the key that is no more.
 * @throws UserError when none or several are named.
 */
export function revokeKey(database: Database, which: string): Key {
  return database
    .transaction(() => {
      const rows = find(database, which);
      if (rows.length > 1)
        throw new UserError("several keys begin like this: name it by its number in gadwall key list");
      const row = rows[0];
      if (row === undefined)
        throw new UserError(
          "there is no such key, or it was revoked: name it by its number in gadwall key list",
        );
      database.run("delete from apiKey where id = ?", [row.id]);
      return keyOf(row);
    })
    .immediate();
}

function find(database: Database, which: string): Row[] {
  const by = (condition: string, value: string | number): Row[] =>
    database.query<Row, [string | number]>(`${SELECT} where ${condition}`).all(value);
  if (/^\d{1,15}$/.test(which)) return by("k.id = ?", Number(which));
  return isKey(which) ? by("k.hash = ?", tokenHash(which)) : by("k.start = ?", which);
}
