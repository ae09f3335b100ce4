import type { Database } from "bun:sqlite";
import { UserError } from "../model/errors.ts";
import { fileOf } from "../store/file-of.ts";
import { emailOf, endOf, groupsOf, keyNameOf, passwordOf } from "./arguments.ts";
import { explained, explaining, hasUsers, openFile } from "./file.ts";
import { identifyKey, identifyToken, identifyUser } from "./identify.ts";
import type { Identity } from "./identity.ts";
import { createKey, type Key, listKeys, revokeKey } from "./keys.ts";
import { sweepPlaces } from "./known-places.ts";
import { createLink, createRequestedLink, type Link } from "./links.ts";
import { sweepGrants } from "./oauth/grants.ts";
import { sweepRequests } from "./oauth/pending.ts";
import { sweepRegistrations } from "./oauth/registrations.ts";
import {
  addUser,
  type Ended,
  getUser,
  listUsers,
  removeUser,
  setDisabled,
  setGroups,
  setPassword,
  type User,
  userId,
} from "./users.ts";

export interface AccountsOptions {
  /** Makes the file when there is none: for commands that write. */
  create?: boolean;
  /** Takes OAuth access tokens too: the authorization server is on. */
  oauth?: boolean;
}

/**
 * Where the accounts of a database lie. Links are followed: under whatever name the database is served, its users are
 * the same.
 */
export function accountsPath(db: string): string {
  return `${fileOf(db).replace(/\.duckdb$/, "")}.accounts.sqlite`;
}

/**
 * The accounts beside a database. Each method is one transaction, so that a command and running servers can work on the
 * same file; what one of them changed holds for the next call of every other.
 */
export class Accounts {
  /** For better-auth (auth.ts), which keeps its tables in the same file. */
  readonly database: Database;
  readonly #path: string;
  readonly #oauth: boolean;

  private constructor(database: Database, path: string, oauth: boolean) {
    this.database = database;
    this.#path = path;
    this.#oauth = oauth;
  }

  /**
   * @param path as accountsPath() gives it.
   * @throws UserError when there is no file and none is to be made, or it is not ours, open to others, or too new.
   */
  static open(path: string, { create = false, oauth = false }: AccountsOptions = {}): Accounts {
    const database = openFile(path, create);
    if (database === null) throw new UserError("there is no user yet: gadwall user add EMAIL");
    return new Accounts(database, path, oauth);
  }

  /**
   * Whether there is a user, disabled or not: authentication is on then. Cheap; false when there is no file.
   * @throws UserError when the file is there and cannot be asked. Who cannot be asked for is not let in.
   */
  static exists(path: string): boolean {
    return hasUsers(path);
  }

  /** Whether there is a user, disabled or not. */
  hasUsers(): boolean {
    return this.#run(() => this.database.query("select 1 from user limit 1").get() !== null);
  }

  /**
   * Who shows a bearer token: an API key, or an OAuth access token for this audience (the URL of the endpoint as its
   * clients see it). Null when it is wrong, expired or revoked, or the user is disabled.
   */
  async identify(bearer: string, audience: string): Promise<Identity | null> {
    return this.#run(
      () =>
        identifyKey(this.database, bearer) ??
        (this.#oauth ? identifyToken(this.database, bearer, audience) : null),
    );
  }

  /** The user of a session that better-auth found by its cookie; null when disabled or gone. */
  identifyUser(id: string): Identity | null {
    return this.#run(() => identifyUser(this.database, id));
  }

  /** What cookies are signed with: made with the file, never shown. */
  secret(): string {
    const row = this.#run(() =>
      this.database.query<{ value: string }, []>("select value from setting where name = 'secret'").get(),
    );
    if (row === null) throw new UserError(`the accounts ${this.#path} are damaged: restore a backup`);
    return row.value;
  }

  /** @param password null for a user who signs in otherwise or only has keys. @throws UserError */
  async addUser(
    email: string,
    {
      admin = false,
      groups = [],
      password = null,
    }: { admin?: boolean; groups?: readonly string[]; password?: string | null } = {},
  ): Promise<User> {
    const user = { email: emailOf(email), admin, groups: groupsOf(groups) };
    const passwordHash = password === null ? null : await hash(password);
    return this.#run(() => addUser(this.database, { ...user, passwordHash }));
  }

  /** All users by address. */
  listUsers(): User[] {
    return this.#run(() => listUsers(this.database));
  }

  /** @throws UserError when there is no such user. */
  getUser(email: string): User {
    return this.#run(() => getUser(this.database, emailOf(email)));
  }

  /**
   * Disables or enables a user. Disabling ends sessions and tokens for good; keys are refused until the user is
   * enabled.
   * @throws UserError when there is no such user.
   */
  setDisabled(email: string, disabled: boolean): Ended {
    return this.#run(() => setDisabled(this.database, emailOf(email), disabled));
  }

  /** Removes a user with keys, tokens and sessions. @throws UserError when there is no such user. */
  removeUser(email: string): void {
    this.#run(() => removeUser(this.database, emailOf(email)));
  }

  /**
   * Sets a password, or with null takes it away; sessions and tokens end.
   * @throws UserError when there is no such user, or the password is too short.
   */
  async setPassword(email: string, password: string | null): Promise<Ended> {
    const address = emailOf(email);
    this.#run(() => userId(this.database, address));
    const passwordHash = password === null ? null : await hash(password);
    return this.#run(() => setPassword(this.database, address, passwordHash));
  }

  /** Sets the groups of a user, in the order in which access filters ask them. @throws UserError */
  setGroups(email: string, groups: readonly string[]): User {
    return this.#run(() => setGroups(this.database, emailOf(email), groupsOf(groups)));
  }

  /**
   * Makes an API key; its text is in this answer and nowhere else.
   * @param expires a period such as `90d`; null for a key that does not expire.
   * @throws UserError
   */
  createKey(email: string, name: string, expires: string | null = null): Key & { key: string } {
    const end = expires === null ? null : endOf(expires, new Date());
    return this.#run(() => createKey(this.database, emailOf(email), keyNameOf(name), end));
  }

  /** The keys of one user, or of all. @throws UserError when there is no such user. */
  listKeys(email: string | null = null): Key[] {
    return this.#run(() => listKeys(this.database, email === null ? null : emailOf(email)));
  }

  /** @param which its number, the whole key, or its first characters as listed. @throws UserError */
  revokeKey(which: string): Key {
    return this.#run(() => revokeKey(this.database, which));
  }

  /**
   * Makes a link with which a user signs in once (web/link.ts).
   * @throws UserError when there is no such user.
   */
  createLink(email: string): Link {
    return this.#run(() => createLink(this.database, emailOf(email)));
  }

  /** The same for somebody who asked for it himself; null when there is no such user, or he is disabled. @throws UserError */
  createRequestedLink(email: string): Link | null {
    return this.#run(() => createRequestedLink(this.database, emailOf(email)));
  }

  /** Removes what has expired: sessions, tokens, codes; and clients that registered and were never let in. */
  sweep(): void {
    this.#run(() => {
      const now = new Date().toISOString();
      for (const table of [
        "session",
        "verification",
        "oauthAccessToken",
        "oauthRefreshToken",
        "oauthClientAssertion",
      ])
        this.database.run(`delete from ${table} where expiresAt <= ?`, [now]);
      sweepPlaces(this.database);
      sweepRequests(this.database);
      sweepGrants(this.database);
      sweepRegistrations(this.database);
    });
  }

  /** Whether better-auth knows what tokens are asked for (oauth/issuer.ts). */
  knowsResource(resource: string): boolean {
    return this.#run(
      () => this.database.query("select 1 from oauthResource where identifier = ?").get(resource) !== null,
    );
  }

  /** What is not asked for any more; tokens that are there stay good. */
  forgetResource(resource: string): void {
    this.#run(() => this.database.run("delete from oauthResource where identifier = ?", [resource]));
  }

  /** Has better-auth do something with the accounts. @throws UserError when they cannot be read or written. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explained(this.#path, error);
    }
  }

  close(): void {
    this.database.close();
  }

  #run<T>(work: () => T): T {
    return explaining(this.#path, work);
  }
}

async function hash(password: string): Promise<string> {
  const checked = passwordOf(password);
  const { hashPassword } = await import("@better-auth/utils/password");
  return await hashPassword(checked);
}
