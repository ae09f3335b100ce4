import { cap, clean } from "../model/text.ts";

/** Milliseconds for which an answer holds: asking is free for everybody, opening the database is not. */
const HOLDS = 2000;
/** Milliseconds after which what does not answer counts as unreadable. */
const PATIENCE = 10_000;

/** Whether questions can be answered. */
export class Health {
  readonly #look: (signal: AbortSignal) => Promise<unknown>;
  readonly #tell: (line: string) => void;
  #asked = Number.NEGATIVE_INFINITY;
  #answer: Promise<boolean> = Promise.resolve(false);
  #was = true;

  /**
   * @param look fails when questions cannot be answered.
   * @param tell is given what is wrong when something becomes wrong; the pages do not say it to everybody.
   */
  constructor(look: (signal: AbortSignal) => Promise<unknown>, tell: (line: string) => void) {
    this.#look = look;
    this.#tell = tell;
  }

  /** Whether questions can be answered now, or could a moment ago. */
  ready(now = performance.now()): Promise<boolean> {
    if (now - this.#asked > HOLDS) {
      this.#asked = now;
      this.#answer = this.#isGood();
    }
    return this.#answer;
  }

  async #isGood(): Promise<boolean> {
    try {
      await this.#look(AbortSignal.timeout(PATIENCE));
      this.#was = true;
    } catch (error) {
      if (this.#was) this.#tell(`not ready: ${cap(clean(String((error as Error).message)), 500)}`);
      this.#was = false;
    }
    return this.#was;
  }
}
