import type { Reading, Store } from "../store/reader.ts";
import type { Reader } from "./call.ts";

/** A store that loads DuckDB with the first question: listing tools must not wait for it. */
export class LazyStore implements Reader {
  readonly #path: string;
  #store: Promise<Store> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async read<T>(work: (reading: Reading) => Promise<T>, options: { signal: AbortSignal }): Promise<T> {
    this.#store ??= import("../store/reader.ts").then(({ Store }) => new Store(this.#path));
    return (await this.#store).read(work, options);
  }

  async close(): Promise<void> {
    await (await this.#store)?.close();
  }
}
