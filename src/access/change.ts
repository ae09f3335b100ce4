/** Setting, removing and listing access filters: what the command `gadwall access` does. */
import { Accounts, accountsPath } from "../accounts/accounts.ts";
import { UserError } from "../model/errors.ts";
import { PURPOSES, type Purpose } from "../model/purpose.ts";
import { openEmpty } from "../store/open.ts";
import { AccessRules, ANONYMOUS, DEFAULT, isFor, readAccess, readKey, type WrittenRules } from "./rules.ts";
import { NOTHING, scopeOf } from "./scope.ts";
import { StoredAccess } from "./stored.ts";

/** What there is to say of a filter that was stored. */
export interface StoredFilter {
  /** Purposes that it means nothing to, of which nothing is shown therefore. */
  hidden: Purpose[];
  /** Nobody whom it is for is known. */
  nobody: boolean;
}

/**
 * Stores the filter of a key (rules.ts), in place of the one before.
 * @param db path of the database.
 * @throws UserError for a filter that does not parse, and when the accounts file cannot be written.
 */
export async function storeFilter(db: string, key: string, text: string): Promise<StoredFilter> {
  const filter = readAccess(text);
  const rules = AccessRules.read(
    { from: "the filter of", filters: { [key]: text } },
    { from: "", filters: {} },
  );
  // The database alone knows all that its regular expressions lack.
  const empty = await openEmpty();
  try {
    await rules.check(await empty.connect());
  } finally {
    empty.close();
  }
  withStored(db, (stored) => stored.set(key, text));
  const scope = scopeOf(filter);
  const hidden = filter === NOTHING ? [] : PURPOSES.filter((purpose) => scope[purpose] === NOTHING);
  return { hidden, nobody: isForNobody(db, key) };
}

/** Whether a key names a user, a domain or a group of whom there is none yet. */
function isForNobody(db: string, key: string): boolean {
  if (key === DEFAULT || key === ANONYMOUS) return false;
  const accounts = Accounts.open(accountsPath(db));
  try {
    return !accounts.listUsers().some((user) => isFor(key, user));
  } finally {
    accounts.close();
  }
}

/** Whether the configuration says another filter for the same key, which prevails. */
export function isOverruled(configured: WrittenRules, key: string): boolean {
  return Object.keys(configured.filters).some((written) => normal(written) === key);
}

/**
 * @param db path of the database.
 * @throws UserError when there is none.
 */
export function removeFilter(db: string, key: string): void {
  if (!withStored(db, (stored) => stored.remove(key)))
    throw new UserError(`no access filter of ${key} was set (gadwall access list); nothing is removed`);
}

/** Whether a filter is stored for a key. */
export function hasFilter(db: string, key: string): boolean {
  return Object.hasOwn(
    withStored(db, (stored) => stored.list()),
    key,
  );
}

function withStored<T>(db: string, work: (stored: StoredAccess) => T): T {
  const stored = new StoredAccess(accountsPath(db));
  try {
    return work(stored);
  } finally {
    stored.close();
  }
}

export interface ListedFilter {
  who: string;
  filter: string;
  /** `config` prevails over `set` for the same key. */
  from: "config" | "set";
  /** Why it does not count, or why no server starts with it. */
  problem: string | null;
}

/**
 * All filters, by key.
 * @param db path of the database.
 */
export function listFilters(db: string, configured: WrittenRules): ListedFilter[] {
  const set = withStored(db, (stored) => stored.list());
  const inConfig = new Set(Object.keys(configured.filters).map((key) => normal(key)));
  return [
    ...Object.entries(configured.filters).map(([who, filter]) => ({
      who,
      filter,
      from: "config" as const,
      problem: problemOf(who, filter),
    })),
    ...Object.entries(set).map(([who, filter]) => ({
      who,
      filter,
      from: "set" as const,
      problem: problemOf(who, filter) ?? (inConfig.has(who) ? "the configuration file prevails" : null),
    })),
  ].sort((a, b) => (a.who < b.who ? -1 : a.who > b.who ? 1 : a.from < b.from ? -1 : 1));
}

function normal(key: string): string {
  try {
    return readKey(key);
  } catch (error) {
    if (error instanceof UserError) return key;
    throw error;
  }
}

function problemOf(key: string, text: string): string | null {
  try {
    readKey(key);
    readAccess(text);
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
