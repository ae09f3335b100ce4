/**
 * Turns: as many calls at a time as the machine can work on, the others in the order in which they came. All at once
 * they would take longer in sum, and some of them several times as long as others.
 */

/** Milliseconds after which a call counts no more: long ones must not keep short ones waiting. */
const LONG = 100;

export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param most calls at a time, without the long ones. */
  constructor(most: number) {
    this.#free = most;
  }

  /**
   * Waits for a turn.
   * @returns ends it; to be called when the work is done.
   * @throws the signal's reason when it was aborted while waiting.
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#next(signal);
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    };
    const timer = setTimeout(end, LONG);
    timer.unref();
    return end;
  }

  #next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal?.reason);
      };
      this.#waiting.push(go);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }
}
