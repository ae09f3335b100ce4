/**
 * The database as those are answered who ask over the network: which file is broken how, and what to type, is for whoever
 * runs the server.
 */
import type { Reader } from "../mcp/call.ts";
import { StoreError, UserError } from "../model/errors.ts";
import type { Reading } from "../store/reader.ts";

export class DiscreetStore implements Reader {
  readonly #store: Reader;
  readonly #trouble: (line: string) => void;

  /** @param trouble is told what is wrong. */
  constructor(store: Reader, trouble: (line: string) => void) {
    this.#store = store;
    this.#trouble = trouble;
  }

  async read<T>(work: (reading: Reading) => Promise<T>, options: { signal: AbortSignal }): Promise<T> {
    try {
      return await this.#store.read(work, options);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#trouble(`gadwall: ${error.message}`);
      throw new UserError("the database cannot be read now: the server's standard error says why", {
        cause: error,
      });
    }
  }
}
