/** Mails on their way: few at the same time, no more than some waiting, all of them within bounds of time. */
import { GRACE } from "../http/limits.ts";
import { amount } from "../model/amount.ts";

const MOST_WAITING = 100;
const AT_ONCE = 3;
/** Milliseconds for one mail: a server that answers byte by byte is never silent. */
const LONGEST = 30_000;
/** Milliseconds after which a mail is begun: whoever asked for it has the answer by then, whatever is done. */
const PAUSE = 20;
/** Milliseconds between looks whether all are sent. */
const POLL = 20;

/** Sends a mail, and tells itself when that fails; gives up when the signal says so. */
export type Send = (signal: AbortSignal) => Promise<void>;

export class Outbox {
  readonly #tell: (line: string) => void;
  readonly #waiting: Send[] = [];
  readonly #end = new AbortController();
  #sending = 0;
  #stopping: Promise<void> | null = null;

  /** @param tell writes one line to standard error. */
  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** @returns false when there is no room, or the server ends. */
  add(send: Send): boolean {
    if (this.#stopping !== null || this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push(send);
    this.#next();
    return true;
  }

  /** Takes no more and gives what is there some seconds; a second call ends that at once. */
  stop(): Promise<void> {
    if (this.#stopping !== null) this.#end.abort();
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  async #drain(): Promise<void> {
    const late = setTimeout(() => this.#end.abort(), GRACE);
    const { signal } = this.#end;
    while (!signal.aborted && this.#sending + this.#waiting.length > 0) await Bun.sleep(POLL);
    clearTimeout(late);
    const lost = this.#waiting.splice(0).length;
    if (lost > 0) this.#tell(`gadwall: ${amount(lost, "mail")} not sent: the server ended`);
    // Those that were given up say so themselves.
    while (this.#sending > 0) await Bun.sleep(POLL);
  }

  #next(): void {
    if (this.#sending >= AT_ONCE || this.#end.signal.aborted) return;
    const send = this.#waiting.shift();
    if (send === undefined) return;
    this.#sending++;
    void this.#begin(send).finally(() => {
      this.#sending--;
      this.#next();
    });
  }

  async #begin(send: Send): Promise<void> {
    await Bun.sleep(PAUSE);
    await send(AbortSignal.any([this.#end.signal, AbortSignal.timeout(LONGEST)]));
  }
}
