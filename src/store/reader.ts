/**
 * Answering while others import: a Store opens the database read-only for a call, gives the handle back
 * after a few idle seconds, and notices before each call that a new file was published.
 */
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";
import { StoreError, UserError } from "../model/errors.ts";
import { readVersion, SCHEMA_VERSION } from "./ddl.ts";
import { openEmpty, openServing, type Serving } from "./open.ts";
import { Turns } from "./turns.ts";

export interface Reading {
  connection: DuckDBConnection;
  /** True when there is no database file yet; the connection then sees empty tables. */
  empty: boolean;
  /** ISO 8601 time of the last import; null when there was none. */
  asOf: string | null;
  /** The same of threat feeds. */
  feedsAsOf?: string | null;
  /** Stands for the opened file: what was worked out of it may be kept in a WeakMap under this. */
  file?: object;
}

export interface StoreOptions {
  /** Milliseconds after which an unused file handle is given back. */
  idle?: number;
  /** Milliseconds that one call may take. */
  timeLimit?: number;
}

/** One opened file, shared by the calls in flight on it. */
interface Lease {
  key: string;
  serving: Serving;
  empty: boolean;
  asOf: string | null;
  feedsAsOf: string | null;
  users: number;
}

const EMPTY_KEY = "none";

/** Calls that are worked on at a time. */
const TURNS = Math.max(4, availableParallelism());

/** How often a call that must end is interrupted until it does. */
const INTERRUPT_MS = 20;

/** Tells a published file from the one opened before. */
function identity(path: string): string {
  try {
    const file = statSync(path, { bigint: true });
    return `${file.dev}:${file.ino}:${file.mtimeNs}:${file.size}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return EMPTY_KEY;
    throw new StoreError(`cannot read the database ${path}: ${(error as Error).message}`);
  }
}

export class Store {
  readonly path: string;
  readonly #idle: number;
  readonly #timeLimit: number;
  readonly #turns = new Turns(TURNS);
  #current: Promise<Lease> | null = null;
  #key = "";
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(path: string, options: StoreOptions = {}) {
    this.path = path;
    this.#idle = options.idle ?? 5000;
    this.#timeLimit = options.timeLimit ?? 30_000;
  }

  /**
   * Runs `work` with a connection of its own on the newest published file.
   * @param options.signal ends the running query when aborted.
   * @throws UserError when the file is not readable, not ours, or the time limit is over.
   */
  async read<T>(work: (reading: Reading) => Promise<T>, options: { signal?: AbortSignal } = {}): Promise<T> {
    const end = await this.#turns.take(options.signal);
    try {
      return await this.#read(work, options);
    } finally {
      end();
    }
  }

  async #read<T>(work: (reading: Reading) => Promise<T>, options: { signal?: AbortSignal }): Promise<T> {
    const lease = await this.#lease();
    let timedOut = false;
    let connection: DuckDBConnection | null = null;
    let stopping: ReturnType<typeof setInterval> | null = null;
    // Again and again: an interrupt between two queries is lost on both.
    const stop = (): void => {
      connection?.interrupt();
      stopping ??= setInterval(() => connection?.interrupt(), INTERRUPT_MS);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, this.#timeLimit);
    options.signal?.addEventListener("abort", stop);
    try {
      connection = await lease.serving.connect();
      options.signal?.throwIfAborted();
      return await work({
        connection,
        empty: lease.empty,
        asOf: lease.asOf,
        feedsAsOf: lease.feedsAsOf,
        file: lease,
      });
    } catch (error) {
      if (timedOut) {
        throw new UserError(
          `the query took longer than ${this.#timeLimit / 1000} seconds and was stopped: narrow the filter`,
        );
      }
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(timer);
      if (stopping !== null) clearInterval(stopping);
      options.signal?.removeEventListener("abort", stop);
      connection?.closeSync();
      this.#release(lease);
    }
  }

  /** Gives the file handle back; the store can be used again. */
  async close(): Promise<void> {
    const current = this.#current;
    this.#forget();
    if (current === null) return;
    const lease = await current.catch(() => null);
    if (lease?.users === 0) lease.serving.close();
  }

  #forget(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#current = null;
    this.#key = "";
  }

  async #lease(): Promise<Lease> {
    const key = identity(this.path);
    if (this.#current !== null && key !== this.#key) await this.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#current === null) {
      this.#key = key;
      this.#current = this.#open(key);
      // A failed opening is not kept: the file may be there the next time.
      this.#current.catch(() => this.#forget());
    }
    const lease = await this.#current;
    lease.users++;
    return lease;
  }

  async #open(key: string): Promise<Lease> {
    if (key === EMPTY_KEY) {
      return { key, serving: await openEmpty(), empty: true, asOf: null, feedsAsOf: null, users: 0 };
    }
    const serving = await openServing(this.path);
    try {
      const connection = await serving.connect();
      const version = await readVersion(connection, this.path);
      if (version < SCHEMA_VERSION) {
        throw new StoreError(
          `${this.path} was written by an older gadwall: run "gadwall view rebuild" once to bring it up to date`,
        );
      }
      const last = await connection.runAndReadAll(
        `SELECT strftime(max(imported_at), '%Y-%m-%dT%H:%M:%SZ'), count(*) = 0,
                (SELECT strftime(max(imported_at), '%Y-%m-%dT%H:%M:%SZ') FROM feed.version)
         FROM main.import`,
      );
      const [asOf, empty, feeds] = last.getRows()[0] ?? [null, true, null];
      connection.closeSync();
      return {
        key,
        serving,
        empty: empty === true,
        asOf: asOf === null ? null : String(asOf),
        feedsAsOf: feeds === null || feeds === undefined ? null : String(feeds),
        users: 0,
      };
    } catch (error) {
      serving.close();
      throw error;
    }
  }

  #release(lease: Lease): void {
    lease.users--;
    if (lease.users > 0) return;
    if (lease.key !== this.#key) {
      // A newer file was published while this call ran.
      lease.serving.close();
      return;
    }
    this.#timer = setTimeout(() => void this.close(), this.#idle);
    this.#timer.unref();
  }
}
