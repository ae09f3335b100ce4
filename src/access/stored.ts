/** The access filters that `gadwall access set` stores in the accounts file, which servers read while they change. */
import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { explaining, openFile } from "../accounts/file.ts";
import { UserError } from "../model/errors.ts";

interface Row {
  subject: string;
  value: string;
}

export class StoredAccess {
  /** The accounts file; it need not exist. */
  readonly path: string;
  #database: Database | null = null;
  /** Which file is open: a backup may be put in its place. */
  #identity = "";
  /** Filters may have been in a file that was there: when it is gone, nobody knows what they were. */
  #wasThere = false;

  /** @param path as accountsPath() gives it. */
  constructor(path: string) {
    this.path = path;
  }

  /**
   * All filters by key.
   * @throws UserError when the file is there and cannot be read, or was there and is gone.
   */
  list(): Record<string, string> {
    const database = this.#open();
    if (database === null) {
      if (this.#wasThere) throw new UserError(`${this.path} is gone, and with it the access filters.`);
      return {};
    }
    this.#wasThere = true;
    const rows = explaining(this.path, () =>
      database.query<Row, []>("select subject, value from accessRule order by subject").all(),
    );
    return Object.fromEntries(rows.map(({ subject, value }) => [subject, value]));
  }

  /**
   * Stores a filter, in place of one with the same key; makes the file when there is none. The caller has checked both.
   * @throws UserError when it cannot be written.
   */
  set(key: string, filter: string): void {
    const database = this.#open(true)!;
    explaining(this.path, () =>
      database.run(
        `insert into accessRule (subject, value, updatedAt) values (?, ?, ?)
         on conflict (subject) do update set value = excluded.value, updatedAt = excluded.updatedAt`,
        [key, filter, new Date().toISOString()],
      ),
    );
  }

  /**
   * @returns whether there was one.
   * @throws UserError when the file cannot be written.
   */
  remove(key: string): boolean {
    const database = this.#open();
    if (database === null) return false;
    return explaining(
      this.path,
      () => database.run("delete from accessRule where subject = ?", [key]).changes > 0,
    );
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }

  /** Null when there is no file and none is to be made. */
  #open(create = false): Database | null {
    if (this.#database !== null && identityOf(this.path) === this.#identity) return this.#database;
    this.close();
    this.#database = openFile(this.path, create);
    this.#identity = identityOf(this.path);
    return this.#database;
  }
}

function identityOf(path: string): string {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  return file === undefined ? "" : `${file.dev}:${file.ino}`;
}
