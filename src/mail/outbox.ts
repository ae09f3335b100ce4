/** Mails on their way: few at the same time, no more than some waiting, all of them within bounds of time. */
import { GRACE } from "../http/limits.ts";
import { amount } from "../model/amount.ts";

const MOST_WAITING = 100;
const AT_ONCE = 3;
/** Milliseconds for one mail: a server that answers byte by byte is never silent. */
const LONGEST = 30_000;
/** Milliseconds after which anything is done: whoever asked for it has the answer by then. */
const PAUSE = 20;
/** Milliseconds between looks whether all are sent. */
const POLL = 20;

/** Sends a mail, and tells itself when that fails; gives up when the signal says so. */
export type Send = (signal: AbortSignal) => Promise<void>;

export class Outbox {
  readonly #tell: (line: string) => void;
  readonly #waiting: Send[] = [];
  readonly #end = new AbortController();
  /** Of which it is not known yet whether there is anything to send. */
  #asked = 0;
  #sending = 0;
  #stopping: Promise<void> | null = null;

  /** @param tell writes one line to standard error. */
  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /**
   * Has something sent, later: what is done for it, and whether there is room, shows in nothing that is answered now.
   * @param write makes the mail; null when there is none to send. Never throws.
   */
  add(write: () => Send | null): void {
    this.#asked++;
    setTimeout(() => {
      this.#asked--;
      if (!this.#end.signal.aborted) this.#take(write());
    }, PAUSE);
  }

  /** Gives what is there some seconds; a second call ends that at once. */
  stop(): Promise<void> {
    if (this.#stopping !== null) this.#end.abort();
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  async #drain(): Promise<void> {
    const late = setTimeout(() => this.#end.abort(), GRACE);
    const { signal } = this.#end;
    while (!signal.aborted && this.#asked + this.#sending + this.#waiting.length > 0) await Bun.sleep(POLL);
    clearTimeout(late);
    const lost = this.#waiting.splice(0).length;
    if (lost > 0) this.#tell(`gadwall: ${amount(lost, "mail")} not sent: the server ended`);
    // Those that were given up say so themselves.
    while (this.#sending > 0) await Bun.sleep(POLL);
  }

  #take(send: Send | null): void {
    if (send === null) return;
    if (this.#waiting.length < MOST_WAITING) {
      this.#waiting.push(send);
      this.#next();
    } else this.#tell(`gadwall: a mail was not sent: ${MOST_WAITING} others wait for the mail server`);
  }

  #next(): void {
    if (this.#sending >= AT_ONCE || this.#end.signal.aborted) return;
    const send = this.#waiting.shift();
    if (send === undefined) return;
    this.#sending++;
    void send(AbortSignal.any([this.#end.signal, AbortSignal.timeout(LONGEST)])).finally(() => {
      this.#sending--;
      this.#next();
    });
  }
}
