/** Users in the accounts file. Arguments are checked (arguments.ts) before they come here. */
import type { Database } from "bun:sqlite";
import { UserError } from "../model/errors.ts";

export interface User {
  email: string;
  admin: boolean;
  groups: string[];
  disabled: boolean;
  /** Can sign in with a password. */
  password: boolean;
  /** API keys that are stored, expired ones too. */
  keys: number;
  created_at: string;
  last_seen_at: string | null;
}

export interface NewUser {
  email: string;
  admin: boolean;
  groups: readonly string[];
  /** As better-auth makes them (`@better-auth/utils/password`). */
  passwordHash: string | null;
}

/** What ended with a change. */
export interface Ended {
  sessions: number;
  /** OAuth tokens, access and refresh. */
  tokens: number;
}

interface Row {
  email: string;
  admin: number;
  groups: string;
  disabled: number;
  password: number;
  keys: number;
  createdAt: string;
  lastSeenAt: string | null;
}

const SELECT = `select email, admin, groups, disabled, createdAt, lastSeenAt,
    exists (select 1 from account a where a.userId = u.id and a.providerId = 'credential' and a.password is not null) as password,
    (select count(*) from apiKey k where k.userId = u.id) as keys
  from user u`;

function userOf(row: Row): User {
  return {
    email: row.email,
    admin: row.admin === 1,
    groups: namesOf(row.groups),
    disabled: row.disabled === 1,
    password: row.password === 1,
    keys: row.keys,
    created_at: row.createdAt,
    last_seen_at: row.lastSeenAt,
  };
}

/** A stored list of names; none when it is no such list. */
export function namesOf(json: string | null): string[] {
  if (json === null) return [];
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((name) => typeof name === "string") ? value : [];
  } catch {
    return [];
  }
}

/**
 * The identifier of a user.
 * @throws UserError when there is none with this address.
 */
export function userId(database: Database, email: string): string {
  const row = database.query<{ id: string }, [string]>("select id from user where email = ?").get(email);
  if (row === null)
    throw new UserError(
      `there is no user ${email}: gadwall user list shows them, gadwall user add makes one`,
    );
  return row.id;
}

export function listUsers(database: Database): User[] {
  return database.query<Row, []>(`${SELECT} order by email`).all().map(userOf);
}

/** @throws UserError */
export function getUser(database: Database, email: string): User {
  return userOf(database.query<Row, [string]>(`${SELECT} where id = ?`).get(userId(database, email)) as Row);
}

/** @throws UserError when there is such a user. */
export function addUser(database: Database, { email, admin, groups, passwordHash }: NewUser): User {
  return database
    .transaction(() => {
      const now = new Date().toISOString();
      const id = crypto.randomUUID();
      // Added by the owner, who vouches for the address.
      const { changes } = database.run(
        `insert into user (id, name, email, emailVerified, createdAt, updatedAt, admin, groups)
         values (?, ?, ?, 1, ?, ?, ?, ?) on conflict (email) do nothing`,
        [id, email, email, now, now, admin ? 1 : 0, JSON.stringify(groups)],
      );
      if (changes === 0) throw new UserError(`there is a user ${email} already: gadwall user list`);
      if (passwordHash !== null) storePassword(database, id, passwordHash);
      return getUser(database, email);
    })
    .immediate();
}

/** @throws UserError when there is no such user. */
export function setGroups(database: Database, email: string, groups: readonly string[]): User {
  return database
    .transaction(() => {
      database.run("update user set groups = ?, updatedAt = ? where id = ?", [
        JSON.stringify(groups),
        new Date().toISOString(),
        userId(database, email),
      ]);
      return getUser(database, email);
    })
    .immediate();
}

/**
 * Disables or enables a user. Disabling ends sessions and OAuth tokens for good; API keys stay and are refused until
 * the user is enabled.
 * @throws UserError when there is no such user.
 */
export function setDisabled(database: Database, email: string, disabled: boolean): Ended {
  return database
    .transaction(() => {
      const id = userId(database, email);
      database.run("update user set disabled = ?, updatedAt = ? where id = ?", [
        disabled ? 1 : 0,
        new Date().toISOString(),
        id,
      ]);
      return disabled ? endAll(database, id) : { sessions: 0, tokens: 0 };
    })
    .immediate();
}

/**
 * Sets the password, or takes it away. Whoever signed in with the old one is signed out, OAuth tokens end.
 * @throws UserError when there is no such user.
 */
export function setPassword(database: Database, email: string, passwordHash: string | null): Ended {
  return database
    .transaction(() => {
      const id = userId(database, email);
      database.run("delete from account where userId = ? and providerId = 'credential'", [id]);
      if (passwordHash !== null) storePassword(database, id, passwordHash);
      return endAll(database, id);
    })
    .immediate();
}

/**
 * Removes a user with keys, tokens and sessions.
 * @throws UserError when there is no such user.
 */
export function removeUser(database: Database, email: string): void {
  database
    .transaction(() => {
      const id = userId(database, email);
      endAll(database, id);
      database.run("delete from user where id = ?", [id]);
    })
    .immediate();
}

/** As better-auth stores passwords. */
function storePassword(database: Database, id: string, hash: string): void {
  const now = new Date().toISOString();
  database.run(
    `insert into account (id, accountId, providerId, userId, password, createdAt, updatedAt)
     values (?, ?, 'credential', ?, ?, ?, ?)`,
    [crypto.randomUUID(), id, id, hash, now, now],
  );
}

/**
 * Sessions, tokens, and what could still become one: codes and links on their way (they name the user). Whoever signed in
 * may have been somebody else, so that the places are forgotten too.
 */
function endAll(database: Database, id: string): Ended {
  const gone = (table: string): number => database.run(`delete from ${table} where userId = ?`, [id]).changes;
  database.run("delete from verification where instr(value, ?) > 0", [id]);
  gone("knownPlace");
  const access = gone("oauthAccessToken");
  return { tokens: access + gone("oauthRefreshToken"), sessions: gone("session") };
}
