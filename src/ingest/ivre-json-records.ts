/** The records of one file of IVRE's, each as JSON text, to scan events: the file is one run. */
import type { Json } from "../model/json.ts";
import type { Run, ScanEvent } from "../model/scan.ts";
import { HostDocument } from "./ivre-json-host.ts";
import { LeftOut } from "./ivre-json-left-out.ts";
import { readPassive } from "./ivre-json-passive.ts";
import { isObject, type Members, Values } from "./ivre-json-values.ts";
import type { ParseLimits } from "./limits.ts";

export class Records {
  /** Nothing more is to be read of the file. */
  stopped = false;
  readonly left = new LeftOut();
  #events: ScanEvent[] = [];
  readonly #maxRecords: number;
  readonly #values: Values;
  readonly #hosts: HostDocument;
  readonly #run: Run = { scanner: "ivre-export", finished: true, scaninfo: [], targets: [], scripts: [] };
  #count = 0;

  constructor(limits: ParseLimits) {
    this.#maxRecords = limits.maxHosts;
    this.#values = new Values(this.left, limits.maxDepth);
    this.#hosts = new HostDocument(this.#values, this.left);
  }

  /** The events since the last call. */
  take(): ScanEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Reads one record. False when it is no JSON, which the caller tells of. */
  read(text: string, line: number, byte: number): boolean {
    this.left.line = line;
    let document: Json;
    try {
      document = JSON.parse(text) as Json;
    } catch {
      return false;
    }
    const event = isObject(document) ? this.#event(document) : "it is no JSON object";
    if (typeof event === "string") {
      this.left.record(event);
      return true;
    }
    if (this.#count === this.#maxRecords) {
      const more = `there are more than ${this.#maxRecords} records in this file; to read more, raise --max-hosts`;
      this.stop(more, line, byte);
      return true;
    }
    if (this.#count++ === 0) this.#events.push({ kind: "run" });
    this.#events.push(event);
    return true;
  }

  /** A record that could not be read, and why. */
  unreadable(reason: string, line: number): void {
    this.left.line = line;
    this.left.record(reason);
  }

  /** The event of a document, or what it lacks. */
  #event(document: Members): ScanEvent | string {
    if (document.recontype !== undefined) {
      const observation = readPassive(document, this.#values);
      return typeof observation === "string" ? observation : { kind: "observation", observation };
    }
    const host = this.#hosts.read(document);
    if (host === null) return "it has no address and no name";
    if (host.state !== "down") return { kind: "host", host };
    const { addr, reason, starttime, endtime } = host;
    return { kind: "down", host: { addr, reason, starttime, endtime } };
  }

  /** The file cannot be read beyond this place: what came before it is kept. */
  stop(message: string, line: number, byte: number): void {
    this.stopped = true;
    this.#run.finished = false;
    this.#end();
    this.#events.push({ kind: "broken", message, line, byte });
  }

  /** The file is over. */
  finish(): void {
    if (this.stopped) return;
    if (this.#count > 0) this.#end();
    else this.stop("no record of IVRE could be read in this file", 1, 0);
  }

  #end(): void {
    if (this.#count > 0) this.#events.push({ kind: "runEnd", run: this.#run });
    this.#events.push(...this.left.warnings());
  }
}
