import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Accounts } from "../../src/accounts/accounts.ts";

/** A folder of its own for each test, with the accounts file that would lie there. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "gadwall-accounts-"));
  readonly path = join(this.folder, "data.accounts.sqlite");
  readonly #open: Accounts[] = [];

  /** One more connection to the same file, as another process would have. */
  open(options: { oauth?: boolean } = {}): Accounts {
    const accounts = Accounts.open(this.path, { create: true, ...options });
    this.#open.push(accounts);
    return accounts;
  }

  clear(): void {
    for (const accounts of this.#open) accounts.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const AUDIENCE = "http://127.0.0.1:9100/mcp";
