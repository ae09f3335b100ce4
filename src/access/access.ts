/** The access filters of a running server: what `gadwall access` changes holds from the next question on. */
import { AccessRules, type Asker, type WrittenRules } from "./rules.ts";
import type { AccessScope } from "./scope.ts";
import { StoredAccess } from "./stored.ts";

/** How stored filters are called in messages. */
const STORED = "the access filter (gadwall access list) of";

/** The filters that are stored, as rules. */
export function storedRules(stored: StoredAccess): WrittenRules {
  return { from: STORED, filters: stored.list() };
}

export class Access {
  readonly #configured: WrittenRules;
  readonly #stored: StoredAccess;
  #rules: AccessRules;
  /** What the rules were read from. */
  #read: string;

  private constructor(configured: WrittenRules, stored: StoredAccess, written: WrittenRules) {
    this.#configured = configured;
    this.#stored = stored;
    this.#rules = AccessRules.read(configured, written);
    this.#read = JSON.stringify(written.filters);
  }

  /**
   * @param accounts path of the accounts file, which need not exist.
   * @throws UserError that names the key of a filter that does not parse: the server must not start.
   */
  static open(configured: WrittenRules, accounts: string): Access {
    const stored = new StoredAccess(accounts);
    return new Access(configured, stored, storedRules(stored));
  }

  /**
   * Has the database judge what it alone can (rules.ts).
   * @throws UserError that names the key of a filter that cannot be used: the server must not start.
   */
  async check(): Promise<void> {
    const { rules } = this;
    if (rules.isEmpty) return;
    const { openEmpty } = await import("../store/open.ts");
    const empty = await openEmpty();
    try {
      await rules.check(await empty.connect());
    } finally {
      empty.close();
    }
  }

  /** The rules as they are now. */
  get rules(): AccessRules {
    const written = storedRules(this.#stored);
    const read = JSON.stringify(written.filters);
    if (read === this.#read) return this.#rules;
    this.#rules = AccessRules.read(this.#configured, written);
    this.#read = read;
    return this.#rules;
  }

  /**
   * What somebody may see now (rules.ts).
   * @throws when the stored filters cannot be read: nothing may be seen then.
   */
  scopeOf(asker: Asker | null): AccessScope {
    try {
      return this.rules.scopeOf(asker);
    } catch (cause) {
      // Whose filter is broken, and what it says, is not for whoever asks.
      throw new Error("the access filters cannot be read", { cause });
    }
  }

  close(): void {
    this.#stored.close();
  }
}
