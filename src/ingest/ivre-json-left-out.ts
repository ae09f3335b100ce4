/** What a file said that is not kept, summed up into a few warnings for the whole file. */
import type { ScanEvent } from "../model/scan.ts";

/** Examples told of each kind. */
const MAX_EXAMPLES = 3;

/** Different unknown members told and counted. */
const MAX_NAMES = 20;

const MAX_NAME_LENGTH = 60;

/** A count with the first few examples. */
class Tally {
  count = 0;
  readonly #examples: string[] = [];

  add(example: string): void {
    this.count++;
    if (this.#examples.length < MAX_EXAMPLES) this.#examples.push(example);
  }

  get examples(): string {
    const more = this.count > this.#examples.length ? ", …" : "";
    return this.#examples.join(", ") + more;
  }
}

export class LeftOut {
  /** Line of the record being read. */
  line = 1;
  /** Bytes that were not UTF-8. */
  invalidBytes = 0;
  screenshots = 0;
  binaries = 0;
  /** Records whose `infos` (country, AS, city …) were not taken over. */
  places = 0;
  readonly #records = new Tally();
  readonly #values = new Tally();
  readonly #unknown = new Map<string, number>();
  #unknownNames = 0;

  /** A record that could not be read at all. */
  record(reason: string): void {
    this.#records.add(`line ${this.line}: ${reason}`);
  }

  /** A value that is not what it should be; the record is kept without it. */
  value(path: string, expected: string): void {
    this.#values.add(`${path} is not ${expected} (line ${this.line})`);
  }

  /** A member that gadwall does not know. */
  unknown(path: string): void {
    const known = this.#unknown.get(path);
    if (known !== undefined) this.#unknown.set(path, known + 1);
    else if (this.#unknown.size < MAX_NAMES) this.#unknown.set(path, 1);
    else this.#unknownNames++;
  }

  /** One warning a kind. */
  warnings(): ScanEvent[] {
    const messages: string[] = [];
    if (this.#records.count > 0) {
      messages.push(`${counted(this.#records.count, "record")} could not be read: ${this.#records.examples}`);
    }
    if (this.#values.count > 0) {
      messages.push(`${counted(this.#values.count, "value")} left out: ${this.#values.examples}`);
    }
    if (this.#unknown.size > 0) {
      const names = [...this.#unknown].map(([name, count]) => `${shown(name)} (${count})`);
      if (this.#unknownNames > 0) names.push(`and ${this.#unknownNames} others`);
      messages.push(`members that gadwall does not know left out: ${names.join(", ")}`);
    }
    if (this.screenshots > 0)
      messages.push(
        `${counted(this.screenshots, "screenshot")} left out: no JPEG, PNG or GIF in Base64, or too large`,
      );
    if (this.binaries > 0) messages.push(`${counted(this.binaries, "binary value")} left out`);
    if (this.places > 0) {
      messages.push(
        `the infos (country, AS, city) of ${counted(this.places, "record")} not taken over: gadwall looks up country and AS itself`,
      );
    }
    if (this.invalidBytes > 0) {
      messages.push(`${counted(this.invalidBytes, "byte")} not UTF-8: read as windows-1252`);
    }
    return messages.map((message) => ({ kind: "warning", message }));
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A name from the file, on one line and short. */
function shown(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, "\ufffd");
  return plain.length > MAX_NAME_LENGTH ? `${plain.slice(0, MAX_NAME_LENGTH)}…` : plain;
}
