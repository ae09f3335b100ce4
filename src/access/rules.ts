/**
 * Who may see what (spec ivre §1.5): filters by user, domain, group and in general, of the configuration file and as
 * stored by `gadwall access set`; for the same key the file prevails.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { emailOf, groupsOf } from "../accounts/arguments.ts";
import { ALL, type Filter } from "../filter/ast.ts";
import { resolve } from "../filter/compile.ts";
import { parseQuery } from "../filter/language.ts";
import { UserError } from "../model/errors.ts";
import { cap, clean } from "../model/text.ts";
import { type AccessScope, EVERYTHING, NOTHING, scopeOf } from "./scope.ts";

/** Whom a filter is looked up for. */
export interface Asker {
  email: string;
  /** In stored order: the first that has a filter decides. */
  groups: readonly string[];
}

/** Filters by key, as they were written, and where. */
export interface WrittenRules {
  /** What stands before the key in a message: `access: in /etc/gadwall/config.yaml`. */
  readonly from: string;
  readonly filters: Readonly<Record<string, string>>;
}

/** Who is not signed in. */
export const ANONYMOUS = "anonymous";
/** Whoever has no filter of their own. */
export const DEFAULT = "default";

const GROUP = "group:";

/**
 * A key as it is looked up: addresses and domains in lower case.
 * @throws UserError for what is none.
 */
export function readKey(text: string): string {
  const key = text.trim();
  if (key === DEFAULT || key === ANONYMOUS) return key;
  if (key.startsWith(GROUP)) return GROUP + groupsOf([key.slice(GROUP.length)])[0];
  if (/^@[^\s@]+$/.test(key)) return key.toLowerCase();
  if (key.includes("@")) return emailOf(key);
  throw new UserError(
    `“${cap(clean(key), 60)}” is nobody: write an e-mail address, @example.org for a domain, group:NAME, ${DEFAULT} or ${ANONYMOUS}`,
  );
}

/**
 * The filter that a value stands for: `full`, `noaccess` or a query.
 * @throws UserError that says what is wrong with it.
 */
export function readAccess(text: string): Filter {
  switch (text.trim()) {
    case "":
      throw new UserError(
        'An access filter cannot be empty: write full, noaccess or a query such as "category:LAN".',
      );
    case "full":
      return ALL;
    case "noaccess":
      return NOTHING;
    default:
      return parseQuery(text);
  }
}

interface Rule {
  filter: Filter;
  scope: AccessScope;
  /** Names the rule in a message. */
  where: string;
}

export class AccessRules {
  readonly #rules = new Map<string, Rule>();

  private constructor() {}

  /** @throws UserError that names the key of a filter that does not parse. */
  static read(configured: WrittenRules, stored: WrittenRules): AccessRules {
    const rules = new AccessRules();
    // In this order, so that the file prevails. What it replaces must parse all the same: it counts without the file.
    for (const { from, filters } of [stored, configured]) {
      const seen = new Set<string>();
      for (const [written, text] of Object.entries(filters)) {
        const where = `${from} ${cap(clean(written), 100)}`;
        const [key, rule] = naming(where, () => [readKey(written), ruleOf(text, where)] as const);
        if (seen.has(key)) throw new UserError(`${where}: there are two filters for ${key}; leave one.`);
        seen.add(key);
        rules.#rules.set(key, rule);
      }
    }
    return rules;
  }

  get isEmpty(): boolean {
    return this.#rules.size === 0;
  }

  /**
   * Lets the database judge the regular expressions: it alone knows all that its syntax lacks.
   * @throws UserError that names the key.
   */
  async check(connection: DuckDBConnection): Promise<void> {
    for (const { filter, where } of this.#rules.values()) {
      try {
        await resolve(filter, connection);
      } catch (error) {
        throw named(where, error);
      }
    }
  }

  /**
   * What somebody may see, null standing for who is not signed in: the first of the exact address, the domain, the
   * groups in their order, the default; everything when nothing is said.
   */
  scopeOf(asker: Asker | null): AccessScope {
    for (const key of keysOf(asker)) {
      const rule = this.#rules.get(key);
      if (rule !== undefined) return rule.scope;
    }
    return EVERYTHING;
  }
}

/** Whether a key (readKey) is one of those that are looked up for somebody. */
export function isFor(key: string, asker: Asker): boolean {
  return keysOf(asker).includes(key);
}

function keysOf(asker: Asker | null): string[] {
  if (asker === null) return [ANONYMOUS, DEFAULT];
  const email = asker.email.toLowerCase();
  const at = email.indexOf("@");
  return [
    // A name without "@" is no address and must not find the other keys.
    ...(at < 0 ? [] : [email, email.slice(at)]),
    ...asker.groups.map((group) => `${GROUP}${group}`),
    DEFAULT,
  ];
}

function ruleOf(text: string, where: string): Rule {
  const filter = readAccess(text);
  return { filter, scope: scopeOf(filter), where };
}

function naming<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw named(where, error);
  }
}

function named(where: string, error: unknown): unknown {
  return error instanceof UserError ? new UserError(`${where}: ${error.message}`) : error;
}
