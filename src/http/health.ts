import type { Reader } from "../mcp/call.ts";
import { cap, clean } from "../model/text.ts";

/** Milliseconds for which an answer holds: asking is free for everybody, opening the database is not. */
const HOLDS = 2000;
/** Milliseconds after which the database counts as unreadable. */
const PATIENCE = 10_000;

/** Whether questions can be answered. */
export class Health {
  readonly #store: Reader;
  readonly #tell: (line: string) => void;
  #asked = Number.NEGATIVE_INFINITY;
  #answer: Promise<boolean> = Promise.resolve(false);
  #was = true;

  /** @param tell is given what is wrong when something becomes wrong; the pages do not say it to everybody. */
  constructor(store: Reader, tell: (line: string) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  /** True when the database opens; one where nothing was imported yet does. */
  ready(now = performance.now()): Promise<boolean> {
    if (now - this.#asked > HOLDS) {
      this.#asked = now;
      this.#answer = this.#look();
    }
    return this.#answer;
  }

  async #look(): Promise<boolean> {
    try {
      await this.#store.read(async () => {}, { signal: AbortSignal.timeout(PATIENCE) });
      this.#was = true;
    } catch (error) {
      if (this.#was) this.#tell(`not ready: ${cap(clean(String((error as Error).message)), 500)}`);
      this.#was = false;
    }
    return this.#was;
  }
}
