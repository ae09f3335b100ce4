import { statSync } from "node:fs";
import { UserError } from "../model/errors.ts";
import { Accounts, type AccountsOptions } from "./accounts.ts";
import type { Identity } from "./identity.ts";

/** What the HTTP server asks for who is there. */
export interface Gatekeeper {
  /** Who shows this bearer token; null for nobody. `audience` is the URL of the endpoint as its clients see it. */
  identify(bearer: string, audience: string): Promise<Identity | null>;
  /** Whether a call needs an identity: a user exists. */
  readonly required: boolean;
  /** @throws UserError when it cannot be said who is there. */
  check(): void;
}

const SWEPT_EVERY_MS = 3_600_000;

/**
 * A gatekeeper over the accounts of a database, which may not exist yet and may be replaced by a backup. Once a user was
 * seen, an identity is required until the end of the process: removing the last user, or the file, shall not open a
 * running server to everybody.
 */
export class AccountsGatekeeper implements Gatekeeper {
  readonly #path: string;
  readonly #oauth: boolean;
  #accounts: Accounts | null = null;
  /** Which file is open. */
  #file = "";
  #required = false;
  #swept = 0;

  /** @param path as accountsPath() gives it. */
  constructor(path: string, { oauth = false }: Pick<AccountsOptions, "oauth"> = {}) {
    this.#path = path;
    this.#oauth = oauth;
  }

  /** @throws UserError when the file is there and cannot be used: nobody is let in then. */
  get required(): boolean {
    this.#required ||= Accounts.exists(this.#path);
    return this.#required;
  }

  async identify(bearer: string, audience: string): Promise<Identity | null> {
    const accounts = this.accounts();
    return accounts === null ? null : await accounts.identify(bearer, audience);
  }

  check(): void {
    if (!this.required) return;
    const accounts = this.accounts();
    if (accounts === null) throw new UserError(`the accounts ${this.#path} are gone: restore a backup`);
    accounts.hasUsers();
  }

  /**
   * The accounts as they are now; null when there are none. They are closed when the file is replaced: not to be kept.
   * @throws UserError when the file is there and cannot be used.
   */
  accounts(): Accounts | null {
    return this.required ? this.#open() : null;
  }

  close(): void {
    this.#accounts?.close();
    this.#accounts = null;
  }

  /** Null when the file is gone. */
  #open(): Accounts | null {
    const file = fileAt(this.#path);
    if (this.#accounts === null || file !== this.#file) {
      this.close();
      if (file === null) return null;
      this.#accounts = Accounts.open(this.#path, { oauth: this.#oauth });
      this.#file = file;
    }
    if (Date.now() - this.#swept > SWEPT_EVERY_MS) {
      this.#swept = Date.now();
      try {
        this.#accounts.sweep();
      } catch {
        // A full disk is no reason to refuse who belongs; what has expired is refused in any case.
      }
    }
    return this.#accounts;
  }
}

function fileAt(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}
